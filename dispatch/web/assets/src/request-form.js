// SPDX-License-Identifier: AGPL-3.0-or-later
// The request form while it is filled in: it asks who is free when typing stops, takes an answer with one press, counts
// the signs of the note and adds rows for days. Without script each of these is a button that asks the server.

const QUIET = 350; // ms without a key: many letters are one question
const form = document.querySelector("form[data-po-asks]");
let soon;

// The note changes nothing of who could come.
function askSoon(event) {
  if (event.target.matches("textarea")) return;
  clearTimeout(soon);
  soon = setTimeout(ask, QUIET);
}

const ask = () => form.querySelector("#chance")?.dispatchEvent(new Event("po:typed"));

function choose(field, value) {
  if (field instanceof RadioNodeList) field.value = value;
  else if (field.type === "checkbox") field.checked = field.value === value;
  else field.value = value;
}

// «alle 11:00 sarebbero 4»: the press writes it into the form, and the focus goes to what was written.
function take(event) {
  const way = event.target.closest?.("button[name=pick]");
  if (!way) return;
  event.preventDefault();
  if (way.dataset.poAnother !== undefined) return addDay(way);
  const sets = [...new URLSearchParams(way.value)].filter(([name]) => form.elements[name]);
  for (const [name, value] of sets) choose(form.elements[name], value);
  const [name] = sets.at(-1) ?? [];
  const field = form.elements[name];
  (field instanceof RadioNodeList ? [...field].find((one) => one.checked) : field)?.focus();
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function addDay(button) {
  const rows = form.querySelectorAll(".po-day-row");
  const last = rows[rows.length - 1];
  const number = rows.length;
  const row = last.cloneNode(true);
  for (const field of row.querySelectorAll("[required]")) field.required = false;
  row.querySelector("[data-po-once-only]").replaceChildren(); // one length holds for all days
  for (const part of row.querySelectorAll("[id], [for], [name]")) {
    for (const name of ["id", "for", "name"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace(/^when-\d+/, `when-${number}`));
    }
  }
  for (const said of row.querySelectorAll(".po-error, .po-now")) said.remove();
  for (const field of row.querySelectorAll("[aria-invalid], [aria-describedby]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  last.after(row);
  const day = row.querySelector("input[type=date]");
  day.value = "";
  day.focus();
  if (number + 1 >= Number(button.dataset.poAnother)) button.hidden = true;
}

// How many signs are left; said aloud only when somebody stops, and few are left.
function count(area) {
  const left = area.maxLength - area.value.length;
  const said = document.getElementById(area.dataset.poCounter);
  const words = left === 1 ? said.dataset.poOne : said.dataset.poMany;
  said.textContent = words.replace("{n}", String(left));
  said.classList.toggle("po-few", left <= 30);
}

if (form) {
  form.addEventListener("input", askSoon);
  form.addEventListener("click", take);
  for (const area of form.querySelectorAll("textarea[data-po-counter]")) {
    area.addEventListener("input", () => count(area));
    count(area);
  }
}
