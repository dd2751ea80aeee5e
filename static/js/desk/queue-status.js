// What stands to be done: what came back, and which line the next undo is about.

import { sentence } from "../page/language.js";
import { goTo } from "./current.js";
import { makeUndoable } from "./line.js";
import { queue } from "./rows.js";

export const undoable = makeUndoable();

const comeBackCount = document.createElement("button");
comeBackCount.type = "button";
comeBackCount.className = "back-count";
comeBackCount.hidden = true;
comeBackCount.addEventListener("click", () => goTo(queue.querySelector(".came-back:not(.sending)")));
document.querySelector("#arrivals")?.after(comeBackCount);

export function showStanding() {
  const count = queue.querySelectorAll(".came-back:not(.sending)").length;
  comeBackCount.hidden = !count;
  comeBackCount.textContent = sentence("came-back", count);
  const last = undoable.last();
  for (const row of queue.querySelectorAll(".decided")) row.classList.toggle("is-last", row.dataset.row === last?.number);
  const bulk = document.querySelector("#bulk-result");
  bulk?.classList.toggle("is-last", Boolean(last?.isBulk) && last.key === bulk.querySelector("[name=bulk]")?.value);
}

// Marked where it stands, and counted on top; the focus is left where the hands are.
export function comeBack(row, words) {
  row.classList.add("came-back");
  if (words) {
    row.querySelector(":scope > .row-notice")?.remove();
    const notice = document.createElement("p");
    notice.className = "row-notice";
    notice.setAttribute("role", "alert");
    notice.textContent = words;
    row.prepend(notice);
  }
}

// What went wrong is told by the row it is about.
export function takeNotice() {
  const notices = document.querySelector("#notices");
  const words = notices.querySelector(".notice > p")?.textContent ?? notices.textContent;
  notices.replaceChildren();
  return words.trim();
}
