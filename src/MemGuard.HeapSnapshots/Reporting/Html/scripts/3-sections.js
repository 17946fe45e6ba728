// The sections that the server has written already, brought up to date; and the structures.
const sections = { state: null, announcedAt: 0, structures: null };

const Marks = { off: "○", starting: "◌", healthy: "✓", suspected: "▲", confirmed: "●", resolved: "✓" };

sections.take = (state) => {
  sections.state = state;
  charts.trend = state.verdict.trend;
  verdict(state);
  memory(state.memory);
  limits(state.limits);
  // Without one the page says so already, in words of its own when it is a file.
  if (state.previousRun) { put("previous", make("p", {}, state.previousRun.message)); }
  snapshots.capture(state.capture);
};

function verdict(state) {
  const v = state.verdict;
  const root = document.documentElement;
  const changed = root.dataset.stage !== v.stage;
  root.dataset.stage = v.stage;
  put("mark", Marks[v.stage] || "○");
  put("headline", v.headline);
  put("reason", v.reason);
  put("suspects", state.suspects.map(suspect), state.noSuspectBecause ? make("li", { class: "quiet" }, "No suspect: " + state.noSuspectBecause) : null);
  put("next", v.nextStep ? [make("strong", {}, "Next: "), v.nextStep] : null);
  put("app", [state.application.name + (state.application.version ? " " + state.application.version : ""), state.application.machine, state.uptimeSeconds === null ? null : "up " + text.duration(state.uptimeSeconds)].filter(Boolean).join(" · "));
  put("seen", state.time ? ["as of ", time(state.time)] : null);
  document.title = (v.stage === "confirmed" || v.stage === "suspected" ? "● " + v.problem.replaceAll("_", " ") : v.stage) + " – " + state.application.name;
  const icon = document.querySelector("link[rel=icon]");
  const wanted = document.body.dataset["icon" + v.stage[0].toUpperCase() + v.stage.slice(1)];
  if (icon && wanted && icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
  copyButton(v.line, state.suspects[0]);

  // A screen reader hears of changes, not of every tick.
  if (changed && Date.now() - sections.announcedAt > 10000) {
    sections.announcedAt = Date.now();
    put("announce", v.headline);
  }
}

function suspect(one) {
  const figures = [
    one.count === null ? null : text.count(one.count) + " " + one.countUnit,
    one.retainedBytes === null ? null : text.bytes(one.retainedBytes) + " freed with it",
    one.growthShareRatio === null ? null : text.percent(one.growthShareRatio) + " of the growth",
  ].filter(Boolean);
  return make("li", {}, make("code", { class: "holder" }, one.name), figures.length ? make("span", { class: "figures" }, figures.join(" · ")) : null, chain(one.chain));
}

function copyButton(line, first) {
  const box = byId("copy");
  if (!line) return box.replaceChildren();
  const whole = line + (first && first.fingerprint ? " [" + first.fingerprint.slice(0, 8) + "]" : "");
  if (box.dataset.line === whole) return;
  box.dataset.line = whole;
  const shown = make("code", { class: "line" }, whole);
  const button = make("button", { type: "button" }, "Copy the log line");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(whole);
      button.textContent = "Copied";
    } catch {
      // Without TLS there is no clipboard: the line is marked, the keyboard copies it.
      shown.parentElement.open = true;
      getSelection().selectAllChildren(shown);
      button.textContent = "Marked: copy it with the keyboard";
    }
    setTimeout(() => (button.textContent = "Copy the log line"), 3000);
  });
  box.replaceChildren(button, make("details", {}, make("summary", {}, "The log line"), shown));
}

const Parts = [["gcHeapBytes", "gcHeap", "GC heap"], ["nativeAllocatedBytes", "native", "malloc"], ["nativeFreeBytes", "nativeFree", "malloc, free"], ["otherBytes", "other", "other"], ["sharedBytes", "shared", "shared"], ["fileBytes", "files", "files, reclaimable"]];

function memory(m) {
  if (!m) return put("memory-now", make("p", { class: "quiet" }, "No sample yet."));
  const ledger = m.ledger;
  const whole = Math.max(m.limitBytes || 0, m.workingSetBytes || 0, m.usedBytes || 0, 1);
  const bar = make("div", { class: "bar" + (m.limitBytes === null ? " endless" : ""), role: "img", "aria-label": usage(m) });
  for (const [key, name, label] of Parts) {
    if (!ledger || !ledger[key]) continue;
    const part = make("span", { class: "part part-" + name, title: label + " " + text.bytes(ledger[key]) });
    part.style.width = (100 * ledger[key]) / (m.limitBytes === null ? whole * 1.15 : whole) + "%";
    bar.append(part);
  }
  if (!ledger && m.usedBytes !== null) {
    const part = make("span", { class: "part part-gcHeap" });
    part.style.width = (100 * m.usedBytes) / (m.limitBytes === null ? whole * 1.15 : whole) + "%";
    bar.append(part);
  }
  const figures = Parts.map(([key, name, label]) => make("li", {}, make("span", { class: "key part-" + name, "aria-hidden": "true" }), label + " ", make("b", {}, known(ledger && ledger[key], text.bytes, m.noLedgerBecause || "cannot be read on this system"))));
  put("memory-now", make("p", { class: "usage" }, usage(m)), bar, make("ul", { class: "parts" }, figures), m.noLimitBecause ? make("p", { class: "hint" }, m.noLimitBecause) : null, m.noLedgerBecause ? make("p", { class: "hint" }, m.noLedgerBecause) : null);
}

