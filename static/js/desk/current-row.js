// The current row: the one with the focus, or the one that had it last.

import { isOpen, openRows, queue, rowOf, rows, underway } from "./rows.js";
import { askMore, REFILL_AT } from "./refill.js";
import { show } from "./screen.js";

const last = { number: null, isAtEnd: false };

export const currentNumber = () => last.number;
export const isAtEnd = () => last.isAtEnd;
export const lastRow = () => last.number && rowOf(last.number);

export function currentRow() {
  const focused = document.activeElement?.closest?.("#queue > .row");
  return focused ?? lastRow() ?? openRows()[0] ?? null;
}

export function makeCurrent(row) {
  last.isAtEnd = !row;
  for (const other of queue.querySelectorAll(".current")) other.classList.remove("current");
  row?.classList.add("current");
  last.number = row?.dataset.row ?? null;
}

export function goTo(row) {
  if (!row) return goToEnd();
  makeCurrent(row);
  row.focus({ preventScroll: true });
  show(row);
}

export function goToEnd() {
  makeCurrent(null);
  const end = queue.querySelector(":scope > .empty:not([hidden])");
  end?.setAttribute("tabindex", "-1");
  (end ?? document.querySelector("#main")).focus({ preventScroll: true });
  end?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

export function step(forward) {
  const current = currentRow();
  const all = rows().filter((row) => row === current || !underway.has(row.dataset.row));
  const at = all.indexOf(current);
  const focused = document.activeElement?.closest?.("#queue > .row");
  goTo(focused ? all[at + (forward ? 1 : -1)] ?? focused : all[Math.max(at, 0)]);
  if (all.length - at < REFILL_AT) askMore();
}

export function nextAfter(row) {
  const all = rows();
  const at = all.indexOf(row);
  return all.slice(at + 1).find(isOpen) ?? all.slice(0, at).reverse().find(isOpen) ?? null;
}

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.("#queue > .row");
  if (row) makeCurrent(row);
});
