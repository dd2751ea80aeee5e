// What the page says about the queue: messages, rows that came back, which decision is undone next, and
// that nothing is left.

import { sentence } from "../page/language.js";
import { isAtEnd, moveTo, moveToEnd } from "./current-row.js";
import { makeUndoHistory } from "./request-queue.js";
import { pending, queue, undecidedRows } from "./rows.js";

const messageBox = document.querySelector("#message");

// Tell screen readers alone.
export function announce(text) {
  messageBox.className = "unseen";
  messageBox.textContent = text;
}

// Say why a key or a tap did nothing, to be seen until the next one.
export function showMessage(text) {
  announce(text);
  messageBox.className = "shown-message";
}

function hideMessage() {
  messageBox.className = "unseen";
}

document.addEventListener("keydown", hideMessage, true);
document.addEventListener("pointerdown", hideMessage, true);

export const undoHistory = makeUndoHistory();

const returnedButton = document.createElement("button");
returnedButton.type = "button";
returnedButton.className = "back-count";
returnedButton.hidden = true;
returnedButton.addEventListener("click", () => moveTo(queue.querySelector(".came-back:not(.sending)")));
document.querySelector("#arrivals")?.after(returnedButton);

// Mark a row whose decision was not taken, with the reason unless the row has it already. The focus stays
// where the moderator works.
export function markReturned(row, reason) {
  row.classList.add("came-back");
  if (!reason) return;
  row.querySelector(":scope > .row-notice")?.remove();
  const notice = document.createElement("p");
  notice.className = "row-notice";
  notice.setAttribute("role", "alert");
  notice.textContent = reason;
  row.prepend(notice);
}

// Take what went wrong from the top of the page: it is shown in the row it is about.
export function takeNotice() {
  const notices = document.querySelector("#notices");
  const text = notices.querySelector(".notice > p")?.textContent ?? notices.textContent;
  notices.replaceChildren();
  return text.trim();
}

// Whoever is at the end of the list goes on where a row comes back or arrives.
export function updateStatus() {
  showEmpty();
  countReturned();
  markNextUndo();
  if (!isAtEnd() || !document.activeElement?.matches("body, #main, .empty")) return;
  const row = undecidedRows()[0];
  if (row) moveTo(row);
  else if (queue.querySelector(":scope > .empty:not([hidden])")) moveToEnd();
}

function countReturned() {
  const count = queue.querySelectorAll(".came-back:not(.sending)").length;
  returnedButton.hidden = !count;
  returnedButton.textContent = sentence("came-back", count);
}

function markNextUndo() {
  const last = undoHistory.last();
  for (const row of queue.querySelectorAll(".decided")) {
    row.classList.toggle("is-last", row.dataset.row === last?.number);
  }
  const bulk = document.querySelector("#bulk-result");
  const key = bulk?.querySelector("[name=bulk]")?.value;
  bulk?.classList.toggle("is-last", Boolean(last?.isBulk) && last.key === key);
}

// When the last row is decided, fetch what the page says when nothing waits.
let isEmptyFetched = false;

function showEmpty() {
  const empty = queue.querySelector(":scope > .empty");
  const hasMore = document.querySelector("#next-page");
  const isDone = !undecidedRows().length && !pending.numbers().length && !hasMore;
  if (empty) empty.hidden = !isDone;
  if (!isDone) isEmptyFetched = false;
  const place = document.querySelector("#arrived");
  if (empty || !isDone || !place || isEmptyFetched) return;
  isEmptyFetched = true;
  const how = { source: place, target: "#arrived", select: "#queue > .empty", swap: "beforebegin" };
  htmx.ajax("GET", location.pathname + location.search, how);
}
