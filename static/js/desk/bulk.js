// Rows that are selected, and decisions on many at once.

import { sentence } from "../page/language.js";
import { currentRow, holdScroll, moveTo, restoreScroll } from "./current-row.js";
import {
  announce,
  markReturned,
  showMessage,
  takeNotice,
  undoHistory,
  updateStatus,
} from "./queue-status.js";
import {
  allRows,
  findRow,
  finishAction,
  isUndecided,
  loadMoreIfFew,
  startAction,
  takesBulks,
  undecidedRows,
} from "./rows.js";
import { requestQueue, send } from "./sending.js";

const tickOf = (row) => row?.querySelector(".pick input");
export const selectedRows = () => undecidedRows().filter((row) => tickOf(row)?.checked);

export function countSelected() {
  const count = selectedRows().length;
  document.querySelector("#picked").textContent = count ? sentence("in-selection", count) : "";
  document.querySelector("#bulk").classList.toggle("has-picked", count > 0);
}

export function toggleSelected() {
  if (!takesBulks) return showMessage(sentence("no-bulk"));
  const tick = tickOf(currentRow());
  if (!tick) return;
  tick.checked = !tick.checked;
  countSelected();
  announce(tick.checked ? sentence("selected") : sentence("no-longer-selected"));
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(".pick input")) countSelected();
});

// Whoever calls this has made sure that all wordings were open.
export function sendBulk(verdict, rows) {
  const numbers = rows.map((row) => row.dataset.row);
  const items = rows.map((row) => ["items", tickOf(row).value]);
  const form = makeForm(verdict, [...items, ["is_opened", "y"]]);
  const entry = { isBulk: true, numbers };
  undoHistory.add(entry);
  for (const row of rows) {
    startAction(row.dataset.row, "verdict");
    tickOf(row).checked = false;
  }
  countSelected();
  requestQueue.add(async () => {
    const isTaken = await sendForm(form, numbers);
    entry.key = isTaken && document.querySelector("#bulk-result [name=bulk]")?.value;
    if (!entry.key) undoHistory.removeBulk(entry);
  });
  const all = allRows();
  const below = all.slice(all.indexOf(rows.at(-1)) + 1);
  moveTo(below.find(isUndecided) ?? undecidedRows()[0] ?? null);
  loadMoreIfFew();
}

export function sendBulkUndo(entry) {
  const { numbers } = entry;
  undoHistory.removeBulk(entry);
  for (const number of numbers) startAction(number, "undo");
  requestQueue.add(async () => {
    if (!entry.key) return numbers.forEach(finishAction);
    const fields = { bulk: entry.key, shown: numbers.join(",") };
    const isTaken = await sendForm(makeForm("reopen", Object.entries(fields)), numbers);
    if (!isTaken) undoHistory.add(entry);
  });
  moveTo(findRow(numbers[0]) ?? currentRow());
}

// Each bulk has a form of its own: what is selected later must not go with it.
function makeForm(verdict, fields) {
  const bulk = document.querySelector("#bulk");
  const form = bulk.cloneNode(false);
  form.removeAttribute("id");
  form.className = "outgoing";
  form.hidden = true;
  for (const name of ["csrf_token", "back"]) form.append(bulk.elements[name].cloneNode());
  for (const [name, value] of fields) {
    const field = document.createElement("input");
    form.append(Object.assign(field, { type: "hidden", name, value }));
  }
  const button = document.createElement("button");
  form.append(Object.assign(button, { name: "verdict", value: verdict }));
  document.querySelector("#main").append(form);
  return form;
}

async function sendForm(form, numbers) {
  const isTaken = await send(form, form.querySelector("button"));
  const reason = isTaken ? "" : takeNotice() || sentence("not-decided");
  form.remove();
  holdScroll();
  for (const number of numbers) {
    finishAction(number);
    const row = findRow(number);
    if (row && (reason || row.querySelector(":scope > .row-notice"))) markReturned(row, reason);
  }
  restoreScroll();
  updateStatus();
  return isTaken;
}
