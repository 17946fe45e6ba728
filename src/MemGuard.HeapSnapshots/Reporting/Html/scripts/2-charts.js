// Four charts over one history. Fixed size: beyond MaxRows the page asks for a thinner history.
const history = { run: null, zero: 0, rows: [], MaxRows: 900 };
const Columns = ["elapsed", "used", "limit", "heap", "liveHeap", "unmanaged", "gcHeap", "native", "nativeFree", "other", "shared", "files", "pausePartsPerMillion", "allocatedPerSecond"];

history.take = (page) => {
  const columns = Columns.map((name) => {
    let last = 0;
    return page.columns[name].map((step) => (step === null ? null : (last += step)));
  });
  const rows = columns[0].map((_, i) => columns.map((column) => column[i]));
  history.zero = page.zeroTime ? Date.parse(page.zeroTime) / 1000 : 0;
  const after = page.isContinued && page.run === history.run && history.rows.length ? history.rows[history.rows.length - 1][0] : -1;
  history.rows = after < 0 ? rows : history.rows.concat(rows.filter((row) => row[0] > after)).slice(-history.MaxRows);
  history.run = page.run;
};

history.add = (row) => {
  const last = history.rows[history.rows.length - 1];
  if (!last || row[0] > last[0]) history.rows.push(row);
};

const column = (name) => history.rows.map((row) => row[Columns.indexOf(name)]);
const times = () => history.rows.map((row) => history.zero + row[0] / 1000);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

const charts = { plots: {}, trend: null };

const Stack = [["files", "Files (reclaimable)"], ["shared", "Shared"], ["other", "Other"], ["nativeFree", "malloc, free"], ["native", "malloc"], ["gcHeap", "GC heap"]];

// Sums from the bottom up; the largest is drawn first, so that each covers the rest of those above it.
function stackData() {
  const parts = Stack.map(([name]) => column(name));
  const sums = parts.map((_, from) => history.rows.map((_, i) => {
    const below = parts.slice(from).map((part) => part[i]);
    return below.every((value) => value === null) ? null : below.reduce((sum, value) => sum + (value || 0), 0);
  }));
  const used = column("used");
  const top = Math.max(0, ...sums[0].filter((v) => v !== null), ...used.filter((v) => v !== null));
  const limit = column("limit").map((value) => (value !== null && value < 4 * top ? value : null));
  return [times(), ...sums, used, limit];
}

const hasTrend = () => Boolean(charts.trend && charts.trend.series === "live_heap");

function liveData() {
  const x = times();
  const heap = column("heap");
  const live = column("liveHeap");
  const blank = () => x.map(() => null);
  const [trend, low, high] = [blank(), blank(), blank()];
  const t = charts.trend;
  if (!hasTrend()) return [x, heap, live];
  if (x.length) {
    const end = history.zero + t.endElapsedSeconds;
    const ahead = end + t.windowSeconds / 2;
    const at = (perHour, moment) => t.end + (perHour * (moment - end)) / 3600;
    x.forEach((moment, i) => {
      if (moment >= end - t.windowSeconds && moment <= end) trend[i] = t.start + ((t.end - t.start) * (moment - (end - t.windowSeconds))) / t.windowSeconds;
    });
    for (const moment of [Math.max(end, x[x.length - 1] + 0.001), ahead].filter((m) => m > x[x.length - 1])) {
      x.push(moment);
      heap.push(null);
      live.push(null);
      trend.push(at(t.perHour, moment));
      low.push(at(t.perHourLow, moment));
      high.push(at(t.perHourHigh, moment));
    }
  }
  return [x, heap, live, trend, low, high];
}

const line = (label, name, more) => Object.assign({ label, stroke: () => colour(name), width: 1.5, points: { show: false } }, more);

// Round figures of bytes are powers of two.
const ByteSteps = Array.from({ length: 50 }, (_, i) => 2 ** i);

// With seconds where the marks are closer than a minute.
const clock = (seconds, apart) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: apart < 60 ? "2-digit" : undefined, hour12: false });

