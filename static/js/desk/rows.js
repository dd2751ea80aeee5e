// The rows of the queue, and what is on its way about each. Rows are exchanged; what is on its way is
// kept here.

import { makeUnderway } from "./line.js";

export const underway = makeUnderway();

export const queue = document.querySelector("#queue");
export const rows = () => [...queue.querySelectorAll(":scope > .row")];
export const isOpen = (row) => row.dataset.state !== "decided" && !underway.has(row.dataset.row);
export const openRows = () => rows().filter(isOpen);
export const rowOf = (number) => document.getElementById(`comment-${number}`);
export const isComingBack = (row) => underway.last(row?.dataset.row) === "undo";

export function setOut(number, what) {
  underway.setOut(number, what);
  showUnderway(number);
}

export function arrive(number) {
  underway.arrive(number);
  showUnderway(number);
}

export function showUnderway(number) {
  const row = rowOf(number);
  row?.classList.toggle("sending", underway.has(number));
  if (underway.has(number)) row?.setAttribute("aria-busy", "true");
  else row?.removeAttribute("aria-busy");
}
