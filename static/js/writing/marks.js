// What the buttons of the toolbar do to a Markdown text, as functions of the text and its selection. Each
// returns an edit: `text` takes the place of what is between `from` and `to`, and then `start` to `end` is
// selected.

const LETTERS_BEFORE = /[\p{L}\p{M}\p{N}]+$/u;
const LETTERS_AFTER = /^[\p{L}\p{M}\p{N}]+/u;
// What may stand between the start of a line and its words: quotes, bullets, numbers and headings.
const LINE_START = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t])))*[ \t]*/;
const QUOTATION = /["'“”‘’「」『』《》〈〉.,!?…]/;
const STARRED = /(\*{1,3})(?!\s)([^*]+)\1/g;
const SINGLE_STARS = /(?<!\*)\*(?!\*)/g;
const LINES = {
  heading: { mark: "## ", has: /^#{1,6}[ \t]+/ },
  quote: { mark: "> ", has: /^>[ \t]?/ },
  list: { mark: "- ", has: /^[-*+][ \t]+/ },
};

// Make the selection, or the word at the cursor, bold (`mark` is "**") or italic ("*"); or no longer so, if
// all of it is. In a selection of several lines each line gets its own marks.
export function toggleMark(value, start, end, mark) {
  const isCursor = start === end;
  const parts = isCursor ? [wordAt(value, start, mark)] : partsOf(value, start, end);
  const found = parts.map(([from, to]) => withStars(value, from, to, mark));
  const isOn = found.every(({ stars }) => isMarked(stars, mark));
  const added = isOn ? "" : mark;
  const outside = ({ stars }) => (isMarked(stars, mark) ? mark.length : 0);
  const from = found[0].start - outside(found[0]);
  let text = "";
  let at = from;
  for (const part of found) {
    text += value.slice(at, part.start - outside(part)) + added + without(part.words, mark) + added;
    at = part.end + outside(part);
  }
  const first = from + added.length;
  if (!isCursor) return { from, to: at, text, start: first, end: from + text.length - added.length };
  const cursor = first + start - found[0].start;
  return { from, to: at, text, start: cursor, end: cursor };
}

const isMarked = (stars, mark) => (mark === "*" ? stars % 2 === 1 : stars > 1);
const without = (words, mark) =>
  mark === "*" ? words.replace(SINGLE_STARS, "") : words.replaceAll(mark, "");

// Return where the bold or italic words around the cursor are, or else the word; or only the cursor.
function wordAt(value, at, mark) {
  const from = startOfLine(value, at);
  for (const { index, 1: stars, 2: words } of value.slice(from).split("\n", 1)[0].matchAll(STARRED)) {
    const start = from + index + stars.length;
    if (start <= at && at <= start + words.length && isMarked(stars.length, mark))
      return [start, start + words.length];
  }
  const before = LETTERS_BEFORE.exec(value.slice(0, at))?.[0].length ?? 0;
  const after = LETTERS_AFTER.exec(value.slice(at))?.[0].length ?? 0;
  return before && after ? [at - before, at + after] : [at, at];
}

// Return the part of each line that is selected, without spaces and what only begins a line.
function partsOf(value, start, end) {
  const parts = [];
  let at = start;
  for (const line of value.slice(start, end).split("\n")) {
    const isWhole = at === 0 || value[at - 1] === "\n";
    const before = (isWhole ? LINE_START : /^[ \t]*/).exec(line)[0].length;
    const words = line.slice(before).trimEnd();
    if (words) parts.push(trimmed(value, at + before, at + before + words.length));
    at += line.length + 1;
  }
  return parts.length ? parts : [[end, end]];
}

// Stars between a quotation mark and a letter, as in **"런온"**은, would not be read as marks: they move inside.
function trimmed(value, start, end) {
  let [from, to] = [start, end];
  if (LETTERS_BEFORE.test(value.slice(Math.max(from - 4, 0), from))) {
    while (from < to && QUOTATION.test(value[from])) from += 1;
  }
  if (LETTERS_AFTER.test(value.slice(to, to + 4))) {
    while (to > from && QUOTATION.test(value[to - 1])) to -= 1;
  }
  return from < to ? [from, to] : [start, end];
}

// Return the words inside the stars, and how many stars are on both sides of them.
function withStars(value, from, to, mark) {
  let [start, end] = [from, to];
  while (start < end && value[start] === "*") start += 1;
  while (end > start && value[end - 1] === "*") end -= 1;
  const before = /\*{0,3}$/.exec(value.slice(Math.max(start - 3, 0), start))[0].length;
  const after = /^\*{0,3}/.exec(value.slice(end, end + 3))[0].length;
  const stars = Math.min(before, after);
  const words = value.slice(start, end);
  if (without(words, mark) === words) return { start, end, words, stars };
  // Two bold words with others between them are not one bold part: their marks belong to the words.
  const own = isMarked(stars, mark) ? mark.length : 0;
  return { start: start - own, end: end + own, words: value.slice(start - own, end + own), stars: 0 };
}

// Make the selected lines a heading, a quote or a list; or plain lines, if all of them are it.
export function toggleLines(value, start, end, kind) {
  const { mark, has } = LINES[kind];
  const last = end > start && value[end - 1] === "\n" ? end - 1 : end;
  const from = startOfLine(value, start);
  const to = (value.indexOf("\n", last) + 1 || value.length + 1) - 1;
  const lines = value.slice(from, to).split("\n");
  const full = lines.length > 1 ? lines.filter((line) => line.trim()) : lines;
  const isOn = full.every((line) => has.test(line));
  const changed = lines.map((line) => {
    if (isOn) return line.replace(has, "");
    // An empty line would divide a quote into two.
    if (!full.includes(line)) return kind === "quote" ? ">" : line;
    return mark + (kind === "quote" ? line : line.replace(has, ""));
  });
  // A paragraph directly above or below a list or a quote would be part of it.
  const isBlock = !isOn && kind !== "heading";
  const above = isBlock && needsGap(value.slice(0, from).split("\n").at(-2), has) ? "\n" : "";
  const below = isBlock && needsGap(value.slice(to + 1).split("\n", 1)[0], has) ? "\n" : "";
  const words = changed.join("\n");
  const edit = { from, to, text: above + words + below };
  const first = from + above.length;
  if (start < end) return { ...edit, start: first, end: first + words.length };
  const cursor = Math.max(first, start + above.length + words.length - (to - from));
  return { ...edit, start: cursor, end: cursor };
}

const startOfLine = (value, at) => value.slice(0, at).lastIndexOf("\n") + 1;

const needsGap = (line, has) => Boolean(line?.trim()) && !has.test(line);
