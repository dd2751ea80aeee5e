// Texts as the server normalises them (blog/text/normalising.py), and how close they are to their limit.

// Unlike the server, `trim` takes U+FEFF for a space.
const keepMark = (text) => text.replaceAll("\ufeff", "\u200b");

export function normalise(text) {
  const lines = text.replace(/\r\n?|\u2028/g, "\n");
  return keepMark(lines.replace(/[^\P{Cc}\t\n]/gu, ""))
    .trim()
    .normalize("NFC")
    .trim();
}

// The server counts code points, of which a string stores some in two units.
export const countCharacters = (text) => [...normalise(text)].length;

// Return in what part of the way to its limit a text is, or "" far from it.
export function nearness(left, most) {
  if (left < 0) return "over";
  if (left <= most / 100) return "close";
  return left <= most / 10 ? "near" : "";
}
