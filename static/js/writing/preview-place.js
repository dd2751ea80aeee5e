// Which block of the preview one writes in. The server names the line where each block begins (data-line); it
// has removed the empty lines above the text.

// Return the line of a text, from 0 on, in which a position is.
export function lineAt(text, position) {
  const start = text.length - text.trimStart().length;
  return text.slice(start, Math.max(position, start)).split("\n").length - 1;
}

// Return which of the blocks that begin in these lines, in order, contains a line; -1 if none does.
export function blockAt(lines, line) {
  return lines.findLastIndex((begins) => begins <= line);
}