function definition(name) {
  if (name === "stack") {
    return {
      data: stackData,
      raw: () => [times(), ...Stack.map(([part]) => column(part)), column("used"), column("limit")],
      value: text.bytes,
      series: Stack.map(([part, label]) => line(label, "part-" + part, { fill: () => colour("part-" + part), width: 1 })).concat([line("Unreclaimable", "ink", { width: 2 }), line("Limit", "bad", { dash: [6, 4], width: 2 })]),
    };
  }
  if (name === "live") {
    return {
      data: liveData,
      value: text.bytes,
      series: [
        line("Heap", "pale"),
        line("Live after full collections", "part-gcHeap", { width: 0, points: { show: true, size: 5, fill: () => colour("part-gcHeap") } }),
      ].concat(hasTrend() ? [line("Trend", "bad", { width: 2, spanGaps: true }), line("Forecast, low", "band", { width: 1 }), line("Forecast, high", "band", { width: 1 })] : []),
      bands: hasTrend() ? [{ series: [5, 4], fill: () => colour("band") }] : undefined,
    };
  }
  return name === "pauses"
    ? { data: () => [times(), column("pausePartsPerMillion").map((v) => (v === null ? null : v / 1e6))], value: text.percent, series: [line("Paused for collections", "part-native", { fill: () => colour("part-native") })] }
    : { data: () => [times(), column("allocatedPerSecond")], value: (v) => text.bytes(v) + "/s", series: [line("Allocated", "part-other", { fill: () => colour("part-other") })] };
}

function draw(name) {
  const box = byId("chart-" + name);
  const { data, raw, value, series, bands } = definition(name);
  const isBytes = name !== "pauses";
  const axis = { stroke: () => colour("ink"), grid: { stroke: () => colour("line"), width: 1 }, ticks: { stroke: () => colour("line"), width: 1 } };
  charts.plots[name] = new uPlot(
    {
      width: Math.max(200, box.clientWidth),
      height: name === "stack" || name === "live" ? 240 : 160,
      cursor: { drag: { x: false, y: false } },
      legend: { live: true },
      scales: { y: { range: (_, min, max) => [0, Math.max(max === null ? 0 : max * 1.05, name === "pauses" ? 0.01 : 1024)] } },
      axes: [
        Object.assign({ space: 80, values: (_, ticks, __, ___, apart) => ticks.map((at) => clock(at, apart)) }, axis),
        Object.assign({ size: 74, values: (_, ticks) => ticks.map(value) }, axis, isBytes ? { incrs: ByteSteps } : {}),
      ],
      series: [{ label: "Time" }].concat(series.map((one) => Object.assign({ value: (_, v, i, at) => (at === null || at === undefined ? "" : figure(name, i, at, value)) }, one))),
      bands,
    },
    data(),
    box
  );
  charts.plots[name].withTrend = hasTrend();
  charts.plots[name].fresh = data;
  charts.plots[name].raw = raw || data;
  charts.plots[name].write = value;
}

// What is drawn on top of others is read by itself.
function figure(name, i, at, value) {
  const known = charts.plots[name] && charts.plots[name].raw()[i][at];
  return known === null || known === undefined ? "–" : value(known);
}

charts.draw = () => {
  document.querySelector(".charts").hidden = !history.rows.length;
  if (!window.uPlot || !history.rows.length) return;
  if (charts.plots.live && charts.plots.live.withTrend !== hasTrend()) {
    charts.plots.live.destroy();
    delete charts.plots.live;
  }
  for (const name of ["stack", "live", "pauses", "allocations"]) {
    if (!charts.plots[name]) {
      byId("chart-" + name).replaceChildren();
      draw(name);
    } else charts.plots[name].setData(charts.plots[name].fresh());
    if (!byId("table-" + name).hidden) charts.table(name);
  }
};

charts.redraw = () => {
  for (const name of Object.keys(charts.plots)) {
    charts.plots[name].destroy();
    delete charts.plots[name];
  }
  charts.draw();
};

// For who does not see the picture: the last rows as figures.
charts.table = (name) => {
  const plot = charts.plots[name];
  if (!plot) return;
  const heads = plot.series.map((one) => one.label);
  const data = plot.raw();
  const from = Math.max(0, data[0].length - 20);
  const rows = data[0].slice(from).map((moment, i) => [new Date(moment * 1000).toLocaleTimeString()].concat(data.slice(1).map((values) => known(values[from + i], plot.write, "not known at that time"))));
  byId("table-" + name).replaceChildren(table(byId("title-" + name).textContent, heads, rows.reverse(), heads.map((_, i) => i).slice(1)));
};

charts.start = () => {
  for (const name of ["stack", "live", "pauses", "allocations"]) {
    const target = byId("table-" + name);
    const button = make("button", { type: "button", "aria-expanded": "false", "aria-controls": "table-" + name }, "Show as table");
    button.addEventListener("click", () => {
      target.hidden = !target.hidden;
      button.setAttribute("aria-expanded", String(!target.hidden));
      button.textContent = target.hidden ? "Show as table" : "Hide the table";
      if (!target.hidden) charts.table(name);
    });
    byId("tools-" + name).replaceChildren(button);
    new ResizeObserver((entries) => {
      const plot = charts.plots[name];
      const width = Math.round(entries[0].contentRect.width);
      if (plot && width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height });
    }).observe(byId("chart-" + name));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", charts.redraw);
};
