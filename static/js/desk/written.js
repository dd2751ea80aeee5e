// Words of a moderator's that are not sent yet are nobody else's to take away.

export const holdsWords = (place) => [...place.querySelectorAll("textarea, [name=reason_words]")].some((field) => field.value.trim());

export function isWrittenIn(row) {
  return holdsWords(row) || document.activeElement?.matches?.(`#${row.id} :is(select, textarea, input[type=text])`);
}
