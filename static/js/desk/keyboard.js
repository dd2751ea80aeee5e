// Which key was pressed, where keys act, and whether they are switched on in this browser.

const STORED = "second-lead-keys";

// With a Korean input method on, the key says ㅁ or Process: then its place on the keyboard counts.
export function keyOf({ key, code, shiftKey }) {
  // Shift tells A from a: Caps Lock, which is left on by mistake, does not.
  if (/^[a-z]$/i.test(key)) return shiftKey ? key.toUpperCase() : key.toLowerCase();
  if (/^[!-~]$/.test(key)) return key;
  if (code === "Slash") return shiftKey ? "?" : "/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter && (shiftKey ? letter : letter.toLowerCase());
}

// Keys act where no field has the focus and no dialog is open; together with Ctrl, Meta or Alt they are
// the browser's, and while a syllable is put together the input method's.
export function isForPage(event) {
  if (event.defaultPrevented || event.isComposing) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) {
    return false;
  }
  return !document.querySelector("dialog[open]");
}

export function areKeysOn() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // A browser that stores nothing.
  }
}

export function storeKeysOn(isOn) {
  try {
    localStorage.setItem(STORED, isOn ? "on" : "off");
  } catch {
    // It holds for this page.
  }
}
