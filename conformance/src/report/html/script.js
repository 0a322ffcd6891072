"use strict";
// Everything that is shown is put in as text, never as markup: what an endpoint answers is not to be trusted.
const data = JSON.parse(document.getElementById("data").textContent);
const VERDICTS = ["pass", "differs", "not-served", "not-compared"];
const NAMES = { "pass": "Passes", "differs": "Differs", "not-served": "Not served", "not-compared": "Not compared", "timing": "By timing" };
const PAGE = 200;
const at = id => document.getElementById(id);

function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [name, own] of Object.entries(value)) made.style.setProperty(name, own);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

// The theme: that of the system until somebody chooses.
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen = new URLSearchParams(location.search).get("theme");
try { chosen = chosen || localStorage.getItem("ruststack-theme"); } catch { /* A file may have no storage. */ }
const isDark = () => (chosen === "dark" || chosen === "light") ? chosen === "dark" : dark.matches;
function paint() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  at("theme").textContent = isDark() ? "Light theme" : "Dark theme";
}
at("theme").addEventListener("click", () => {
  chosen = isDark() ? "light" : "dark";
  try { localStorage.setItem("ruststack-theme", chosen); } catch { /* It holds for this page then. */ }
  paint();
});
dark.addEventListener("change", paint);
paint();

// An interaction is a list of numbers: cassette, index, operation, verdict, reason or detail, whether it is timing.
const rows = data.rows.map(([cassette, index, operation, verdict, more, timing]) => ({
  cassette: data.cassettes[cassette], index,
  service: data.operations[operation][0], operation: data.operations[operation][1],
  verdict: VERDICTS[verdict], timing: Boolean(timing),
  reason: verdict >= 2 ? data.reasons[more] : null,
  detail: verdict < 2 && more >= 0 ? data.details[more] : null,
}));
const chosenFilters = { verdict: null, kind: "", service: "", operation: "", search: "", cause: null };
let shown = PAGE;

const count = number => number.toLocaleString("en");
const percent = (part, whole) => whole === 0 ? null : Math.floor(part * 1000 / whole) / 10;

function head() {
  at("target").textContent = data.target;
  const { pass, differs } = data.counts;
  const compared = pass + differs;
  document.title = `Conformance of ${data.target}`;
  at("headline").append(...(compared === 0
    ? ["Nothing was compared."]
    : [make("b", {}, `${percent(pass, compared).toFixed(1)} %`), ` of ${count(compared)} answers are as AWS gave them, in ${count(data.cassettes.length)} cassettes.`]));
  if (data.drift) at("headline").replaceChildren(make("b", {}, data.drift), ".");
  if (data.unproved > 0) at("headline").append(` ${count(data.unproved)} of the cassettes are no recordings of AWS.`);
  const tile = (name, number, note) => make("button", { type: "button", class: `tile ${name}`, ...(number === 0 ? { "data-zero": "" } : {}), onclick: () => choose({ verdict: name }, true) },
    make("b", {}, count(number)), make("span", {}, note));
  at("tiles").append(
    tile("pass", pass, "as AWS answered"), tile("differs", differs, "differ"),
    tile("not-served", data.counts.not_served, "not served"), tile("not-compared", data.counts.not_compared, "not compared"),
    ...(data.counts.timing > 0 ? [tile("timing", data.counts.timing, "pass, further on than AWS")] : []));
}

