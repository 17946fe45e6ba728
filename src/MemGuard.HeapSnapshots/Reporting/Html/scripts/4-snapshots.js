// Snapshots: the list, one of them, two compared, and a new one.
const snapshots = { list: [], load: null, post: null, save: null, collect: null, mayDownload: false, asked: false, details: {} };

snapshots.take = (page) => {
  snapshots.list = page.snapshots;
  put(
    "snapshot-list",
    page.snapshots.length
      ? table(
          "Kept heap snapshots, the newest first",
          ["Taken", "Why", "Objects", "Live", "Stood still", ""],
          page.snapshots.map((one) => [time(one.takenAt), one.reason + (one.incompleteBecause ? " – incomplete: " + one.incompleteBecause : ""), text.count(one.objectCount), text.bytes(one.liveBytes), text.duration(one.pauseSeconds) === "0 s" ? Math.round(one.pauseSeconds * 1000) + " ms" : text.duration(one.pauseSeconds), make("span", {}, make("button", { type: "button", onclick: () => snapshots.show(one.id), "aria-label": "Show the snapshot of " + new Date(one.takenAt).toLocaleTimeString() }, "Show"), download(one))]),
          [2, 3, 4]
        )
      : make("p", { class: "quiet" }, page.noneBecause || "No snapshot yet.")
  );
  compareForm();
};

function download(one) {
  if (!snapshots.mayDownload || !snapshots.save) return null;
  return make("button", { type: "button", onclick: () => snapshots.save(one.id), "aria-label": "Download the snapshot of " + new Date(one.takenAt).toLocaleTimeString() }, "Download");
}

function compareForm() {
  const usable = snapshots.list.filter((one) => !one.incompleteBecause);
  if (usable.length < 2) return put("compare");
  const pick = (id, label, chosen) => {
    const before = byId(id) && byId(id).value;
    const select = make("select", { id }, usable.map((one) => make("option", { value: one.id }, new Date(one.takenAt).toLocaleTimeString() + " · " + text.bytes(one.liveBytes) + " · " + one.reason)));
    select.value = usable.some((one) => one.id === before) ? before : chosen;
    return make("label", {}, label + " ", select);
  };
  put("compare", make("p", { class: "compare" }, pick("compare-from", "Compare", usable[usable.length - 1].id), pick("compare-to", "with", usable[0].id), make("button", { type: "button", onclick: () => snapshots.diff(byId("compare-from").value, byId("compare-to").value) }, "Show what has grown")));
}

snapshots.show = async (id) => {
  const page = await snapshots.load("snapshots/" + encodeURIComponent(id));
  if (!page) return;
  put(
    "snapshot-detail",
    make("h3", {}, "Snapshot of ", time(page.snapshot.takenAt)),
    make("p", { class: "quiet" }, "Retained: what would be freed together with the place, because nothing else holds it."),
    table(
      "Places that hold most",
      ["Place", "Retained", "Share", "Holds"],
      page.places.map((place) => [make("div", {}, make("code", {}, place.name), chain(place.chain), place.nextStep ? make("p", { class: "quiet" }, place.nextStep) : null), text.bytes(place.retainedBytes), text.percent(place.shareRatio), text.count(place.count) + " " + place.countUnit]),
      [1, 2, 3]
    ),
    page.icicle.length > 1 ? [make("h4", {}, "What is held by what"), icicle(page.icicle)] : null,
    make("details", {}, make("summary", {}, "Types by size"), table("Types by size", ["Type", "Bytes", "Objects"], page.types.map((type) => [make("code", {}, type.name), text.bytes(type.bytes), text.count(type.count)]), [1, 2]))
  );
};

