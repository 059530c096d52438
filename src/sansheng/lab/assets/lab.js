/* What the pages of the lab do in the browser alone: save text as a file, read a file, move between tabs by the keyboard. */
const sanshengLab = {
  save(name, text, type) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  },
  async read(input, most) {
    const file = input.files[0];
    if (!file) return null;
    const large = file.size > most;
    const text = large ? "" : new TextDecoder("utf-8").decode(await file.arrayBuffer());
    input.value = "";
    return [text, file.size];
  },
  /* On a phone results lie below the controls. */
  show(id) { if (window.innerWidth < 900) document.getElementById(id)?.scrollIntoView({ block: "start" }); },
  /* Arrow keys move along tabs, as in any list of tabs. */
  along(event) {
    const tabs = [...event.currentTarget.querySelectorAll('[role="tab"]')];
    const at = tabs.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : step ? (at + step + tabs.length) % tabs.length : -1;
    if (at < 0 || to < 0) return;
    event.preventDefault();
    tabs[to].focus();
    tabs[to].click();
  },
};

/* What is built anew under the id that it had keeps the keyboard; where it is gone, the keyboard goes where it is told
   to. Whoever went on in the meantime keeps it. */
(() => {
  let held = "", next = "";
  const find = (id) => document.getElementById(id);
  const give = () => {
    if (document.activeElement === document.body) (find(held) || find(next))?.focus({ preventScroll: true });
  };
  document.addEventListener("pointerdown", () => { held = next = ""; }, true);
  document.addEventListener("focusin", (event) => { held = event.target.id; next = ""; });
  new MutationObserver(give).observe(document, { childList: true, subtree: true });
  sanshengLab.focus = (id) => { next = id; give(); };
})();
