// SPDX-License-Identifier: AGPL-3.0-or-later
// A press copies the text that the button names; where the browser keeps the clipboard shut, the text is selected.

async function copy(button) {
  const source = document.getElementById(button.dataset.poCopy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.querySelector("[role=status]").textContent = button.dataset.poCopied;
  } catch {
    getSelection().selectAllChildren(source);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-po-copy]");
  if (button) copy(button);
});
