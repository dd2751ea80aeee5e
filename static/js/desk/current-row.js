// The current row, which has the focus or had it last, and its place on the screen.

import { allRows, FEW_ROWS, findRow, isUndecided, loadMore, pending, queue, undecidedRows } from "./rows.js";

// Between the heading and a row that is scrolled to.
const GAP_PX = 8;
// Less than this cannot be scrolled, and more would add up.
const HALF_PX = 0.5;
const heading = document.querySelector(".queue-title");
const last = { number: null, isAtEnd: false };
let held = null;

export const currentNumber = () => last.number;
export const isAtEnd = () => last.isAtEnd;
export const lastRow = () => last.number && findRow(last.number);
const focusedRow = () => document.activeElement?.closest?.("#queue > .row");
export const currentRow = () => focusedRow() ?? lastRow() ?? undecidedRows()[0] ?? null;

export function makeCurrent(row) {
  last.isAtEnd = !row;
  for (const other of queue.querySelectorAll(".current")) other.classList.remove("current");
  row?.classList.add("current");
  last.number = row?.dataset.row ?? null;
}

export function moveTo(row) {
  if (!row) return moveToEnd();
  makeCurrent(row);
  row.focus({ preventScroll: true });
  scrollToRow(row);
}

export function moveToEnd() {
  makeCurrent(null);
  const end = queue.querySelector(":scope > .empty:not([hidden])");
  end?.setAttribute("tabindex", "-1");
  (end ?? document.querySelector("#main")).focus({ preventScroll: true });
  end?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// Move one row down or up; from no row, to the current one.
export function moveBy(step) {
  const current = currentRow();
  const rows = allRows().filter((row) => row === current || !pending.has(row.dataset.row));
  const index = rows.indexOf(current);
  const focused = focusedRow();
  moveTo(focused ? (rows[index + step] ?? focused) : rows[Math.max(index, 0)]);
  if (rows.length - index < FEW_ROWS) loadMore();
}

// Find the undecided row below a row; where there is none, above it.
export function findNextUndecided(row) {
  const rows = allRows();
  const index = rows.indexOf(row);
  const above = rows.slice(0, index).reverse();
  return rows.slice(index + 1).find(isUndecided) ?? above.find(isUndecided) ?? null;
}

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.("#queue > .row");
  if (row) makeCurrent(row);
});

// A row that is whole on the screen stays where it is: a list that moves is hard to read.
export function scrollToRow(row) {
  const { top, bottom } = row.getBoundingClientRect();
  if (top >= screenTop() && bottom <= screenBottom()) return;
  scrollBy({ top: top - screenTop() - GAP_PX, behavior: "instant" });
}

// Rows are seen between the heading, which stays on the screen, and the bars below.
export function screenTop() {
  return heading && getComputedStyle(heading).position === "sticky" ? heading.offsetHeight : 0;
}

// What the browser scrolls to by itself (a link to a row, what Tab reaches) stops below the heading as well,
// however many lines it takes; desk.css adds the gap.
function measureHeading() {
  document.documentElement.style.setProperty("--covered", `${screenTop()}px`);
}

if (heading) new ResizeObserver(measureHeading).observe(heading);
addEventListener("resize", measureHeading);

export function screenBottom() {
  const bars = [...document.querySelectorAll("#thumb, #bulk.has-picked, #bulk-result > *")];
  const boxes = bars.map((bar) => bar.getBoundingClientRect()).filter((box) => box.height);
  return Math.min(innerHeight, ...boxes.map((box) => box.top));
}

// Whatever comes or goes above it between these two, the current row stays where it is on the screen.
export function holdScroll() {
  const box = lastRow()?.getBoundingClientRect();
  const isSeen = box && box.bottom > 0 && box.top < innerHeight;
  held = isSeen ? { number: currentNumber(), top: box.top } : null;
}

export function restoreScroll() {
  const row = held && held.number === currentNumber() && findRow(held.number);
  const moved = row ? row.getBoundingClientRect().top - held.top : 0;
  if (Math.abs(moved) >= HALF_PX) scrollBy({ top: moved, behavior: "instant" });
  held = null;
}
