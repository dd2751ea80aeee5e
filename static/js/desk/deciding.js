// Deciding: by key or by a form, on one row, on those that are selected, or on all that are shown.

import { sentence } from "../page/language.js";
import { selectedRows, sendBulk, sendBulkUndo } from "./bulk.js";
import { currentRow, moveTo, screenBottom, screenTop } from "./current-row.js";
import { ask } from "./dialogs.js";
import { showMessage, undoHistory } from "./queue-status.js";
import { isBeingUndone, isUndecided, pending, takesBulks, undecidedRows } from "./rows.js";
import { sendUndo, sendVerdict } from "./sending.js";

const FORMS = ".verdict-form, .reason-form, .reply-form, .undo, #bulk";
const { verdicts, approvals } = document.querySelector("#thumb").dataset;
const listWords = (text) => text.trim().split(" ");
export const VERDICT_BY_KEY = new Map(listWords(verdicts).map((pair) => pair.split(":")));
const APPROVALS = listWords(approvals);

// A form that is sent by mouse or touch takes its turn among those sent by key.
document.addEventListener("submit", sendInOrder, true);

function sendInOrder(event) {
  const form = event.target;
  if (!form.matches(FORMS)) return;
  event.preventDefault();
  event.stopPropagation();
  const submitter = event.submitter ?? form.querySelector("button[name=verdict], button");
  if (form.id === "bulk") return decideOnSelected(submitter.value);
  const row = form.closest("#queue > .row");
  if (!row) return sendBulkUndo(findBulk(form));
  if (pending.has(row.dataset.row)) return;
  if (form.matches(".undo")) sendUndo(row.dataset.row);
  else sendVerdict(row, () => submitter.isConnected && submitter);
}

function findBulk(form) {
  const key = form.elements.bulk.value;
  const numbers = form.elements.shown.value.split(",");
  return undoHistory.findBulk(key) ?? { isBulk: true, key, numbers };
}

export function decide(key) {
  if (selectedRows().length) return decideOnSelected(VERDICT_BY_KEY.get(key));
  const row = currentRow();
  // Keys can be faster than an undo that is on its way: then it is decided when the row is back.
  if (isBeingUndone(row)) return sendVerdict(row, (returned) => findReadButton(returned, key));
  if (!row || !isUndecided(row)) return;
  const button = findButton(row, key);
  // A verdict that takes a reason is given by a form.
  const reason = row.querySelector(`.reason-form[data-key="${key}"] select`);
  if (!button && reason) {
    row.querySelector(".menu").open = true;
    return reason.focus();
  }
  if (!button) return showMessage(sentence("no-such-verdict"));
  const unread = button.closest("details:not([open])");
  if (unread) {
    unread.open = true;
    button.focus();
    return showMessage(sentence("unread", Number(row.dataset.wordings)));
  }
  button.click();
}

const findButton = (row, key) => row?.querySelector(`.verdict-form [data-key="${key}"]`);

function findReadButton(row, key) {
  const button = findButton(row, key);
  return button?.closest("details:not([open])") ? null : button;
}

function decideOnSelected(verdict) {
  const rows = selectedRows();
  if (!rows.length) return showMessage(sentence("nothing-selected"));
  const unread = APPROVALS.includes(verdict) && rows.find(hasUnreadWordings);
  if (unread) {
    unread.querySelector("details.copies").open = true;
    moveTo(unread);
    return showMessage(sentence("some-unread"));
  }
  sendBulk(verdict, rows);
}

const hasUnreadWordings = (row) => row.dataset.wordings && row.querySelector("details.copies:not([open])");

// Approve, after a question, all that are whole on the screen and have no reason to be looked at.
export function approveAllShown() {
  if (!takesBulks) return showMessage(sentence("no-bulk"));
  const rows = undecidedRows().filter((row) => isUnsuspicious(row) && isWholeOnScreen(row));
  if (!rows.length) return showMessage(sentence("nothing-to-approve"));
  const count = rows.length;
  ask(sentence("ask-to-approve", count), sentence("approve", count), () => sendBulk(APPROVALS[0], rows));
}

// A row that came back or was decided elsewhere has more to it than its text.
const isUnsuspicious = (row) => !("hasReasons" in row.dataset) && !row.querySelector(":scope > .row-notice");

function isWholeOnScreen(row) {
  const { top, bottom } = row.querySelector(".row-words").getBoundingClientRect();
  const text = row.querySelector(".comment-text");
  return top >= screenTop() && bottom <= screenBottom() && text.scrollHeight <= text.clientHeight + 1;
}

export function undoLast() {
  const entry = undoHistory.last();
  if (!entry) return showMessage(sentence("nothing-to-undo"));
  if (entry.isBulk) sendBulkUndo(entry);
  else sendUndo(entry.number);
}
