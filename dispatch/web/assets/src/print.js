// SPDX-License-Identifier: AGPL-3.0-or-later
// A button that prints the page; without script the browser's own menu does, and the button is not there.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-po-print]")) window.print();
});
