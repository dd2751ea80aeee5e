// Whoever is through with the list goes on where something comes back or arrives. When the last one is
// decided the page says what it says when nothing waits.

import { goTo, goToEnd, isAtEnd } from "./current.js";
import { openRows, queue, underway } from "./rows.js";
import { showStanding } from "./standing.js";

let isEndAsked = false;

export function leaveEnd() {
  showEnd();
  showStanding();
  if (!isAtEnd() || !document.activeElement?.matches("body, #main, .empty")) return;
  const row = openRows()[0];
  if (row) goTo(row);
  else if (queue.querySelector(":scope > .empty:not([hidden])")) goToEnd();
}

function showEnd() {
  const empty = queue.querySelector(":scope > .empty");
  const isDone = !openRows().length && !underway.numbers().length && !document.querySelector("#next-page");
  if (empty) empty.hidden = !isDone;
  const arrived = document.querySelector("#arrived");
  if (!isDone) isEndAsked = false;
  if (empty || !isDone || !arrived || isEndAsked) return;
  isEndAsked = true;
  const { pathname, search } = location;
  htmx.ajax("GET", pathname + search, { source: arrived, target: "#arrived", select: "#queue > .empty", swap: "beforebegin" });
}
