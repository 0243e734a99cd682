// SPDX-License-Identifier: AGPL-3.0-or-later
// Parts of a page that fetch themselves again when the server tells their topic: never under somebody's hands.
// Without the stream (too many open pages, the database away) they look by themselves now and then.

const TOLD = "po:told";
const QUIET = 1200; // ms: many saved rows are one look
const ALONE = 20000; // ms between looks while there is no stream
const OFTEN = 3000; // ms between looks of parts whose rows tell nothing
let stream, alone;
let missed = false;

const sections = () => [...document.querySelectorAll("[data-po-live]")];
const topics = (section) => section.dataset.poLive.split(",");

// What somebody has typed, ticked or chosen here and not sent; a field that script filled is not hers.
const isTouched = (field) =>
  (field.matches("input[type=checkbox], input[type=radio]") && field.checked !== field.defaultChecked) ||
  (field.matches("input:not([type=checkbox], [type=radio], [type=hidden]), textarea") && field.value !== field.defaultValue) ||
  (field.matches("select") && [...field.options].some((option) => option.selected !== option.defaultSelected) &&
    field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected)));

// A focused link or button with an id finds its focus again after the swap (htmx sees to it); a field may be half typed.
function isStoodIn(section) {
  const at = document.activeElement;
  return section.contains(at) && at !== section && (!at.id || at.matches("input, textarea, select"));
}

function isInUse(section) {
  const fields = [...section.querySelectorAll("input, textarea, select")];
  const unfolded = [...section.querySelectorAll("details[open]")].some((fold) => fold.dataset.poOpened !== undefined);
  return isStoodIn(section) || unfolded || fields.some(isTouched);
}

function look(section) {
  const bar = section.querySelector(":scope > [data-po-bar]");
  if (!bar || !isInUse(section)) section.dispatchEvent(new Event(TOLD));
  else bar.hidden = false;
}

function told(named) {
  for (const section of sections()) {
    if (named && !topics(section).some((topic) => named.includes(topic))) continue;
    section.poSoon ??= setTimeout(() => {
      section.poSoon = undefined; // News that never pause, as those of a search, must not put the look off for ever.
      if (section.isConnected) look(section);
    }, QUIET);
  }
}

function close() {
  stream?.close();
  clearTimeout(alone);
  stream = undefined;
}

// The stream broke or was refused: what was told meanwhile is lost, so everything looks once when it is back.
function goOnAlone() {
  missed = true;
  if (stream.readyState !== EventSource.CLOSED) return;
  close();
  alone = setTimeout(() => {
    told();
    open();
  }, ALONE);
}

function open() {
  const about = [...new Set(sections().flatMap(topics))].sort().join(",");
  if (!about || stream || document.hidden) return;
  stream = new EventSource(`/live?about=${about}`);
  stream.addEventListener("told", (event) => told(event.data.split(",")));
  stream.addEventListener("over", close); // The session has ended: the next press leads to the sign-in.
  stream.addEventListener("error", goOnAlone);
  stream.addEventListener("listening", () => {
    if (missed) told();
    missed = false;
  });
}

// A page nobody looks at holds no connection; seen again, it looks.
document.addEventListener("visibilitychange", () => {
  missed = true;
  if (document.hidden) close();
  else open();
});

// What no topic tells, such as an SMS that has left.
setInterval(() => {
  if (document.hidden) return;
  for (const section of document.querySelectorAll("[data-po-often]")) {
    if (!isInUse(section)) section.dispatchEvent(new Event(TOLD));
  }
}, OFTEN);

// «Show it»: she has read that what she typed here begins anew.
document.addEventListener("click", (event) => {
  event.target.closest?.("summary")?.parentElement.setAttribute("data-po-opened", "");
  const section = event.target.closest?.("[data-po-bar] button")?.closest("[data-po-live]");
  if (!section) return;
  const { id } = section;
  document.addEventListener("htmx:after:swap", () => document.getElementById(id)?.focus({ preventScroll: true }), { once: true });
  section.dispatchEvent(new Event(TOLD));
});

open();
