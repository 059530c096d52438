/* Draws the charts, sorts and downloads the tables, and switches the language. Reads nothing but this page. */
(() => {
  "use strict";
  const page = document.documentElement;
  const charts = [];
  function draw(el) {
    const spec = JSON.parse(document.getElementById(el.dataset.spec).textContent);
    el.style.height = `${el.dataset.height}px`;
    charts.push(sanshengCharts.draw(el, spec));
  }

  function sortable(table) {
    const body = table.tBodies[0];
    table.querySelectorAll("th button").forEach((button) => {
      const head = button.closest("th");
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        table.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const column = head.cellIndex;
        const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
        const numeric = head.classList.contains("number");
        const rank = (row) => (key(row) === "" ? null : Number(key(row)));
        const order = [...body.rows].sort((a, b) => {
          if (!numeric) return key(a).localeCompare(key(b), page.lang);
          const x = rank(a), y = rank(b);
          if (x === null || y === null) return (x === null) - (y === null);
          return up ? x - y : y - x;
        });
        if (!numeric && !up) order.reverse();
        body.append(...order);
      });
    });
  }

  /* A cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers. */
  const quoted = (words) => {
    const safe = /^[=+\-@\t\r]/.test(words) && Number.isNaN(Number(words)) ? `'${words}` : words;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  function download(button) {
    const table = document.getElementById(button.dataset.table);
    const shown = (cell) => [...cell.querySelectorAll("[data-lang]")].find((e) => e.dataset.lang === page.lang)?.textContent ?? cell.textContent;
    const line = (row) => [...row.cells].map((cell) => quoted(cell.dataset.value ?? shown(cell).trim())).join(",");
    const text = "\ufeff" + [...table.rows].map(line).join("\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `${button.dataset.table}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const repaint = () => charts.forEach((chart) => chart.paint());
  function speak(language) {
    page.lang = language;
    document.title = document.querySelector(`h1 [data-lang="${language}"]`)?.textContent ?? document.title;
    document.querySelectorAll("[data-speak]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.speak === language)));
    repaint();
  }

  const ready = async () => {
    await sanshengCharts.fonts();
    document.querySelectorAll("[data-spec]").forEach(draw);
    document.querySelectorAll("table[data-sort]").forEach(sortable);
    document.querySelectorAll("[data-table]").forEach((button) => button.addEventListener("click", () => download(button)));
    document.querySelectorAll("[data-speak]").forEach((button) => button.addEventListener("click", () => speak(button.dataset.speak)));
    document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
    speak(page.lang);
    let wait = 0;
    window.addEventListener("resize", () => { clearTimeout(wait); wait = setTimeout(repaint, 120); });
    window.addEventListener("beforeprint", () => { document.querySelectorAll("details").forEach((d) => { d.open = true; }); repaint(); });
    page.dataset.ready = "yes";
  };
  ready();
})();
