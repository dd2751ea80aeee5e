// Keys, where no field has the focus; they can be switched off.

import { approveAllShown } from "./approving.js";
import { step } from "./current.js";
import { decide, undo, KEY_VERDICTS } from "./deciding.js";
import { showContext, showKeys, showSearch } from "./dialogs.js";
import { pick } from "./picking.js";
import { keyOf } from "./strokes.js";

const KEYS_KEPT = "second-lead-keys";
const keysOn = document.querySelector("#keys-on");

export const KEYS = {
  j: () => step(true),
  k: () => step(false),
  z: undo,
  x: pick,
  A: approveAllShown,
  o: showContext,
  "/": showSearch,
  "?": showKeys,
};
for (const key of KEY_VERDICTS.keys()) KEYS[key] = () => decide(key);

function areKeysOn() {
  try {
    return localStorage.getItem(KEYS_KEPT) !== "off";
  } catch {
    return true; // A browser that keeps nothing.
  }
}

export function showWhetherOn() {
  keysOn.checked = areKeysOn();
  document.body.classList.toggle("no-keys", !keysOn.checked);
}

keysOn.addEventListener("change", () => {
  try {
    localStorage.setItem(KEYS_KEPT, keysOn.checked ? "on" : "off");
  } catch {
    // It holds for this page.
  }
  document.body.classList.toggle("no-keys", !keysOn.checked);
});

document.addEventListener("keydown", (event) => {
  if (document.body.classList.contains("no-keys") || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const act = KEYS[keyOf(event)];
  if (!act || (event.repeat && act !== KEYS.j && act !== KEYS.k)) return;
  event.preventDefault();
  act();
});
