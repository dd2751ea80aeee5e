// The words that this browser keeps until the server has them. Each open page keeps its own, under the names
// of the moderator and of the draft, so that no tab overwrites those of another.

const PREFIX = "second-lead-words";

// `draft` is the number of a review, or "new"; `page` is the name of the open page.
export function makeKept({ moderator, page, open = () => localStorage }) {
  const prefixOf = (draft) => `${PREFIX}:${moderator}:${draft}:`;

  // Return whether the browser has kept them.
  function keep(draft, words) {
    try {
      open().setItem(prefixOf(draft) + page, words);
      return true;
    } catch {
      return false; // It is full, or keeps nothing.
    }
  }

  function drop(name) {
    try {
      open().removeItem(name);
    } catch {
      // What was never kept needs not be dropped.
    }
  }

  // Return what other pages have kept of a draft, as pairs of a name and words.
  function list(draft) {
    try {
      const storage = open();
      const names = Array.from({ length: storage.length }, (_, index) => storage.key(index));
      return names
        .filter((name) => name.startsWith(prefixOf(draft)) && name !== prefixOf(draft) + page)
        .map((name) => [name, storage.getItem(name)])
        .filter(([, words]) => isWords(words));
    } catch {
      return [];
    }
  }

  return { keep, drop, list, forget: (draft) => drop(prefixOf(draft) + page) };
}

function isWords(text) {
  try {
    return JSON.parse(text).every(([name, value]) => typeof name === "string" && typeof value === "string");
  } catch {
    return false;
  }
}
