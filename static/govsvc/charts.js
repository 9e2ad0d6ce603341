/* Charts of rankings, drawn from the JSON beside them; the tables of the page say the same without them. */
(function () {
  "use strict";
  const INK = "#1f2937", SOFT = "#5b6472", LINE = "#d9dee7", BLUE = "#3b6fd6", RED = "#c2554a", ORANGE = "#b45309", GREY = "#8b95a4";
  const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif';
  const COLOURS = ["#1d4ed8", "#b45309", "#166534", "#9333ea", "#b42318", "#0e7490", "#4d7c0f", "#be185d", "#475569", "#a16207"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond", "pin", "arrow"];
  const STROKES = ["solid", "dashed", "dotted"];
  const narrow = (box) => box.clientWidth < 440;
  const read = (box) => JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const base = (more) => Object.assign({ animation: false, textStyle: { fontFamily: FONT, color: INK }, aria: { enabled: false } }, more);
  const tip = (trigger, formatter) => ({ trigger: trigger, confine: true, appendTo: "body", textStyle: { color: INK, fontSize: 13 }, formatter: formatter });
  const text = (words) => { const one = document.createElement("span"); one.textContent = words === null || words === undefined ? "" : String(words); return one.innerHTML; };

  /* Values of one period: upright where there is room, lying on a phone; lines for average and target. */
  function bars(box, data) {
    const lying = narrow(box);
    const rows = data.bars;
    box.style.height = lying ? rows.length * 22 + 70 + "px" : "320px";
    const names = { type: "category", data: rows.map((row) => row.name), inverse: lying, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
      axisLabel: { interval: 0, color: INK, fontSize: rows.length > 24 ? 11 : 12, rotate: lying ? 0 : rows.length > 24 ? 62 : rows.length > 6 ? 45 : 0 } };
    const values = { type: "value", axisLabel: { show: !lying, color: SOFT, fontSize: 12 }, splitLine: { lineStyle: { color: "#edf0f5" } } };
    const marks = data.lines.map((line) => {
      const at = Number(line.value), colour = line.kind === "target" ? ORANGE : INK;
      return Object.assign(lying ? { xAxis: at } : { yAxis: at }, {
        name: line.name,
        lineStyle: { color: colour, width: 2, type: line.kind === "target" ? "dashed" : "solid" },
        label: { formatter: line.name + " " + line.shown, color: colour, position: lying ? (line.kind === "target" ? "end" : "start") : line.kind === "target" ? "insideEndTop" : "insideStartTop", fontSize: 12, backgroundColor: "rgba(255,255,255,.88)", padding: [1, 4] },
      });
    });
    return base({
      grid: { left: 8, right: lying ? 56 : 16, top: 28, bottom: lying ? 30 : 8, containLabel: true },
      tooltip: tip("item", (one) => one.componentType === "markLine" ? text(one.name) : text(rows[one.dataIndex].place + " " + rows[one.dataIndex].name + "　" + rows[one.dataIndex].shown + (rows[one.dataIndex].bottom ? "　" + data.bottom : ""))),
      xAxis: lying ? values : names,
      yAxis: lying ? names : values,
      series: [{ type: "bar", barMaxWidth: 26, barCategoryGap: "28%",
        data: rows.map((row) => ({ value: Number(row.value), itemStyle: {
          color: row.bottom ? RED : BLUE, borderColor: row.own ? INK : "transparent", borderWidth: row.own ? 2 : 0,
          decal: row.bottom ? { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.55)" } : { symbol: "none" } } })),
        label: { show: lying || rows.length <= 10, position: lying ? "right" : "top", fontSize: 11, color: SOFT, formatter: (one) => rows[one.dataIndex].shown },
        markLine: { symbol: "none", silent: false, data: marks } }],
    });
  }

  /* Values or places of chosen units over the periods. */
  function trend(box, data, kind) {
    const places = kind === "places";
    box.style.height = "320px";
    const most = Math.max.apply(null, data.series.map((one) => Math.max.apply(null, one.places.map((place) => place || 1))));
    return base({
      grid: { left: 8, right: narrow(box) ? 24 : 110, top: 64, bottom: 8, containLabel: true },
      legend: { top: 0, type: "plain", itemWidth: 28, textStyle: { fontSize: 12, color: INK } },
      tooltip: tip("axis", (points) => text(points[0].axisValue) + points.map((one) => "<br>" + one.marker + text(one.seriesName + "　" + data.series[one.seriesIndex].shown[one.dataIndex])).join("")),
      xAxis: { type: "category", data: data.periods, boundaryGap: true, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: SOFT, fontSize: 12, hideOverlap: true } },
      yAxis: places
        ? { type: "value", inverse: true, min: 1, max: Math.max(most, 2), minInterval: 1, axisLabel: { color: SOFT }, splitLine: { lineStyle: { color: "#edf0f5" } } }
        : { type: "value", scale: true, axisLabel: { color: SOFT }, splitLine: { lineStyle: { color: "#edf0f5" } } },
      series: data.series.map((one, number) => ({
        type: "line", name: one.name, connectNulls: false, symbolSize: 7,
        symbol: SYMBOLS[number % SYMBOLS.length], color: COLOURS[number % COLOURS.length],
        lineStyle: { width: 2, type: STROKES[Math.floor(number / 3) % 3] },
        data: one[kind].map((value) => (value === null ? null : Number(value))),
        endLabel: { show: !narrow(box), formatter: "{a}", color: COLOURS[number % COLOURS.length], fontSize: 12 },
        labelLayout: { moveOverlap: "shiftY" },
      })),
    });
  }

  /* Places of two periods, left and right, joined by a line for each unit. */
  function slope(box, data) {
    box.style.height = Math.max(data.last * 24 + 70, 200) + "px";
    const room = Math.min(Math.max(Math.round(box.clientWidth * 0.32), 96), 240);
    const wide = { width: room - 12, overflow: "truncate", fontSize: 12, color: INK };
    return base({
      grid: { left: room, right: room, top: 40, bottom: 12 },
      tooltip: tip("item", (one) => text(data.units[one.seriesIndex].name + "　" + data.units[one.seriesIndex].from + " → " + data.units[one.seriesIndex].to + "　" + data.units[one.seriesIndex].words)),
      xAxis: { type: "category", data: data.periods, position: "top", boundaryGap: false, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: INK, fontWeight: 600, fontSize: 13 }, splitLine: { show: true, interval: 0, lineStyle: { color: LINE } } },
      yAxis: { type: "value", inverse: true, min: 1, max: data.last, minInterval: 1, show: false },
      series: data.units.map((unit) => {
        const by = unit.from - unit.to, colour = by > 0 ? COLOURS[0] : by < 0 ? ORANGE : GREY;
        return {
          type: "line", name: unit.name, color: colour, symbol: by > 0 ? "triangle" : by < 0 ? "diamond" : "circle", symbolSize: 8,
          lineStyle: { width: unit.own ? 4 : Math.abs(by) > 4 ? 3 : 1.5, type: by < 0 ? "dashed" : "solid" },
          data: [
            { value: unit.from, label: Object.assign({ show: unit.left !== "", position: "left", formatter: unit.left, align: "right" }, wide) },
            { value: unit.to, label: Object.assign({ show: unit.right !== "", position: "right", formatter: unit.right, align: "left" }, wide) },
          ],
        };
      }),
    });
  }

  const KINDS = { bars: bars, trend: trend, slope: slope };
  function draw(panel) {
    const box = panel.querySelector("[data-chart]");
    const data = read(box);
    let kind = "values";
    const options = () => KINDS[box.dataset.kind](box, data, kind);
    let wide = box.clientWidth;
    let chosen = options();
    const chart = window.echarts.init(box, null, { renderer: "svg", locale: "ZH" });
    chart.setOption(chosen);
    const again = () => { chosen = options(); chart.resize(); chart.setOption(chosen, true); };
    panel.querySelectorAll("[data-show]").forEach((button) => button.addEventListener("click", () => {
      kind = button.dataset.show;
      panel.querySelectorAll("[data-show]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
      again();
    }));
    let waiting = 0;
    window.addEventListener("resize", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => { if (box.clientWidth && box.clientWidth !== wide) { wide = box.clientWidth; again(); } }, 120);
    });
  }
  document.addEventListener("DOMContentLoaded", () => { 
    if (!window.echarts) { return; }
    const panels = Array.from(document.querySelectorAll("[data-chart-panel]"));
    // All of them before the first is drawn: each takes its width from its neighbours.
    panels.forEach((panel) => { panel.hidden = false; });
    panels.forEach(draw);
  });
})();
