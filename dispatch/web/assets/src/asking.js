// SPDX-License-Identifier: AGPL-3.0-or-later
// What asking would send follows the ticks; the server's own text says it for nobody ticked.
function tell(form) {
  const people = [...form.elements].filter((input) => input.dataset.poAsk !== undefined);
  const ticked = people.filter((input) => input.checked);
  const asked = ticked.length ? ticked : people;
  for (const place of form.querySelectorAll("[data-po-chosen]")) place.textContent = String(asked.length);
  for (const place of form.querySelectorAll("[data-po-first]")) place.textContent = asked[0].dataset.poAsk;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-po-ask]")) tell(event.target.form);
});
for (const part of document.querySelectorAll("[data-po-asking]")) tell(part.closest("form"));
