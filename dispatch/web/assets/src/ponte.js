// SPDX-License-Identifier: AGPL-3.0-or-later
// What script adds to pages that work without it: parts that refresh themselves, messages that close, a live count.
import "htmx.org/dist/htmx.js";
import "bootstrap-italia/dist/plugins/init.js";
import "bootstrap-italia/dist/plugins/alert.js";
import "./copy.js";
import "./live.js";
import "./print.js";
import "./request-form.js";
import "./asking.js";
import "./keys.js";

document.documentElement.classList.add("po-js");

// A refused form puts focus on the box that lists what to mend, also when htmx swapped it in.
function focusErrors(root) {
  root.querySelector?.("#errors")?.focus();
}

// «Publish and send 14 SMS» follows the ticked lines at once; what depends on what, the server says a moment later.
function countTicked(form) {
  const inputs = [...form.elements];
  const ticked = inputs.filter((input) => input.dataset.poLine !== undefined && input.checked);
  const elsewhere = inputs.filter((input) => input.matches("input[type=hidden][name=line]"));
  const button = inputs.find((input) => input.dataset.poCount !== undefined);
  if (!button) return;
  const sms = [...ticked, ...elsewhere].reduce((sum, input) => sum + Number(input.dataset.poSms ?? 1), 0);
  const text = { 0: button.dataset.poCountNone, 1: button.dataset.poCountOne }[sms] ?? button.dataset.poCount;
  button.querySelector("span").textContent = text.replace("{n}", String(sms));
  button.disabled = ticked.length + elsewhere.length === 0;
}

function tickGroup(master) {
  for (const input of master.form.elements) {
    if (input.dataset.poLine === master.dataset.poAll) input.checked = master.checked;
  }
}

// An error's link leads to its field; a folded part that holds the field opens first.
function openFold(event) {
  const target = event.target.closest?.("a[href^='#']")?.getAttribute("href").slice(1);
  document.getElementById(target)?.closest("details")?.setAttribute("open", "");
}

// A second press of a sending button while the first is on its way must not send twice.
function pressOnce(event) {
  if (event.target.dataset.poOnce === undefined) return;
  if (event.target.dataset.poSent) event.preventDefault();
  event.target.dataset.poSent = "yes";
}

// A telephone shows its latest message, also when a part of the page was fetched again.
function showLatest() {
  for (const bubbles of document.querySelectorAll(".po-bubbles")) bubbles.scrollTop = bubbles.scrollHeight;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-po-all]")) tickGroup(event.target);
  if (event.target.matches("input[data-po-line], input[data-po-all]")) countTicked(event.target.form);
});
document.addEventListener("click", openFold);
document.addEventListener("submit", pressOnce);
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-po-sent]")) delete form.dataset.poSent;
});
document.addEventListener("htmx:after:swap", () => {
  focusErrors(document);
  showLatest();
});
showLatest();