function fidelity() {
  const table = at("fidelity");
  const cells = (own) => {
    const compared = own.counts.pass + own.counts.differs;
    const bar = part => {
      const share = percent(part, compared);
      if (share === null) return make("td", { class: "none" }, "–");
      const tone = share === 100 ? "var(--green)" : share >= 90 ? "var(--amber)" : "var(--red)";
      return make("td", {}, make("span", { class: "bar" }, make("i", { style: { "--part": `${share}%`, "--tone": tone } }), make("b", {}, share.toFixed(1))));
    };
    const number = own => make("td", own === 0 ? { class: "none" } : {}, own === 0 ? "–" : count(own));
    return [number(compared), bar(own.status), bar(own.body), bar(own.headers), number(own.counts.differs), number(own.counts.not_served), number(own.counts.not_compared)];
  };
  table.append(make("thead", {}, make("tr", {}, ...["", "compared", "status", "+ body", "+ headers", "differ", "not served", "not compared"].map(name => make("th", { scope: "col" }, name)))));
  const body = make("tbody");
  for (const [service, { operations, ...whole }] of Object.entries(data.fidelity)) {
    const inner = Object.entries(operations).map(([operation, own]) => {
      const line = make("tr", { class: "operation choose", onclick: () => choose({ service, operation }, true) }, make("td", {}, operation), ...cells(own));
      line.hidden = true;
      return line;
    });
    const twist = make("button", { type: "button", class: "twist", "aria-expanded": "false", "aria-label": `Operations of ${service}`, onclick: event => {
      event.stopPropagation();
      const open = twist.getAttribute("aria-expanded") !== "true";
      twist.setAttribute("aria-expanded", open);
      twist.textContent = open ? "▾" : "▸";
      inner.forEach(line => { line.hidden = !open; });
    } }, "▸");
    body.append(make("tr", { class: "service choose", onclick: () => choose({ service }, true) }, make("td", {}, twist, service), ...cells(whole)), ...inner);
  }
  body.append(make("tr", { class: "whole choose", onclick: () => choose({}, true) }, make("td", {}, "All"), ...cells(data.whole)));
  table.append(body);
}

const GROUPS = {
  "All": () => true,
  "Status and errors": kind => ["status", "error-code", "error-message"].includes(kind),
  "Body": kind => ["missing", "extra", "type", "value", "order"].includes(kind),
  "Headers": kind => kind === "header",
};
let group = "All";

function causes() {
  at("causes-panel").hidden = data.causes.length === 0;
  const within = name => data.causes.filter(own => GROUPS[name](own.kind));
  at("cause-groups").replaceChildren(...Object.keys(GROUPS).filter(name => within(name).length > 0).map(name => make("button", {
    type: "button", class: "chip differs", "aria-pressed": String(name === group), onclick: () => { group = name; causes(); },
  }, `${name} ${count(within(name).length)}`)));
  const listed = within(group), some = listed.slice(0, 12);
  const line = own => make("button", { type: "button", class: "cause", onclick: () => choose({ cause: own, verdict: "differs" }, true) },
    make("b", {}, `${count(own.count)}×`),
    make("span", {}, make("span", { class: "kind differs" }, own.kind), " ", own.service, " ", make("code", {}, own.path)),
    make("span", { class: "pair" }, make("span", {}, "AWS"), make("code", { title: own.recorded ?? "nothing" }, own.recorded ?? "nothing"), make("span", {}, "here"), make("code", { title: own.actual ?? "nothing" }, own.actual ?? "nothing")));
  at("causes").replaceChildren(...some.map(line));
  if (listed.length > some.length) {
    const more = make("button", { type: "button", class: "quiet", onclick: () => { more.replaceWith(...listed.slice(some.length).map(line)); } }, `Show ${count(listed.length - some.length)} more`);
    at("causes").append(more);
  }
  if (data.causes_left_out > 0) at("causes").append(make("p", { class: "note" }, `${count(data.causes_left_out)} rarer causes are left out here; the JSON report has them.`));
}

const pattern = path => path.replace(/\[\d+\]/g, "[]");
function matches(row) {
  const { verdict, kind, service, operation, search, cause } = chosenFilters;
  if (verdict === "timing" ? !row.timing : verdict && row.verdict !== verdict) return false;
  if (service && row.service !== service) return false;
  if (operation && row.operation !== operation) return false;
  const differences = row.detail ? row.detail.d : [];
  const all = row.detail && row.detail.t ? differences.concat(row.detail.t) : differences;
  if (kind && !all.some(own => own[1] === kind)) return false;
  if (cause && !(row.service === cause.service && differences.some(own => own[1] === cause.kind && pattern(own[0]) === cause.path && (!cause.exact || ((own[2] ?? null) === cause.recorded && (own[3] ?? null) === cause.actual))))) return false;
  if (!search) return true;
  const texts = [row.cassette, row.service, row.operation, row.reason ?? "", ...all.flat()];
  return texts.some(text => text && String(text).toLowerCase().includes(search));
}

