/* What charts look like: a specification of the report or the lab becomes what ECharts draws, in the language of the page. */
const sanshengCharts = (() => {
  "use strict";
  const page = document.documentElement;
  const INK = "#1a1a1a", SOFT = "#555", LINE = "#d4d4d4", BAND = "#e9eef2";
  const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
  const SHAPES = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect"];
  const DASHES = ["solid", [6, 3], [2, 2], [8, 3, 2, 3]];
  const lang = () => page.lang.slice(0, 2);
  const say = (text) => (text === null || text === undefined ? "" : typeof text === "string" ? text : text[lang()]);
  const digits = (value) => {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    const places = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
    return value.toLocaleString("en-US", { maximumFractionDigits: places }).replace("-", "−");
  };
  const font = { fontFamily: getComputedStyle(page).fontFamily, color: INK, fontSize: 12 };
  const base = () => ({
    animation: false,
    textStyle: font,
    aria: { enabled: true },
    tooltip: { renderMode: "richText", confine: true, textStyle: { ...font, fontSize: 12 } },
  });
  const narrow = (el) => el.clientWidth < 560;
  const wrap = (words, width) => {
    const out = [];
    let line = "", size = 0;
    for (const part of words.split(/(?<=[\s，、·（/-])|(?=[\u4e00-\u9fff])/)) {
      const wide = [...part].reduce((sum, c) => sum + (c > "\u2e7f" ? 2 : 1), 0);
      if (size + wide > width && line) { out.push(line.trimEnd()); line = ""; size = 0; }
      line += part; size += wide;
    }
    out.push(line);
    return out.join("\n");
  };
  const value_axis = (unit, more = {}) => ({
    type: "value", scale: true, name: say(unit), nameLocation: "middle", nameGap: 28,
    axisLabel: { color: SOFT, hideOverlap: true, formatter: digits }, splitLine: { lineStyle: { color: "#eee" } }, ...more,
  });

  /* Whiskers of intervals; thin ones hold together, thick ones by themselves. */
  const whisker = (lows, highs, width, colour) => ({
    type: "custom", silent: true, z: 2, data: lows.map((low, i) => [low, i, highs[i]]),
    encode: { x: [0, 2], y: 1 },
    renderItem: (params, api) => {
      if (!Number.isFinite(api.value(0)) || !Number.isFinite(api.value(2))) return null;
      const a = api.coord([api.value(0), api.value(1)]), b = api.coord([api.value(2), api.value(1)]);
      const shape = { x1: a[0], y1: a[1], x2: b[0], y2: b[1] };
      return { type: "line", shape, style: { stroke: colour, lineWidth: width } };
    },
  });

  const KINDS = {
    forest(spec, el) {
      const rows = spec.rows, labels = rows.map((row) => say(row.label));
      const room = narrow(el) ? 104 : 210;
      const point = (row, i) => ({
        value: [row.mid, i], symbol: "circle",
        itemStyle: { color: row.certain ? COLOURS[0] : "#fff", borderColor: COLOURS[0], borderWidth: 2 },
      });
      const areas = spec.zone ? { silent: true, itemStyle: { color: BAND }, data: [[{ xAxis: -spec.zone }, { xAxis: spec.zone }]] } : undefined;
      return {
        ...base(),
        grid: { left: room, right: 24, top: 12, bottom: 48 },
        xAxis: value_axis(spec.unit, rows.every((row) => row.mid === 0) ? { min: -1, max: 1 } : {}),
        yAxis: { type: "category", inverse: true, data: labels, axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: INK, width: room - 12, overflow: "break", interval: 0, fontSize: narrow(el) ? 10 : 12, lineHeight: 14 } },
        series: [
          whisker(rows.map((r) => r.low_all ?? NaN), rows.map((r) => r.high_all ?? NaN), 1.2, SOFT),
          whisker(rows.map((r) => r.low ?? NaN), rows.map((r) => r.high ?? NaN), 4, COLOURS[0]),
          { type: "scatter", symbolSize: 10, z: 3, data: rows.map(point), markArea: areas,
            markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: INK, type: "solid" }, data: [{ xAxis: 0 }] } },
        ],
        tooltip: { ...base().tooltip, formatter: (p) => {
          const row = rows[p.value[1]];
          return `${say(row.label)}\n${digits(row.mid)} (${digits(row.low)} … ${digits(row.high)}) ${say(spec.unit)}\n${say(row.verdict)}`;
        } },
      };
    },

    bands(spec, el) {
      const series = [];
      spec.series.forEach((line, i) => {
        const name = say(line.name), colour = COLOURS[i % COLOURS.length];
        const low = { name, type: "line", stack: `band${i}`, stackStrategy: "all", data: line.low, symbol: "none", itemStyle: { color: colour }, lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
        const high = { ...low, data: line.high.map((h, t) => (h === null ? null : h - line.low[t])), areaStyle: { color: colour, opacity: 0.16 } };
        const mid = { name, type: "line", data: line.mid, symbol: "none", lineStyle: { color: colour, width: 2, type: DASHES[i % DASHES.length] }, itemStyle: { color: colour }, z: 3 };
        if (i === 0) mid.markLine = { silent: true, symbol: "none", lineStyle: { color: SOFT, type: "dashed" },
          label: { formatter: (p) => p.name, color: SOFT, position: "end", distance: 2, rotate: 0 }, data: spec.events.map((e) => ({ xAxis: e.x, name: say(e.label) })) };
        series.push(low, high, mid);
      });
      return {
        ...base(), legend: { top: 0, type: "scroll", textStyle: font, data: spec.series.map((line) => say(line.name)) },
        grid: { left: 64, right: 24, top: 52, bottom: 44 },
        xAxis: { type: "category", data: spec.x, boundaryGap: false, axisLabel: { color: SOFT, hideOverlap: true } },
        yAxis: value_axis(spec.unit, { nameGap: 46 }),
        tooltip: { ...base().tooltip, trigger: "axis", formatter: (points) => {
          const t = points[0].dataIndex;
          const lines = spec.series.map((s) => `${say(s.name)}  ${digits(s.mid[t])} (${digits(s.low[t])} … ${digits(s.high[t])})`);
          return `${spec.x[t]}  ${say(spec.unit)}\n${lines.join("\n")}`;
        } },
        series,
      };
    },

    pairs(spec, el) {
      const rows = spec.rows, room = narrow(el) ? 104 : 190;
      const dots = (key, i) => ({
        name: say(spec.names[i]), type: "scatter", symbolSize: 11, symbol: SHAPES[i], z: 3,
        itemStyle: { color: COLOURS[i] }, data: rows.map((row, r) => [row[key], r]),
      });
      return {
        ...base(), legend: { top: 0, textStyle: font }, grid: { left: room, right: 28, top: 34, bottom: 48 },
        xAxis: value_axis(spec.unit),
        yAxis: { type: "category", inverse: true, data: rows.map((row) => say(row.label)), axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: INK, width: room - 12, overflow: "break", interval: 0, fontSize: narrow(el) ? 10 : 12 } },
        series: [whisker(rows.map((r) => r.a), rows.map((r) => r.b), 2, LINE), dots("a", 0), dots("b", 1)],
        tooltip: { ...base().tooltip, formatter: (p) => `${say(rows[p.value[1]].label)}\n${p.seriesName}: ${digits(p.value[0])} ${say(spec.unit)}` },
      };
    },

    flow(spec, el) {
      const names = Object.fromEntries(spec.nodes.map((node) => [node.id, say(node.label)]));
      const value = (v) => `${digits(v)} ${say(spec.unit)}`;
      return {
        ...base(),
        tooltip: { ...base().tooltip, formatter: (p) => (p.dataType === "edge" ? `${names[p.data.source]} → ${names[p.data.target]}\n${value(p.value)}` : `${names[p.name]}\n${value(p.value)}`) },
        series: [{ type: "sankey", layoutIterations: 64, nodeGap: 16, left: 4, right: narrow(el) ? 70 : 150, top: 8, bottom: 8,
          orient: "horizontal", emphasis: { focus: "adjacency" },
          data: spec.nodes.map((node) => ({ name: node.id, depth: node.stage, itemStyle: { color: node.lost ? "#9a9a9a" : COLOURS[0] } })),
          links: spec.links.map((link) => ({ source: link.from, target: link.to, value: link.value, lineStyle: { color: link.lost ? "#9a9a9a" : COLOURS[0], opacity: 0.3 } })),
          label: { ...font, fontSize: narrow(el) ? 9 : 12, formatter: (p) => wrap(names[p.name], narrow(el) ? 12 : 24) + (narrow(el) ? "" : `\n${digits(p.value)}`) } }],
      };
    },

    dots(spec, el) {
      const rows = spec.rows;
      return {
        ...base(), grid: { left: 64, right: 20, top: 16, bottom: 48 },
        xAxis: { type: "value", min: 0, max: rows.length + 1, name: say(spec.xname), nameLocation: "middle", nameGap: 28, axisLabel: { color: SOFT }, splitLine: { show: false } },
        yAxis: value_axis(spec.unit, { nameGap: 46 }),
        series: [
          { type: "custom", silent: true, data: rows.map((row, i) => [i + 1, row.low, row.high]), encode: { x: 0, y: [1, 2] },
            renderItem: (params, api) => {
              if (!Number.isFinite(api.value(1)) || !Number.isFinite(api.value(2))) return null;
              const a = api.coord([api.value(0), api.value(1)]), b = api.coord([api.value(0), api.value(2)]);
              return { type: "line", shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: LINE, lineWidth: 1.5 } };
            } },
          { type: "scatter", symbolSize: 6, z: 3,
            data: rows.map((row, i) => ({ value: [i + 1, row.mid], symbol: row.side > 0 ? "triangle" : row.side < 0 ? "rect" : "circle",
              itemStyle: { color: row.side > 0 ? COLOURS[0] : row.side < 0 ? COLOURS[1] : "#9a9a9a" } })),
            markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: INK, type: "solid" }, data: [{ yAxis: 0 }] } },
        ],
        tooltip: { ...base().tooltip, formatter: (p) => {
          const row = rows[p.value[0] - 1];
          return `${say(row.label)}\n${digits(row.mid)} (${digits(row.low)} … ${digits(row.high)}) ${say(spec.unit)}`;
        } },
      };
    },
  };

  /* Draws a specification into an element; paints again, as large as the element is now, whenever asked. */
  function draw(el, spec) {
    const chart = echarts.init(el, null, { renderer: "svg" });
    const paint = (other = spec) => { spec = other; chart.resize(); chart.setOption(KINDS[spec.kind](spec, el), true); };
    paint();
    return { paint, dispose: () => chart.dispose() };
  }

  /* Charts measure their words: the typeface has to be there first. */
  const fonts = () => Promise.all([...document.fonts].map((face) => face.load().catch(() => undefined)));

  return { draw, fonts };
})();