function usage(m) {
  if (m.usedBytes === null) return "How much is used is not known.";
  if (m.limitBytes === null) return text.bytes(m.usedBytes) + " unreclaimable; no limit known.";
  return text.bytes(m.usedBytes) + " unreclaimable of " + text.bytes(m.limitBytes) + " (" + text.percent(m.usedRatio) + "), " + text.bytes(m.headroomBytes) + " left.";
}

function limits(l) {
  put("limits-now", make("p", {}, l.summary), l.findings.length ? make("ul", { class: "findings" }, l.findings.map((f) => make("li", {}, make("b", { class: "severity " + f.severity }, f.severity), " ", f.fact, make("code", { class: "line" }, f.setting)))) : l.isJudged ? make("p", { class: "quiet" }, "Nothing is wrong with them.") : null);
}

sections.structure = (page) => {
  sections.structures = page;
  const wanted = byId("structure-search").value.trim().toLowerCase();
  const rows = page.structures.filter((one) => one.name.toLowerCase().includes(wanted));
  const fill = (one) => {
    if (one.fillRatio === null) return make("abbr", { class: "unknown", title: "nothing bounds it" }, "–");
    // A full cache does what it is for; whatever else is full makes somebody wait, or loses.
    const meter = make("span", { class: "fill" + (one.fillRatio > 0.9 && !one.kind.includes("cache") ? " full" : ""), "aria-hidden": "true" }, make("span", {}));
    meter.firstChild.style.width = 100 * one.fillRatio + "%";
    return make("span", { class: "filling" }, meter, text.percent(one.fillRatio));
  };
  put(
    "structure-list",
    rows.length
      ? table(
          "Bounded structures, the fullest first",
          ["Name", "Kind", "Filled", "Items", "Hit ratio", "Evicted", "Oldest"],
          rows.map((one) => [make("code", {}, one.name), one.kind.replaceAll("_", " "), fill(one), text.count(one.count) + (one.capacity === null ? "" : " of " + text.count(one.capacity)), known(one.hitRatio, text.percent, "not counted, or never asked"), known(one.totalEvictions, text.count, "not counted"), known(one.oldestSeconds, text.duration, "not tracked")]),
          [3, 4, 5, 6]
        )
      : make("p", { class: "quiet" }, page.structures.length ? "None has that name." : "No bounded structure exists in this process."),
    page.leftOut ? make("p", { class: "quiet" }, text.count(page.leftOut) + " more are not listed.") : null
  );
};

sections.alerts = (page) => {
  put(
    "alert-list",
    page.alerts.length
      ? page.alerts.map((alert) =>
          make(
            "li",
            { class: "alert " + alert.stage },
            make("p", { class: "alert-head" }, time(alert.time), " ", make("b", { class: "severity " + alert.stage }, alert.stage), " episode " + alert.episode + (alert.lastedSeconds === null ? "" : ", lasted " + text.duration(alert.lastedSeconds))),
            make("p", {}, alert.line),
            alert.notes.map((note) => make("p", { class: "quiet" }, note))
          )
        )
      : make("li", { class: "quiet" }, "None since this process started.")
  );
};

sections.routes = (page) => {
  byId("routes").hidden = false;
  put(
    "route-list",
    page.routes.length
      ? table(
          "Routes, those that allocate most first",
          ["Route", "Of all", "Allocated a request", "Mean time", "Longest", "Measured"],
          page.routes.map((one) => [make("code", {}, one.route), known(one.allocatedShareRatio, text.percent, "nothing was allocated"), text.bytes(one.allocatedBytesPerRequest), milliseconds(one.meanSeconds), milliseconds(one.longestSeconds), text.count(one.measuredRequests)]),
          [1, 2, 3, 4, 5]
        )
      : make("p", { class: "quiet" }, "No request yet."),
    make("p", { class: "quiet" }, "One request in " + text.count(page.oneIn) + " is measured. What a route allocates is not what it keeps.")
  );
};

const milliseconds = (seconds) => (seconds < 10 ? (seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0) + " ms" : text.duration(seconds));

sections.start = () => byId("structure-search").addEventListener("input", () => sections.structures && sections.structure(sections.structures));