function choose(filters, jump) {
  Object.assign(chosenFilters, { verdict: null, kind: "", service: "", operation: "", search: "", cause: null }, filters);
  at("search").value = chosenFilters.search;
  draw();
  if (jump) at("filters").scrollIntoView({ behavior: "smooth", block: "start" });
}

function options(select, values, chosen) {
  select.replaceChildren(make("option", { value: "" }, "any"), ...values.map(value => make("option", { value }, value)));
  select.value = chosen;
}

const unique = values => [...new Set(values)].sort();
const services = unique(data.operations.map(([service]) => service));
const kinds = unique(data.details.flatMap(detail => detail.d.concat(detail.t ?? []).map(own => own[1])));
const byVerdict = name => name === "timing" ? data.counts.timing : data.counts[name.replace("-", "_")];

function draw(keep) {
  if (!keep) shown = PAGE;
  options(at("kind"), kinds, chosenFilters.kind);
  options(at("service"), services, chosenFilters.service);
  options(at("operation"), unique(data.operations.filter(([service]) => !chosenFilters.service || service === chosenFilters.service).map(([, operation]) => operation)), chosenFilters.operation);
  at("verdicts").replaceChildren(...[...VERDICTS, "timing"].filter(byVerdict).map(name => make("button", {
    type: "button", class: `chip ${name}`, "aria-pressed": String(chosenFilters.verdict === name),
    onclick: () => { chosenFilters.verdict = chosenFilters.verdict === name ? null : name; draw(); },
  }, `${NAMES[name]} ${count(byVerdict(name))}`)));
  const found = rows.filter(matches);
  const what = chosenFilters.cause ? `, of one cause: ${chosenFilters.cause.path}` : "";
  at("count").textContent = `${count(found.length)} of ${count(rows.length)} interactions${what}`;
  at("rows").replaceChildren(...found.slice(0, shown).map(line));
  at("more").hidden = found.length <= shown;
  at("more").textContent = `Show ${count(Math.min(PAGE, found.length - shown))} more of ${count(found.length - shown)}`;
}

function summary(row) {
  if (row.reason) return row.reason;
  if (!row.detail) return "";
  const all = row.detail.d.length > 0 ? row.detail.d : row.detail.t ?? [];
  const [path, kind, recorded, actual] = all[0];
  const more = all.length > 1 ? ` and ${all.length - 1} more` : "";
  return `${path} ${kind}: ${recorded ?? "nothing"} → ${actual ?? "nothing"}${more}`;
}

function line(row) {
  const holder = make("div", { class: "row" });
  const hasDetail = row.detail || row.reason;
  const button = make("button", { type: "button", class: "line", "aria-expanded": "false", onclick: () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", open);
    holder.querySelector(".detail")?.remove();
    if (open) holder.append(detail(row));
  } },
    make("span", {}, make("span", { class: `kind ${row.timing ? "timing" : row.verdict}` }, row.timing ? "timing" : NAMES[row.verdict].toLowerCase())),
    make("span", {}, row.operation, " ", make("small", {}, row.service)),
    make("small", { title: hasDetail ? summary(row) : row.cassette }, hasDetail ? summary(row) : row.cassette),
    make("span", { class: "place" }, `[${row.index}]`));
  holder.append(button);
  return holder;
}

