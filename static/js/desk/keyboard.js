// Which key was pressed. With a Korean input method on, the key says ㅁ or Process: then the place on
// the keyboard counts. This knows no page.

export function keyOf({ key, code, shiftKey }) {
  // Shift tells A from a: Caps Lock, which is left on by mistake, does not.
  if (/^[a-z]$/i.test(key)) return shiftKey ? key.toUpperCase() : key.toLowerCase();
  if (/^[!-~]$/.test(key)) return key;
  if (code === "Slash") return shiftKey ? "?" : "/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter && (shiftKey ? letter : letter.toLowerCase());
}
