// A menu that is open closes as a dialog does, and when the hand goes elsewhere; not over words.

import { queue } from "./rows.js";
import { holdsWords } from "./written.js";

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("#thumb")) return;
  for (const menu of queue.querySelectorAll(".menu[open]")) {
    if (!menu.contains(target) && !holdsWords(menu)) menu.open = false;
  }
});
