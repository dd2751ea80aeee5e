// Dialogs: a question, the thread of a comment, the list of keys.

import { currentRow, lastRow } from "./current.js";

const askDialog = document.querySelector("#ask");
const contextDialog = document.querySelector("#context");
const keysDialog = document.querySelector("#keys");
let onYes = null;

export function ask(words, yes, then) {
  onYes = then;
  document.querySelector("#ask-words").textContent = words;
  const button = askDialog.querySelector("[data-choice=yes]");
  button.textContent = yes;
  askDialog.showModal();
  button.focus();
}

for (const dialog of [askDialog, contextDialog, keysDialog]) {
  dialog.addEventListener("click", ({ target }) => {
    const answer = target.dataset.choice;
    if (!answer && target !== dialog) return;
    dialog.close();
    if (answer === "yes") onYes?.();
    onYes = null;
  });
  dialog.addEventListener("close", () => {
    lastRow()?.focus({ preventScroll: true });
  });
}

export async function showContext() {
  const link = currentRow()?.querySelector("a.context");
  if (!link || document.querySelector("#whole:not(dialog #whole)")) return;
  document.querySelector("#context-body").replaceChildren();
  await htmx.ajax("GET", link.getAttribute("href"), { source: contextDialog, target: "#context-body", select: "#whole", swap: "innerHTML" });
  if (document.querySelector("#context-body > *")) contextDialog.showModal();
}

export const showKeys = () => keysDialog.showModal();

export function showSearch() {
  const field = document.querySelector("#q");
  const fold = field?.closest("details");
  if (fold) fold.open = true;
  field?.focus();
}

const keysButton = document.querySelector("#show-keys");
keysButton?.addEventListener("click", showKeys);
if (keysButton) keysButton.hidden = false;
