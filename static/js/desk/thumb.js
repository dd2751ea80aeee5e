// By touch: a bar in reach of the thumb acts on the first row that is still to decide on and begins
// on the screen.

import { makeCurrent } from "./current.js";
import { KEYS } from "./keys.js";
import { isComingBack, isOpen, openRows } from "./rows.js";
import { screenTop } from "./screen.js";

const bar = document.querySelector("#thumb");
const thumbHeight = () => bar.offsetHeight;
let isLooking = false;

addEventListener("scroll", () => {
  if (isLooking || !thumbHeight()) return;
  isLooking = true;
  requestAnimationFrame(() => {
    isLooking = false;
    if (document.activeElement?.matches("textarea, select, input")) return;
    const focused = document.activeElement?.closest?.("#queue > .row");
    const box = focused?.getBoundingClientRect();
    const high = screenTop() + 60;
    if (focused && isOpen(focused) && box.bottom > high && box.top < innerHeight / 2) return;
    // One line until its answer is there, brought under the heading by the undo itself.
    if (focused && isComingBack(focused) && box.bottom > screenTop()) return;
    const row = openRows().find((one) => one.getBoundingClientRect().bottom > high);
    if (row) makeCurrent(row);
    if (focused && row && focused !== row) document.activeElement.blur();
  });
}, { passive: true });

bar.addEventListener("click", ({ target }) => {
  const what = target.closest("[data-do]")?.dataset.do;
  if (what) KEYS[what]();
});

bar.hidden = false;
