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
  const font = { fontFamily: "sans-serif", color: INK, fontSize: 12 };
  const base = () => ({
    animation: false,
    textStyle: font,
    aria: { enabled: true },
    tooltip: { renderMode: "richText", confine: true, textStyle: { ...font, fontSize: px(12) } },
  });
  /* Where the page is written larger, as on a projector, so are its charts. */
  const scale = () => parseFloat(getComputedStyle(page).fontSize) / 16 || 1;
  const px = (size) => Math.round(size * scale());
  const narrow = (el) => el.clientWidth < px(560);
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
    type: "value", scale: true, name: say(unit), nameLocation: "middle", nameGap: px(28),
    nameTextStyle: { fontSize: px(12) }, axisLabel: { color: SOFT, fontSize: px(12), hideOverlap: true, formatter: digits }, splitLine: { lineStyle: { color: "#eee" } }, ...more,
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
      const room = px(narrow(el) ? 104 : 210);
      const point = (row, i) => ({
        value: [row.mid, i], symbol: "circle",
        itemStyle: { color: row.certain ? COLOURS[0] : "#fff", borderColor: COLOURS[0], borderWidth: 2 },
      });
      const areas = spec.zone ? { silent: true, itemStyle: { color: BAND }, data: [[{ xAxis: -spec.zone }, { xAxis: spec.zone }]] } : undefined;
      return {
        ...base(),
        grid: { left: room, right: 24, top: 12, bottom: px(48) },
        xAxis: value_axis(spec.unit, rows.every((row) => row.mid === 0) ? { min: -1, max: 1 } : {}),
        yAxis: { type: "category", inverse: true, data: labels, axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: INK, width: room - 12, overflow: "break", interval: 0, fontSize: px(narrow(el) ? 10 : 12), lineHeight: px(14) } },
        series: [
          whisker(rows.map((r) => r.low_all ?? NaN), rows.map((r) => r.high_all ?? NaN), 1.2, SOFT),
          whisker(rows.map((r) => r.low ?? NaN), rows.map((r) => r.high ?? NaN), 4, COLOURS[0]),
          { type: "scatter", symbolSize: px(10), z: 3, data: rows.map(point), markArea: areas,
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
        ...base(), legend: { top: 0, type: "scroll", textStyle: { ...font, fontSize: px(12) }, data: spec.series.map((line) => say(line.name)) },
        grid: { left: px(64), right: 24, top: px(52), bottom: px(44) },
        xAxis: { type: "category", data: spec.x, boundaryGap: false, axisLabel: { color: SOFT, fontSize: px(12), hideOverlap: true } },
        yAxis: value_axis(spec.unit, { nameGap: px(46) }),
        tooltip: { ...base().tooltip, trigger: "axis", formatter: (points) => {
          const t = points[0].dataIndex;
          const lines = spec.series.map((s) => `${say(s.name)}  ${digits(s.mid[t])} (${digits(s.low[t])} … ${digits(s.high[t])})`);
          return `${spec.x[t]}  ${say(spec.unit)}\n${lines.join("\n")}`;
        } },
        series,
      };
    },

    pairs(spec, el) {
      const rows = spec.rows, room = px(narrow(el) ? 104 : 190);
      const dots = (key, i) => ({
        name: say(spec.names[i]), type: "scatter", symbolSize: px(11), symbol: SHAPES[i], z: 3,
        itemStyle: { color: COLOURS[i] }, data: rows.map((row, r) => [row[key], r]),
      });
      return {
        ...base(), legend: { top: 0, textStyle: { ...font, fontSize: px(12) } }, grid: { left: room, right: 28, top: px(34), bottom: px(48) },
        xAxis: value_axis(spec.unit),
        yAxis: { type: "category", inverse: true, data: rows.map((row) => say(row.label)), axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: INK, width: room - 12, overflow: "break", interval: 0, fontSize: px(narrow(el) ? 10 : 12) } },
        series: [whisker(rows.map((r) => r.a), rows.map((r) => r.b), 2, LINE), dots("a", 0), dots("b", 1)],
        tooltip: { ...base().tooltip, formatter: (p) => `${say(rows[p.value[1]].label)}\n${p.seriesName}: ${digits(p.value[0])} ${say(spec.unit)}` },
      };
    },

    /* What people said beforehand, beside what came out. */
    guesses(spec, el) {
      const room = px(narrow(el) ? 90 : 150);
      return {
        ...base(), grid: { left: room, right: 28, top: px(34), bottom: px(48) },
        xAxis: value_axis(spec.unit, { boundaryGap: ["4%", "4%"] }),
        yAxis: { type: "category", inverse: true, data: spec.names, axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { color: INK, width: room - 12, overflow: "truncate", interval: 0, fontSize: px(12) } },
        series: [{ type: "scatter", symbolSize: px(11), z: 3, itemStyle: { color: COLOURS[1] }, data: spec.values.map((value, i) => [value, i]),
          markArea: { silent: true, itemStyle: { color: COLOURS[0], opacity: 0.18 }, data: [[{ xAxis: spec.low }, { xAxis: spec.high }]] },
          markLine: { silent: true, symbol: "none", label: { formatter: (p) => p.name, color: INK, position: "start", distance: 4, fontSize: px(12) },
            data: [{ xAxis: spec.mid, name: say(spec.truth), lineStyle: { color: COLOURS[0], width: 3, type: "solid" } }, { xAxis: 0, name: "", lineStyle: { color: INK, width: 1, type: "dashed" } }] } }],
        tooltip: { ...base().tooltip, formatter: (p) => `${spec.names[p.value[1]]}\n${digits(p.value[0])} ${say(spec.unit)}` },
      };
    },

    flow(spec, el) {
      const names = Object.fromEntries(spec.nodes.map((node) => [node.id, say(node.label)]));
      const value = (v) => `${digits(v)} ${say(spec.unit)}`;
      return {
        ...base(),
        tooltip: { ...base().tooltip, formatter: (p) => (p.dataType === "edge" ? `${names[p.data.source]} → ${names[p.data.target]}\n${value(p.value)}` : `${names[p.name]}\n${value(p.value)}`) },
        series: [{ type: "sankey", layoutIterations: 64, nodeGap: px(28), left: 4, right: px(narrow(el) ? 70 : 150), top: 8, bottom: px(26),
          orient: "horizontal", emphasis: { focus: "adjacency" },
          data: spec.nodes.map((node) => ({ name: node.id, depth: node.stage, itemStyle: { color: node.lost ? "#9a9a9a" : COLOURS[0] } })),
          links: spec.links.map((link) => ({ source: link.from, target: link.to, value: link.value, lineStyle: { color: link.lost ? "#9a9a9a" : COLOURS[0], opacity: 0.3 } })),
          label: { ...font, fontSize: px(narrow(el) ? 9 : 12), formatter: (p) => wrap(names[p.name], narrow(el) ? 12 : 24) + (narrow(el) ? "" : `\n${digits(p.value)}`) } }],
      };
    },

    /* A schematic map: what a tile says is in its sign and number, the colour only repeats it. */
    tiles(spec, el) {
      const rows = Math.ceil(spec.tiles.length / spec.across);
      const MARKS = { 1: "▲", 0: "", "-1": "▼" }, FILLS = { 1: "#cfe3f1", 0: "#eef0f2", "-1": "#f6d9c6" };
      return {
        ...base(), grid: { left: 8, right: 8, top: 8, bottom: px(34) },
        xAxis: { type: "value", min: 0, max: spec.across, show: false }, yAxis: { type: "value", min: 0, max: rows, inverse: true, show: false },
        graphic: [{ type: "text", left: 8, bottom: 6, style: { text: `▲ ${say(spec.more)}   ▼ ${say(spec.less)}   ${say(spec.unit)}`, fill: SOFT, font: `${px(12)}px ${font.fontFamily}` } }],
        series: [{ type: "custom", data: spec.tiles.map((tile, i) => [i % spec.across, Math.floor(i / spec.across), tile.mid ?? NaN, tile.side]),
          renderItem: (params, api) => {
            const a = api.coord([api.value(0), api.value(1)]), b = api.coord([api.value(0) + 1, api.value(1) + 1]);
            const shape = { x: a[0] + 2, y: a[1] + 2, width: b[0] - a[0] - 4, height: b[1] - a[1] - 4, r: 3 };
            const side = api.value(3), tight = shape.width < 56;
            const text = `${MARKS[side]}${tight && MARKS[side] ? "\n" : " "}${digits(Number.isFinite(api.value(2)) ? Math.round(api.value(2) * 10) / 10 : null)}`.trim();
            return { type: "group", children: [
              { type: "rect", shape, style: { fill: FILLS[side], stroke: side ? INK : LINE, lineWidth: side ? 1.2 : 1 } },
              { type: "text", style: { text, x: shape.x + shape.width / 2, y: shape.y + shape.height / 2, align: "center", verticalAlign: "middle", fill: INK, font: `${px(tight ? 11 : 13)}px ${font.fontFamily}` } },
            ] };
          } }],
        tooltip: { ...base().tooltip, formatter: (p) => {
          const tile = spec.tiles[p.dataIndex];
          return `${say(spec.one)} ${p.dataIndex + 1}\n${digits(tile.mid)} (${digits(tile.low)} … ${digits(tile.high)}) ${say(spec.unit)}`;
        } },
      };
    },

    dots(spec, el) {
      const rows = spec.rows;
      return {
        ...base(), grid: { left: px(64), right: 20, top: 16, bottom: px(48) },
        xAxis: { type: "value", min: 0, max: rows.length + 1, name: say(spec.xname), nameLocation: "middle", nameGap: px(28), nameTextStyle: { fontSize: px(12) }, axisLabel: { color: SOFT, fontSize: px(12) }, splitLine: { show: false } },
        yAxis: value_axis(spec.unit, { nameGap: px(46) }),
        series: [
          { type: "custom", silent: true, data: rows.map((row, i) => [i + 1, row.low, row.high]), encode: { x: 0, y: [1, 2] },
            renderItem: (params, api) => {
              if (!Number.isFinite(api.value(1)) || !Number.isFinite(api.value(2))) return null;
              const a = api.coord([api.value(0), api.value(1)]), b = api.coord([api.value(0), api.value(2)]);
              return { type: "line", shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] }, style: { stroke: LINE, lineWidth: 1.5 } };
            } },
          { type: "scatter", symbolSize: px(6), z: 3,
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
    font.fontFamily = getComputedStyle(el).fontFamily;
    font.fontSize = px(12);
    const chart = echarts.init(el, null, { renderer: "svg" });
    const paint = (other = spec) => { spec = other; chart.resize(); chart.setOption(KINDS[spec.kind](spec, el), true); };
    paint();
    return { paint, dispose: () => chart.dispose() };
  }

  /* Charts measure their words: the typeface has to be there first. */
  const fonts = () => Promise.all([...document.fonts].map((face) => face.load().catch(() => undefined)));

  return { draw, fonts, scale };
})();
