// SPDX-License-Identifier: AGPL-3.0-or-later
// Keys for who works at a list all day: / search, j k move over its lines, a assign, p why nobody, ? the list of keys.
// They can be switched off and stay so (WCAG 2.1.4), and they never take a letter from somebody who is typing.

const KEPT = "po-keys";
const dialog = document.getElementById("keys");

// A browser that keeps nothing (private windows, settings) has the keys on every time.
function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(isOn) {
  try {
    if (isOn) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "off");
  } catch {
    // Nothing can be kept here: the choice holds for this page alone.
  }
}

let isOn = kept() !== "off";

const isShown = (element) => element.checkVisibility?.() ?? true;
const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]");

// The first link of a line stands for it; Tab goes on from there.
function move(by) {
  const lines = [...document.querySelectorAll("[data-po-item]")].filter(isShown);
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const next = lines[at < 0 ? (by > 0 ? 0 : lines.length - 1) : at + by];
  const link = next?.querySelector("a");
  link?.focus({ focusVisible: true, preventScroll: true });
  link?.scrollIntoView({ block: "nearest" });
}

function assign(part = "") {
  const address = document.activeElement.closest("[data-po-assign]")?.dataset.poAssign;
  if (address) location.assign(address + part);
}

// What the last plan found stands folded in the line; where no plan has looked yet, the page of the slot says it.
function why() {
  const fold = document.activeElement.closest("[data-po-item]")?.querySelector("details.po-why");
  if (!fold) return assign("#why");
  fold.open = true;
  fold.dataset.poOpened = ""; // as if she had pressed it: what is being read is not fetched anew under her eyes
  fold.querySelector("summary").focus({ focusVisible: true });
}

const search = () => document.querySelector("main input[type=search]")?.focus();
const KEYS = { "/": search, j: () => move(1), k: () => move(-1), a: () => assign(), p: why, "?": () => dialog.showModal() };

document.addEventListener("keydown", (event) => {
  const act = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (!dialog || !isOn || !act || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  act();
});

if (dialog) {
  const choice = dialog.querySelector("[data-po-keys-on]");
  choice.checked = isOn;
  choice.addEventListener("change", () => keep((isOn = choice.checked)));
  dialog.querySelector("[data-po-close]").addEventListener("click", () => dialog.close());
  document.querySelector("[data-po-keys]")?.addEventListener("click", () => dialog.showModal());
}
