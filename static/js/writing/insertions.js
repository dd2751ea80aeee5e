// Links, pictures, tables and spoilers that the toolbar puts into a Markdown text; the functions return edits
// as those of marks.js do. The words in them are handed in, since they depend on the language of the page.

const ADDRESS = /^https?:\/\/[^\s<>]+$/;
const NEW_ADDRESS = "https://";

// Make the selected words a link. What is left to type is selected: the address, or else the words.
export function insertLink(value, start, end, words) {
  const [from, to] = withoutSpaces(value, start, end);
  const selected = value.slice(from, to);
  if (ADDRESS.test(selected)) return linkTo(selected, from, to, words, true);
  return linkTo(NEW_ADDRESS, from, to, selected || words, !selected);
}

function linkTo(address, from, to, words, selectsWords) {
  const text = `[${words}](${inBrackets(address)})`;
  const start = selectsWords ? from + 1 : from + words.length + 3;
  return { from, to, text, start, end: selectsWords ? start + words.length : from + text.length - 1 };
}

// Return the edit by which the selected words become a link to the address that is pasted over them; null
// where it is pasted as it is.
export function pasteLink(value, start, end, pasted) {
  const address = pasted.trim();
  const [from, to] = withoutSpaces(value, start, end);
  const words = value.slice(from, to);
  const isPlain = words && !/[[\]]|\n\s*\n/.test(words) && !ADDRESS.test(words);
  // Where the address of a link is selected, the new one takes its place.
  if (!ADDRESS.test(address) || !isPlain || value.slice(0, from).endsWith("](")) return null;
  const text = `[${words}](${inBrackets(address)})`;
  return { from, to, text, start: from + text.length, end: from + text.length };
}

const inBrackets = (address) => (/[()]/.test(address) ? `<${address}>` : address);

// Insert a picture in a paragraph of its own; selected words describe it.
export function insertPicture(value, start, end, description) {
  const [from, to] = withoutSpaces(value, start, end);
  const words = value.slice(from, to).replaceAll(/\s+/g, " ") || description;
  const place = from < to ? [from, to] : atEndOfLine(value, start);
  return block(value, ...place, `![${words}](pictures/name.jpg)`, words);
}

export function insertTable(value, _start, end, column) {
  const text = `| ${column} | ${column} |\n| --- | --- |\n|  |  |`;
  return block(value, ...atEndOfLine(value, end), text, column);
}

// Fold the selected words until a reader opens them.
export function insertSpoiler(value, start, end, summary) {
  const [from, to] = withoutSpaces(value, start, end);
  const text = `<details><summary>${summary}</summary>\n\n${value.slice(from, to)}\n\n</details>`;
  const edit = block(value, from, to, text, summary);
  if (from < to) return edit;
  const inside = edit.from + edit.text.indexOf("</summary>\n\n") + "</summary>\n\n".length;
  return { ...edit, start: inside, end: inside };
}

// Put a block between empty lines, with its first `selected` selected.
function block(value, from, to, text, selected) {
  const before = from === 0 ? "" : "\n".repeat(2 - /\n{0,2}$/.exec(value.slice(0, from))[0].length);
  const after = to === value.length ? "" : "\n".repeat(2 - /^\n{0,2}/.exec(value.slice(to))[0].length);
  const start = from + before.length + text.indexOf(selected);
  return { from, to, text: before + text + after, start, end: start + selected.length };
}

// Return the end of the line as the place of a block, so that it does not divide the line.
function atEndOfLine(value, at) {
  const end = value.indexOf("\n", at);
  return end < 0 ? [value.length, value.length] : [end, end];
}

// Return a selection without the spaces and line breaks at its ends, which a double click selects too.
function withoutSpaces(value, start, end) {
  const words = value.slice(start, end);
  const from = start + words.length - words.trimStart().length;
  return words.trim() ? [from, from + words.trim().length] : [start, start];
}
