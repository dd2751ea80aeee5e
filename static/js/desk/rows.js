// The rows of the queue: which are undecided, what is on its way about each, and more of them. Responses
// exchange the rows; what is on its way is kept here.

import { makePendingActions } from "./request-queue.js";

// With fewer undecided rows than this, the next ones are loaded before the last ones are decided.
export const FEW_ROWS = 15;

export const pending = makePendingActions();
export const queue = document.querySelector("#queue");
export const allRows = () => [...queue.querySelectorAll(":scope > .row")];
// A list of all states takes decisions on one row at a time.
export const takesBulks = !("noBulk" in queue.dataset);
export const isUndecided = (row) => row.dataset.state !== "decided" && !pending.has(row.dataset.row);
export const undecidedRows = () => allRows().filter(isUndecided);
export const findRow = (number) => document.getElementById(`comment-${number}`);
export const isBeingUndone = (row) => pending.last(row?.dataset.row) === "undo";

export function startAction(number, action) {
  pending.add(number, action);
  showPending(number);
}

export function finishAction(number) {
  pending.finishFirst(number);
  showPending(number);
}

export function showPending(number) {
  const row = findRow(number);
  row?.classList.toggle("sending", pending.has(number));
  if (pending.has(number)) row?.setAttribute("aria-busy", "true");
  else row?.removeAttribute("aria-busy");
}

// Nothing may take away what a moderator has written and not sent yet.
export function hasUnsentText(place) {
  const fields = [...place.querySelectorAll("textarea, [name=reason_words]")];
  return fields.some((field) => field.value.trim());
}

export function isBeingEdited(row) {
  const fields = `#${row.id} :is(select, textarea, input[type=text])`;
  return hasUnsentText(row) || document.activeElement?.matches?.(fields);
}

export function loadMoreIfFew() {
  if (undecidedRows().length < FEW_ROWS) loadMore();
}

export function loadMore() {
  const link = document.querySelector("#next-page a");
  if (!link || link.dataset.asked) return;
  link.dataset.asked = "yes";
  link.click();
}

// After a failure the next decision loads them again.
document.addEventListener("htmx:finally:request", () => {
  const link = document.querySelector("#next-page a");
  if (link) delete link.dataset.asked;
});
