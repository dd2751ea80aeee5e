// Changing the text of a textarea so that the browser's own undo takes the change back.

// Apply an edit (see marks.js): only what differs is typed, so that undoing it selects only that.
export function apply(textarea, { from, to, text, start, end }) {
  const old = textarea.value.slice(from, to);
  let same = 0;
  while (same < Math.min(old.length, text.length) && old[same] === text[same]) same += 1;
  let tail = 0;
  while (tail < Math.min(old.length, text.length) - same && old.at(-1 - tail) === text.at(-1 - tail))
    tail += 1;
  textarea.focus();
  textarea.setSelectionRange(from + same, to - tail);
  type(textarea, text.slice(same, text.length - tail));
  textarea.setSelectionRange(start, end);
}

function type(textarea, text) {
  const { selectionStart, selectionEnd } = textarea;
  if (!text && selectionStart === selectionEnd) return;
  // Nothing else keeps what can be undone; a browser without it says false.
  if (document.execCommand(text ? "insertText" : "delete", false, text)) return;
  textarea.setRangeText(text, selectionStart, selectionEnd, "end");
  textarea.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}