function differencesTable(list) {
  const cell = value => make("td", value === null || value === undefined ? { class: "none" } : {}, value ?? "nothing");
  return make("table", { class: "differences" },
    make("thead", {}, make("tr", {}, ...["Where", "Kind", "AWS", "Here"].map(name => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...list.map(([path, kind, recorded, actual]) => make("tr", {},
      make("td", {}, path), make("td", {}, make("span", { class: `kind ${kind === "timing" ? "timing" : "differs"}` }, kind)), cell(recorded), cell(actual)))));
}

function detail(row) {
  const made = make("div", { class: "detail" });
  const add = (name, ...children) => made.append(make("h3", {}, name), ...children);
  add("Cassette", make("code", {}, `${row.cassette} [${row.index}]`));
  if (row.reason) add(NAMES[row.verdict], make("p", { class: "message" }, row.reason));
  if (!row.detail) {
    if (!row.reason) made.append(make("p", { class: "note" }, "The answer is the recorded one. What passes is not kept here."));
    return made;
  }
  if (row.detail.d.length > 0) add("Differences", differencesTable(row.detail.d));
  if (row.detail.t) add("Further on than AWS was", differencesTable(row.detail.t));
  const own = row.detail.x;
  if (!own) {
    if (row.detail.d.length > 0) made.append(make("p", { class: "note" }, "Request and answers are left out to keep this page small; the JSON report has them."));
    return made;
  }
  add("Request", make("pre", { class: "message" }, own.q));
  const masked = at("masked").checked ? own.m ?? [] : [];
  add("Answers", sides(own.r.split("\n"), own.a.split("\n"), masked));
  if (row.detail.d.length > 0) made.append(make("p", { class: "note" }, "The lines are set side by side as text. What counts is the list of differences: members in another order, or another spelling of the same, are none."));
  if (own.m && own.m.length > 0) {
    if (masked.length > 0) {
      add("Masked values", make("table", { class: "differences" },
        make("thead", {}, make("tr", {}, ...["Rule", "", "AWS", "Here"].map(name => make("th", { scope: "col" }, name)))),
        make("tbody", {}, ...own.m.map(([rule, recorded, actual]) => make("tr", {}, make("td", {}, rule), make("td"), make("td", {}, recorded), make("td", {}, actual))))));
    } else {
      made.append(make("p", { class: "note" }, `${own.m.length} values that AWS does not promise are shown as AWS gave them. Tick “Show masked values” to see the endpoint’s own.`));
    }
  }
  return made;
}

// Which lines of two texts are the same, by the longest common subsequence between equal beginnings and ends.
function aligned(one, two) {
  let start = 0;
  while (start < one.length && start < two.length && one[start] === two[start]) start++;
  let end = 0;
  while (end < one.length - start && end < two.length - start && one[one.length - 1 - end] === two[two.length - 1 - end]) end++;
  const left = one.slice(start, one.length - end), right = two.slice(start, two.length - end);
  const pairs = one.slice(0, start).map(text => [text, text]);
  if (left.length * right.length > 1_000_000) {
    for (let i = 0; i < Math.max(left.length, right.length); i++) pairs.push([left[i], right[i]]);
  } else {
    const best = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
    for (let i = left.length - 1; i >= 0; i--)
      for (let j = right.length - 1; j >= 0; j--)
        best[i][j] = left[i] === right[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
    let i = 0, j = 0, gone = [], come = [];
    // Of lines that went and lines that came, those of one header or element stand side by side.
    const key = text => /^\s*[^:>=]*[:>=]/.exec(text)?.[0] ?? text;
    const flush = () => {
      let next = 0;
      for (const text of gone) {
        const place = come.findIndex((other, index) => index >= next && key(other) === key(text));
        if (place < 0) { pairs.push([text, undefined]); continue; }
        while (next < place) pairs.push([undefined, come[next++]]);
        pairs.push([text, come[next++]]);
      }
      while (next < come.length) pairs.push([undefined, come[next++]]);
      gone = []; come = [];
    };
    while (i < left.length || j < right.length) {
      if (i < left.length && j < right.length && left[i] === right[j]) { flush(); pairs.push([left[i++], right[j++]]); }
      else if (j >= right.length || (i < left.length && best[i + 1][j] >= best[i][j + 1])) gone.push(left[i++]);
      else come.push(right[j++]);
    }
    flush();
  }
  return pairs.concat(one.slice(one.length - end).map(text => [text, text]));
}

// The part of a line in which it differs from another one, marked.
function marked(text, other) {
  if (other === undefined) return [text];
  let start = 0;
  while (start < text.length && start < other.length && text[start] === other[start]) start++;
  let end = 0;
  while (end < text.length - start && end < other.length - start && text[text.length - 1 - end] === other[other.length - 1 - end]) end++;
  return [text.slice(0, start), make("mark", {}, text.slice(start, text.length - end)), text.slice(text.length - end)];
}

// A line of the endpoint's with its own values where AWS's stand for them.
function unmasked(text, masked) {
  for (const [rule, recorded, actual] of masked) {
    if (recorded.length < 8 || !text.includes(recorded)) continue;
    const [before, ...after] = text.split(recorded);
    return [before, make("mark", { class: "masked", title: rule }, actual), ...unmasked(after.join(recorded), masked)];
  }
  return [text];
}

function sides(recorded, actual, masked) {
  const made = make("div", { class: "sides" }, make("div", { class: "side" }, "AWS"), make("div", { class: "side" }, "Here"));
  const pairs = aligned(recorded, actual);
  const near = index => pairs.slice(Math.max(0, index - 3), index + 4).some(([one, two]) => one !== two);
  let skipped = [];
  const put = ([one, two]) => {
    if (one === two) { made.append(make("div", {}, one), make("div", {}, ...unmasked(two, masked))); return; }
    made.append(one === undefined ? make("div", { class: "empty" }) : make("div", { class: "gone" }, ...marked(one, two)));
    made.append(two === undefined ? make("div", { class: "empty" }) : make("div", { class: "come" }, ...marked(two, one)));
  };
  const flush = () => {
    if (skipped.length <= 3) { skipped.forEach(put); skipped = []; return; }
    const hidden = skipped;
    const open = make("button", { type: "button", class: "skip", onclick: () => {
      const rest = make("div");
      for (const [one, two] of hidden) rest.append(make("div", {}, one), make("div", {}, ...unmasked(two, masked)));
      open.replaceWith(...rest.childNodes);
    } }, `${hidden.length} lines are the same`);
    made.append(open);
    skipped = [];
  };
  pairs.forEach((pair, index) => {
    if (near(index) || masked.length > 0) { flush(); put(pair); } else skipped.push(pair);
  });
  flush();
  return made;
}

function rules() {
  if (data.masked.length === 0) { at("rules").closest(".panel").hidden = true; return; }
  at("rules").append(make("thead", {}, make("tr", {}, ...["Times", "Rule", "Form", "Reason"].map(name => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...data.masked.map(own => make("tr", {}, make("td", {}, count(own.count)), make("td", {}, make("code", {}, own.rule)), make("td", {}, own.form), make("td", {}, own.reason)))));
}

at("kind").addEventListener("change", event => { chosenFilters.kind = event.target.value; draw(); });
at("service").addEventListener("change", event => { chosenFilters.service = event.target.value; chosenFilters.operation = ""; draw(); });
at("operation").addEventListener("change", event => { chosenFilters.operation = event.target.value; draw(); });
at("search").addEventListener("input", event => { chosenFilters.search = event.target.value.toLowerCase(); draw(); });
at("masked").addEventListener("change", () => {
  document.querySelectorAll(".line[aria-expanded='true']").forEach(own => { own.click(); own.click(); });
});
at("clear").addEventListener("click", () => choose({}));
at("more").addEventListener("click", () => { shown += PAGE; draw(true); });

head();
fidelity();
causes();
rules();
draw();
if (data.counts.differs > 0) choose({ verdict: "differs" });
// An address that ends in `#open-0` opens the first interaction that is listed: a report can be linked to.
const opened = /^#open-(\d+)$/.exec(location.hash);
if (opened) {
  if (new URLSearchParams(location.search).has("masked")) at("masked").checked = true;
  const wanted = document.querySelectorAll(".line")[Number(opened[1])];
  wanted?.click();
  wanted?.scrollIntoView({ block: "start" });
}
document.documentElement.dataset.ready = String(rows.length);
