// Deciding: by key, by a form sent by hand, on one row or on those that are ticked.

import { sentence } from "../page/language.js";
import { sendBulk, sendBulkUndo } from "./bulk.js";
import { currentRow, goTo } from "./current.js";
import { picked } from "./picking.js";
import { isComingBack, isOpen, underway } from "./rows.js";
import { tell } from "./said.js";
import { sendUndo, sendVerdict } from "./sending.js";
import { undoable } from "./standing.js";

const SENT_FORMS = ".verdict-form, .reason-form, .reply-form, .undo, #bulk";
const bar = document.querySelector("#thumb");
export const KEY_VERDICTS = new Map(bar.dataset.verdicts.trim().split(" ").map((pair) => pair.split(":")));
export const APPROVALS = bar.dataset.approvals.trim().split(" ");

// Forms sent by hand take the same way, so that the order is the order of the hands.
document.addEventListener("submit", sendByScript, true);

function sendByScript(event) {
  const form = event.target;
  if (!form.matches(SENT_FORMS)) return;
  event.preventDefault();
  event.stopPropagation();
  const submitter = event.submitter ?? form.querySelector("button[name=verdict], button");
  if (form.id === "bulk") return decideOnPicked(submitter.value);
  const row = form.closest("#queue > .row");
  if (!row) return sendBulkUndo(findBulk(form));
  if (underway.has(row.dataset.row)) return;
  if (form.matches(".undo")) sendUndo(row.dataset.row);
  else sendVerdict(row, () => submitter.isConnected && submitter);
}

function findBulk(form) {
  const key = form.elements.bulk.value;
  const numbers = form.elements.shown.value.split(",");
  return undoable.findBulk(key) ?? { isBulk: true, key, numbers };
}

export function decide(key) {
  if (picked().length) return decideOnPicked(KEY_VERDICTS.get(key));
  const row = currentRow();
  // The hand is faster than an undo that is on its way: decided when the row is back.
  if (isComingBack(row)) return sendVerdict(row, (back) => findVerdict(back, key));
  if (!row || !isOpen(row)) return;
  const button = buttonFor(row, key);
  // What takes a reason is given by a form.
  const reason = row.querySelector(`.reason-form[data-key="${key}"] select`);
  if (!button && reason) {
    row.querySelector(".menu").open = true;
    return reason.focus();
  }
  if (!button) return tell(sentence("no-such-verdict"));
  const fold = button.closest("details:not([open])");
  if (fold) {
    fold.open = true;
    button.focus();
    return tell(sentence("unread", Number(row.dataset.wordings)));
  }
  button.form.requestSubmit(button);
}

const buttonFor = (row, key) => row?.querySelector(`.verdict-form [data-key="${key}"]`);

function findVerdict(row, key) {
  const button = buttonFor(row, key);
  return button?.closest("details:not([open])") ? null : button;
}

function decideOnPicked(verdict) {
  const chosen = picked();
  if (!chosen.length) return tell(sentence("nothing-selected"));
  const unread = APPROVALS.includes(verdict) && chosen.find((row) => row.querySelector("details.copies:not([open])") && row.dataset.wordings);
  if (unread) {
    unread.querySelector("details.copies").open = true;
    goTo(unread);
    return tell(sentence("some-unread"));
  }
  sendBulk(verdict, chosen);
}

export function undo() {
  const entry = undoable.last();
  if (!entry) return tell(sentence("nothing-to-undo"));
  if (entry.isBulk) sendBulkUndo(entry);
  else sendUndo(entry.number);
}
