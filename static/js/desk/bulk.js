// Deciding on many at once.

import { sentence } from "../page/language.js";
import { currentRow, goTo } from "./current.js";
import { leaveEnd } from "./end.js";
import { countPicked } from "./picking.js";
import { refill } from "./refill.js";
import { arrive, isOpen, openRows, rowOf, rows, setOut } from "./rows.js";
import { line, send } from "./sending.js";
import { comeBack, takeNotice, undoable } from "./standing.js";
import { holdStill, putBack } from "./still.js";

// A form of its own for each bulk: what is ticked later must not go with it.
function makeBulkForm(verdict, values) {
  const bulk = document.querySelector("#bulk");
  const form = bulk.cloneNode(false);
  form.removeAttribute("id");
  form.className = "outgoing";
  form.hidden = true;
  for (const name of ["csrf_token", "back"]) form.append(bulk.elements[name].cloneNode());
  for (const [name, value] of values) form.append(hiddenField(name, value));
  const button = document.createElement("button");
  button.name = "verdict";
  button.value = verdict;
  form.append(button);
  document.querySelector("#main").append(form);
  return form;
}

async function sendTogether(form, numbers) {
  const hasArrived = await send(form, form.querySelector("button"));
  const words = hasArrived ? "" : takeNotice() || sentence("not-decided");
  form.remove();
  holdStill();
  for (const number of numbers) {
    arrive(number);
    const row = rowOf(number);
    if (row && words) comeBack(row, words);
    else if (row?.querySelector(":scope > .row-notice")) comeBack(row, "");
  }
  putBack();
  leaveEnd();
  return hasArrived;
}

export function sendBulk(verdict, picked) {
  const numbers = picked.map((row) => row.dataset.row);
  const items = picked.map((row) => ["items", row.querySelector(".pick input").value]);
  // Whoever calls this has seen to it that all wordings were open.
  const form = makeBulkForm(verdict, [...items, ["is_opened", "y"]]);
  const entry = { isBulk: true, numbers };
  undoable.add(entry);
  for (const row of picked) {
    setOut(row.dataset.row, "verdict");
    row.querySelector(".pick input").checked = false;
  }
  countPicked();
  line.add(async () => {
    const hasArrived = await sendTogether(form, numbers);
    entry.key = hasArrived && document.querySelector("#bulk-result [name=bulk]")?.value;
    if (!entry.key) undoable.forgetBulk(entry);
  });
  const all = rows();
  goTo(all.slice(all.indexOf(picked.at(-1)) + 1).find(isOpen) ?? openRows()[0] ?? null);
  refill();
}

export function sendBulkUndo(entry) {
  const { numbers } = entry;
  undoable.forgetBulk(entry);
  for (const number of numbers) setOut(number, "undo");
  line.add(async () => {
    if (!entry.key) return numbers.forEach(arrive);
    const form = makeBulkForm("reopen", [["bulk", entry.key], ["shown", numbers.join(",")]]);
    if (!await sendTogether(form, numbers)) undoable.add(entry);
  });
  goTo(rowOf(numbers[0]) ?? currentRow());
}

function hiddenField(name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}
