// Every text goes in as text, never as markup: names of types contain < and >, and whoever named a structure may not be a friend.
const text = {};

// The same figures as in the log line (ByteText.cs): 1 MB is 1,048,576 bytes.
text.bytes = (bytes) => {
  const size = Math.abs(bytes);
  if (size >= 1048576) return trim(bytes / 1048576) + " MB";
  if (size >= 1024) return trim(bytes / 1024) + " KB";
  return bytes + " B";
};

// One decimal at most, halves away from zero, as .NET's "0.#".
function trim(value) {
  const sign = value < 0 ? -1 : 1;
  return String((sign * Math.round(Math.abs(value) * 10)) / 10 || 0);
}

text.count = (value) => value.toLocaleString("en-US");

text.percent = (ratio) => (ratio * 100).toFixed(ratio < 0.1 ? 1 : 0) + " %";

text.duration = (seconds) => {
  if (seconds < 120) return Math.round(seconds) + " s";
  if (seconds < 7200) return Math.round(seconds / 60) + " min";
  return seconds < 172800 ? (seconds / 3600).toFixed(seconds < 36000 ? 1 : 0) + " h" : (seconds / 86400).toFixed(seconds < 864000 ? 1 : 0) + " days";
};

// One element: attributes are set as attributes, children that are no elements become text.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "onclick" || name === "oninput") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const byId = (id) => document.getElementById(id);

function put(id, ...children) {
  const element = byId(id);
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// What is not known is a dash that says why, and never a zero.
function known(value, write, reason) {
  return value === null || value === undefined ? make("abbr", { title: reason || "not known", class: "unknown" }, "–") : write(value);
}

// Local for the reader, UTC for who compares with a log.
function time(iso, withDate) {
  const moment = new Date(iso);
  const local = withDate || moment.toDateString() !== new Date().toDateString() ? moment.toLocaleString() : moment.toLocaleTimeString();
  return make("time", { datetime: iso, title: moment.toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC") }, local);
}

// On a narrow screen each row is a list of its cells, named by the head.
function table(caption, heads, rows, numeric) {
  const isNumber = (i) => (numeric || []).includes(i);
  return make(
    "table",
    {},
    make("caption", { class: "unseen" }, caption),
    make("thead", {}, make("tr", {}, heads.map((head, i) => make("th", { scope: "col", class: isNumber(i) && "number" }, head)))),
    make("tbody", {}, rows.map((cells) => make("tr", {}, cells.map((cell, i) => make(i === 0 ? "th" : "td", { "data-head": heads[i], class: isNumber(i) && "number", scope: i === 0 && "row" }, cell)))))
  );
}

function chain(steps, summary) {
  return steps && steps.length ? make("details", { class: "chain" }, make("summary", {}, summary || "How it is held"), make("ol", {}, steps.map((step) => make("li", {}, make("code", {}, step))))) : null;
}
