// Decisions are sent in order, one at a time, while the moderator goes on at once; what failed comes back
// marked. Whoever leaves the page before all are sent is asked first.

import { sentence } from "../page/language.js";
import {
  currentNumber,
  findNextUndecided,
  holdScroll,
  moveTo,
  restoreScroll,
  scrollToRow,
} from "./current-row.js";
import {
  announce,
  markReturned,
  showMessage,
  takeNotice,
  undoHistory,
  updateStatus,
} from "./queue-status.js";
import { makeRequestQueue } from "./request-queue.js";
import {
  allRows,
  findRow,
  finishAction,
  hasUnsentText,
  loadMoreIfFew,
  pending,
  startAction,
} from "./rows.js";

export const requestQueue = makeRequestQueue((error) => console.error(error));
let sent = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (sent && ctx.sourceElement === sent.form) sent.ctx = ctx;
});

// Send a form, and return whether the server has taken it.
export async function send(form, submitter) {
  sent = { form, ctx: null };
  await htmx.ajax("POST", form.getAttribute("action"), { source: form, event: { submitter } });
  const { ctx } = sent;
  sent = null;
  return ctx?.status === "swapped" && (ctx.response?.status ?? 0) < 500 && !ctx.hx?.retarget;
}

// `findButton` is called when its turn comes: an undo before it brings a new row.
export function sendVerdict(row, findButton) {
  const number = row.dataset.row;
  undoHistory.add({ number });
  startAction(number, "verdict");
  requestQueue.add(async () => {
    const button = findButton(findRow(number));
    const isTaken = Boolean(button) && (await send(button.form, button));
    finishVerdict(number, isTaken);
  });
  moveTo(findNextUndecided(row));
  loadMoreIfFew();
}

function finishVerdict(number, isTaken) {
  holdScroll();
  finishAction(number);
  const row = findRow(number);
  if (!row) return;
  const isDecided = row.dataset.state === "decided";
  if (!isDecided && !pending.has(number)) undoHistory.remove(number);
  if (!isTaken) markReturned(row, takeNotice() || sentence("not-decided"));
  else if (isDecided) announce(`${row.querySelector("strong").textContent}. ${remaining()}`);
  else markReturned(row, "");
  restoreScroll();
  updateStatus();
}

export function sendUndo(number) {
  undoHistory.remove(number);
  startAction(number, "undo");
  requestQueue.add(async () => {
    const button = findRow(number)?.querySelector(".undo button");
    const isTaken = button && (await send(button.form, button));
    finishUndo(number, isTaken);
    updateStatus();
  });
  moveTo(findRow(number));
}

// `isTaken` is false where sending failed, and null where there was nothing left to undo.
function finishUndo(number, isTaken) {
  finishAction(number);
  const row = findRow(number);
  if (!row) return;
  if (row.dataset.row === currentNumber()) scrollToRow(row);
  if (row.dataset.state === "decided" && isTaken === false) {
    undoHistory.add({ number });
    markReturned(row, takeNotice() || sentence("not-undone"));
  } else if (row.querySelector(":scope > .row-notice")) markReturned(row, "");
  else if (isTaken) announce(`${sentence("undone")} ${remaining()}`);
  else showMessage(sentence("too-late-to-undo"));
}

const remaining = () => document.querySelector(".queue-title .counts")?.textContent.trim() ?? "";

let isRedirected = false;

// A form that is sent leads to signing in, unless its words could not be kept (unsent.js). What the page
// fetches by itself leads nowhere, nor does a link while there is unsent text.
document.addEventListener("htmx:before:response", (event) => {
  const { sourceElement, request, response } = event.detail.ctx;
  if (!response.headers.get("HX-Redirect")) return;
  const isLeft = request.method === "POST" ? !event.defaultPrevented : !allRows().some(hasUnsentText);
  isRedirected = isLeft && sourceElement?.id !== "live";
  if (isRedirected) return;
  event.preventDefault();
  showMessage(sentence("signed-out"));
});

addEventListener("beforeunload", (event) => {
  const isUnsent = requestQueue.isBusy() || allRows().some(hasUnsentText);
  if (isUnsent && !isRedirected) event.preventDefault();
});
