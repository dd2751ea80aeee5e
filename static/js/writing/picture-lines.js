// The lines of pictures in a Markdown text, as functions of the text and its selection. Each returns an edit,
// see marks.js, that leaves the selection where it was in the words, or null where there is nothing to do.

// Return the Markdown of a picture; blog/text/review_markdown.py writes the same.
export function lineOf(path, description = "", credit = "") {
  const words = description.replaceAll(/[\\[\]]/g, "\\$&");
  const place = /[()]/.test(path) ? `<${path}>` : path;
  const title = credit && ` "${credit.replaceAll(/[\\"]/g, "\\$&")}"`;
  return `![${words}](${place}${title})`;
}

// Return the line that stands for a picture until it is uploaded; it names no other one in the text.
export function placeholderFor(value, words) {
  const plain = words.replaceAll(/[\\[\]]/g, " ");
  let line = `![${plain}]()`;
  for (let number = 2; value.includes(line); number += 1) line = `![${plain} ${number}]()`;
  return line;
}

// Insert lines, each a paragraph of its own, below the line of the cursor.
export function insertLines(value, _start, end, lines) {
  const lineEnd = value.indexOf("\n", end);
  const at = lineEnd < 0 ? value.length : lineEnd;
  const before = value.slice(0, at).trim()
    ? "\n".repeat(2 - /\n{0,2}$/.exec(value.slice(0, at))[0].length)
    : "";
  const after = at === value.length ? "\n\n" : "\n".repeat(2 - /^\n{0,2}/.exec(value.slice(at))[0].length);
  const text = before + lines.join("\n\n") + after;
  const cursor = at + text.length;
  return { from: at, to: at, text, start: cursor, end: cursor };
}

// Put a line in the place of another; "" takes it out, with the empty line after it.
export function replaceLine(value, start, end, old, line) {
  const from = value.indexOf(old);
  if (from < 0) return null;
  const to = from + old.length + (line ? 0 : /^\n{0,2}/.exec(value.slice(from + old.length))[0].length);
  const moved = (at) => {
    if (at <= from) return at;
    return at < to ? from + Math.min(at - from, line.length) : at + line.length - (to - from);
  };
  return { from, to, text: line, start: moved(start), end: moved(end) };
}

// Describe a picture where the text shows it without a description.
export function describe(value, start, end, path, description) {
  const [bare, described] = [lineOf(path), lineOf(path, description)].map((line) => line.slice(0, -1));
  return description ? replaceLine(value, start, end, bare, described) : null;
}

export const isNamed = (value, path) =>
  [")", " "].some((next) => value.includes(`](${path}${next}`)) || value.includes(`](<${path}>`);