// Width is bytes; each row lies in the one above it. The tables have the figures.
function icicle(nodes) {
  const placed = [];
  const box = make("div", { class: "icicle", role: "img", "aria-label": "Icicle of retained sizes: the table above has its figures" });
  const used = new Map();
  nodes.forEach((node, i) => {
    const parent = node.parent < 0 ? { left: 0, width: 100, depth: -1, bytes: node.bytes } : placed[node.parent];
    const left = parent.left + (used.get(node.parent) || 0);
    const width = parent.bytes ? (parent.width * node.bytes) / parent.bytes : 0;
    used.set(node.parent, (used.get(node.parent) || 0) + width);
    placed[i] = { left, width, depth: parent.depth + 1, bytes: node.bytes };
    const cell = make("span", { class: "cell tint-" + (i % 5), title: node.label + ": " + text.bytes(node.bytes) + ", " + text.count(node.count) + " objects" }, width > 3 ? node.label : "");
    cell.style.left = left + "%";
    cell.style.width = width + "%";
    cell.style.top = placed[i].depth * 1.5 + "rem";
    box.append(cell);
  });
  box.style.height = 1.5 * (1 + Math.max(...placed.map((one) => one.depth))) + "rem";
  return box;
}

snapshots.diff = async (from, to) => {
  const page = await snapshots.load("snapshots/" + encodeURIComponent(from) + "/diff/" + encodeURIComponent(to));
  if (page) snapshots.showDiff(page);
};

snapshots.showDiff = (page) => {
  put(
    "snapshot-detail",
    make("h3", {}, "What has grown from ", time(page.from.takenAt), " to ", time(page.to.takenAt)),
    page.refusedBecause
      ? make("p", {}, page.refusedBecause)
      : [
          make("p", {}, "Live bytes " + text.bytes(page.from.liveBytes) + " → " + text.bytes(page.to.liveBytes) + ": " + signed(page.growthBytes) + (page.unexplainedBytes ? ", of which " + text.bytes(page.unexplainedBytes) + " are in none of these places." : ".")),
          page.growth.length
            ? table(
                "Places that have grown",
                ["Place", "Then", "Now", "Growth", "Of all", "Holds"],
                page.growth.map((one) => [make("div", {}, make("code", {}, one.name), chain(one.chain)), text.bytes(Math.max(0, one.thenBytes)), text.bytes(one.nowBytes), signed(one.growthBytes), text.percent(one.shareRatio), text.count(Math.max(0, one.thenCount)) + " → " + text.count(one.nowCount) + " " + one.countUnit]),
                [1, 2, 3, 4, 5]
              )
            : make("p", { class: "quiet" }, "Nothing has grown."),
        ]
  );
};

const signed = (bytes) => (bytes > 0 ? "+" : "") + text.bytes(bytes);

// A background collection tells what is retained from what is garbage.
function collection(capture) {
  const box = byId("collection");
  if (!capture.isCollectionAllowed || !snapshots.collect || box.querySelector("button")) return;
  const said = make("span", { role: "status", class: "quiet" }, " The service goes on meanwhile.");
  const button = make("button", { type: "button" }, "Collect, and measure what is retained");
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = " Collecting …";
    said.textContent = " " + (await snapshots.collect());
    button.disabled = false;
  });
  box.replaceChildren(make("p", {}, button, said));
}

// The button is absent where it cannot work, and the reason stands in its place.
snapshots.capture = (capture) => {
  const mayDownload = Boolean(capture.isDownloadAllowed);
  if (mayDownload !== snapshots.mayDownload) {
    snapshots.mayDownload = mayDownload;
    if (snapshots.list.length) snapshots.take({ snapshots: snapshots.list });
  }
  collection(capture);
  const box = byId("capture");
  if (!capture.isAvailable) return put("capture", make("p", { class: "hint" }, capture.unavailableBecause));
  if (capture.isRunning) return put("capture", make("p", { role: "status" }, "Taking a snapshot: " + Math.round(capture.runningSeconds || 0) + " s."));
  const refused = capture.refusedBecause ? make("p", { class: "hint" }, "The last snapshot that was asked for here was refused: " + capture.refusedBecause) : null;
  if (!capture.isAllowed || !snapshots.post) return put("capture", refused);
  if (!box.querySelector("button")) {
    const button = make("button", { type: "button" }, "Take a snapshot");
    button.addEventListener("click", async () => {
      button.disabled = true;
      await snapshots.post();
      button.disabled = false;
    });
    box.replaceChildren(button, make("span", { class: "quiet" }, " The service stands still for a moment."));
  }
  for (const old of box.querySelectorAll("p")) old.remove();
  if (refused) box.append(refused);
};
