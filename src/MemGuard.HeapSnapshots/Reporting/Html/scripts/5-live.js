// How the data comes: from the file itself, or by one event stream, which is closed while nobody looks.
(() => {
  const own = byId("memguard-data");
  const data = own && JSON.parse(own.textContent);
  document.documentElement.classList.add("scripted");
  if (data) snapshots.load = async (path) => data.snapshotDetails[decodeURIComponent(path.split("/")[1])];
  if (data && !data.state) {
    // One snapshot by itself: the verdict stands there already.
    snapshots.take(data.snapshots);
    if (data.diff) snapshots.showDiff(data.diff);
    else void snapshots.show(data.snapshots.snapshots[0].id);
    return;
  }
  sections.start();
  charts.start();
  if (data) {
    history.take(data.history);
    sections.take(data.state);
    sections.structure(data.structures);
    sections.alerts(data.alerts);
    snapshots.take(data.snapshots);

    // Nobody is there to compare others: the file has the one comparison that it was made with.
    put("compare");
    if (data.diff) snapshots.showDiff(data.diff);
    charts.draw();
    return;
  }

  const live = { source: null, seenAt: Date.now(), seenTime: null, tickAt: null, gap: 0, version: null, retry: 0 };

  async function get(path) {
    const response = await fetch("api/v1/" + path, { headers: { accept: "application/json" }, cache: "no-store" });
    if (response.status === 401 || response.status === 403 || response.status === 404) {
      const isGone = response.status === 404 && path.includes("/");
      say(isGone ? "That snapshot is no longer kept." : "You are signed out, or the page is closed: reload it.");
      return null;
    }
    return response.ok ? response.json() : null;
  }

  function say(words) {
    put("problem", words || null);
    byId("problem").hidden = !words;
  }

  function fresh(iso) {
    live.seenAt = Date.now();
    live.seenTime = iso || live.seenTime;
    if (document.documentElement.classList.contains("stale")) {
      document.documentElement.classList.remove("stale");
      say(null);
    }
  }

  async function refresh(since) {
    try {
      const [state, past, structures, alerts, kept] = await Promise.all([get("state"), get("history" + (since ? "?since=" + since : "")), get("structures"), get("alerts"), get("snapshots")]);
      if (!state || !past || !structures || !alerts || !kept) return false;
      history.take(past);
      takeState(state);
      sections.structure(structures);
      sections.alerts(alerts);
      snapshots.take(kept);
      const routes = state.hasRoutes ? await get("routes") : null;
      if (routes) sections.routes(routes);
      charts.draw();
      return true;
    } catch {
      return false;
    }
  }

  function takeState(state) {
    fresh(state.time);
    if (history.run && state.run !== history.run) return void refresh();
    live.interval = state.sampleIntervalSeconds || 1;
    sections.take(state);
  }

  async function lists() {
    const [alerts, kept] = await Promise.all([get("alerts"), get("snapshots")]);
    if (alerts) sections.alerts(alerts);
    if (kept) snapshots.take(kept);
  }

  function open() {
    if (live.source || document.hidden) return;
    const source = new EventSource("events");
    live.source = source;
    source.addEventListener("tick", (event) => {
      const tick = JSON.parse(event.data);
      if (history.run && tick.run !== history.run) return void refresh();
      const last = history.rows[history.rows.length - 1];

      // Samples come less often than the options say while MemGuard restrains itself.
      if (live.tickAt) live.gap = Date.now() - live.tickAt;
      live.tickAt = Date.now();
      fresh(new Date((history.zero + tick.row[0] / 1000) * 1000).toISOString());
      if (!last || history.rows.length >= history.MaxRows || tick.row[0] - last[0] > 3000 * live.interval) void refresh(history.rows.length >= history.MaxRows || !last ? 0 : last[0]);
      else {
        history.add(tick.row);
        charts.draw();
      }
      if (live.version !== tick.version) {
        // The first one too: something may have come between the page and its stream.
        live.version = tick.version;
        void lists();
      }
    });
    source.addEventListener("state", (event) => takeState(JSON.parse(event.data)));
    source.addEventListener("routes", (event) => sections.routes(JSON.parse(event.data)));
    source.addEventListener("structures", (event) => sections.structure(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      // The browser comes back by itself, unless the answer was no stream: then the page asks now and again.
      if (source.readyState === EventSource.CLOSED) {
        close();
        void refresh();
        setTimeout(open, 10000);
      }
    });
  }

  function close() {
    if (live.source) live.source.close();
    live.source = null;
    live.tickAt = null;
  }

  snapshots.load = get;
  const act = (address) => fetch(address, { method: "POST", headers: { "content-type": "application/json", "x-memguard": "1" }, body: "{}", cache: "no-store" });
  snapshots.save = async (id) => {
    const response = await act("api/v1/snapshots/" + encodeURIComponent(id) + "/file");
    if (!response.ok) return say("The snapshot was not downloaded: the answer was " + response.status + ".");
    const address = URL.createObjectURL(await response.blob());
    const link = make("a", { href: address, download: id + ".memguard" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };
  snapshots.collect = async () => {
    const response = await act("api/v1/collection");
    const answer = await response.json().catch(() => null);
    return answer && answer.line ? answer.line : "No collection was made: the answer was " + response.status + ".";
  };
  snapshots.post = async () => {
    const response = await act("api/v1/snapshots");
    const answer = await response.json().catch(() => null);
    if (answer && answer.capture) snapshots.capture(answer.capture);
    else if (!response.ok) say("The snapshot was not taken: the answer was " + response.status + ".");
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else {
      const last = history.rows[history.rows.length - 1];
      live.seenAt = Date.now();
      void refresh(last && last[0]).then(open);
    }
  });
  addEventListener("pagehide", close);
  setInterval(() => {
    // A frozen green page is the worst of all: after three missed ticks everything greys.
    if (!document.hidden && Date.now() - live.seenAt > Math.max(5000, 3000 * (live.interval || 1), 3 * live.gap)) {
      document.documentElement.classList.add("stale");
      say("No news from the service" + (live.seenTime ? "; last seen " + new Date(live.seenTime).toLocaleTimeString() : "") + ". Trying again.");
      if (!live.source) void refresh().then((isBack) => isBack && open());
    }
  }, 1000);
  void refresh().then(open);
})();
