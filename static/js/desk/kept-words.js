// The forms that this tab keeps while a moderator signs in again: who wrote in them, when and on which page,
// and the values of their fields. This knows no page.

export const KEPT_MS = 3600000;
const KEPT = "second-lead-unsent";

// Drop what another moderator wrote, and what is older than an hour.
export function dropForeignAndOld(kept, reader, now) {
  if (!reader || !Array.isArray(kept)) return [];
  return kept.filter((entry) => entry?.moderator === reader && entry.at > now - KEPT_MS);
}

export function readKept(reader) {
  try {
    return dropForeignAndOld(JSON.parse(sessionStorage.getItem(KEPT)), reader, Date.now());
  } catch {
    return []; // A browser that stores nothing, or something else under our name.
  }
}

// Return whether the browser has stored it.
export function storeKept(kept) {
  try {
    if (kept.length) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    else sessionStorage.removeItem(KEPT);
    return true;
  } catch {
    return false;
  }
}

const namesOf = (entry) => entry.values.map(({ name }) => name).join();

export const isSameForm = (one, other) =>
  one.page === other.page && one.action === other.action && namesOf(one) === namesOf(other);
