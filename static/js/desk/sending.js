// Sending: in order, one at a time. Whoever decides goes on at once; what failed comes back marked.

import { sentence } from "../page/language.js";
import { currentNumber, goTo, nextAfter } from "./current.js";
import { leaveEnd } from "./end.js";
import { makeLine } from "./line.js";
import { refill } from "./refill.js";
import { arrive, rowOf, setOut, underway } from "./rows.js";
import { announce, tell } from "./said.js";
import { show } from "./screen.js";
import { comeBack, takeNotice, undoable } from "./standing.js";
import { holdStill, putBack } from "./still.js";

export const line = makeLine((error) => console.error(error));
let sent = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (sent && ctx.sourceElement === sent.form) sent.ctx = ctx;
});

export async function send(form, submitter) {
  sent = { form, ctx: null };
  await htmx.ajax("POST", form.getAttribute("action"), { source: form, event: { submitter } });
  const { ctx } = sent;
  sent = null;
  return ctx?.status === "swapped" && (ctx.response?.status ?? 0) < 500 && !ctx.hx?.retarget;
}

// The button is looked for when its turn comes: an undo before it brings a new row.
export function sendVerdict(row, find) {
  const number = row.dataset.row;
  undoable.add({ number });
  setOut(number, "verdict");
  line.add(async () => {
    const button = find(rowOf(number));
    settle(number, Boolean(button) && await send(button.form, button));
  });
  goTo(nextAfter(row));
  refill();
}

function settle(number, hasArrived) {
  holdStill();
  arrive(number);
  const row = rowOf(number);
  if (!row) return;
  const isDecided = row.dataset.state === "decided";
  if (!isDecided && !underway.has(number)) undoable.forget(number);
  if (!hasArrived) comeBack(row, takeNotice() || sentence("not-decided"));
  else if (isDecided) announce(`${row.querySelector("strong").textContent}. ${left()}`);
  else comeBack(row, "");
  putBack();
  leaveEnd();
}

export function sendUndo(number) {
  undoable.forget(number);
  setOut(number, "undo");
  line.add(async () => {
    const button = rowOf(number)?.querySelector(".undo button");
    settleUndo(number, button && await send(button.form, button));
    leaveEnd();
  });
  goTo(rowOf(number));
}

function settleUndo(number, hasArrived) {
  arrive(number);
  const row = rowOf(number);
  if (!row) return;
  const isDecided = row.dataset.state === "decided";
  if (row.dataset.row === currentNumber()) show(row);
  if (isDecided && hasArrived === false) {
    undoable.add({ number });
    return comeBack(row, takeNotice() || sentence("not-undone"));
  }
  if (row.querySelector(":scope > .row-notice")) return comeBack(row, "");
  if (hasArrived) announce(`${sentence("undone")} ${left()}`);
  else tell(sentence("too-late-to-undo"));
}

const left = () => document.querySelector("#queue-counts")?.textContent.trim() ?? "";
