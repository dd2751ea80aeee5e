// Dialogs (a question, the thread of a comment, the list of keys), the menu of a row, and the search.

import { currentRow, lastRow } from "./current-row.js";
import { hasUnsentText, queue } from "./rows.js";

const questionDialog = document.querySelector("#ask");
const threadDialog = document.querySelector("#context");
const keysDialog = document.querySelector("#keys");
let onConfirm = null;

export function ask(question, confirmLabel, whenConfirmed) {
  onConfirm = whenConfirmed;
  document.querySelector("#ask-words").textContent = question;
  const button = questionDialog.querySelector("[data-choice=yes]");
  button.textContent = confirmLabel;
  questionDialog.showModal();
  button.focus();
}

for (const dialog of [questionDialog, threadDialog, keysDialog]) {
  dialog.addEventListener("click", ({ target }) => {
    const choice = target.dataset.choice;
    if (!choice && target !== dialog) return;
    dialog.close();
    if (choice === "yes") onConfirm?.();
    onConfirm = null;
  });
  dialog.addEventListener("close", () => {
    lastRow()?.focus({ preventScroll: true });
  });
}

export async function showThread() {
  const link = currentRow()?.querySelector("a.context");
  if (!link || document.querySelector("#whole:not(dialog #whole)")) return;
  document.querySelector("#context-body").replaceChildren();
  const how = { source: threadDialog, target: "#context-body", select: "#whole", swap: "innerHTML" };
  await htmx.ajax("GET", link.getAttribute("href"), how);
  if (document.querySelector("#context-body > *")) threadDialog.showModal();
}

export const showKeys = () => keysDialog.showModal();

export function showSearch() {
  const field = document.querySelector("#q");
  const filters = field?.closest("details");
  if (filters) filters.open = true;
  field?.focus();
}

const keysButton = document.querySelector("#show-keys");
keysButton?.addEventListener("click", showKeys);
if (keysButton) keysButton.hidden = false;

// An open menu closes as a dialog does, and by a click elsewhere unless there is unsent text in it.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("#thumb")) return;
  for (const menu of queue.querySelectorAll(".menu[open]")) {
    if (!menu.contains(target) && !hasUnsentText(menu)) menu.open = false;
  }
});
