// What a moderator can do by a key, or by touch with the bar in reach of the thumb.

import { toggleSelected } from "./bulk.js";
import { makeCurrent, moveBy, screenTop } from "./current-row.js";
import { approveAllShown, decide, undoLast, VERDICT_BY_KEY } from "./deciding.js";
import { showKeys, showSearch, showThread } from "./dialogs.js";
import { areKeysOn, isForPage, keyOf, storeKeysOn } from "./keyboard.js";
import { isBeingUndone, isUndecided, undecidedRows } from "./rows.js";

const ACTIONS = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  z: undoLast,
  x: toggleSelected,
  A: approveAllShown,
  o: showThread,
  "/": showSearch,
  "?": showKeys,
};
for (const key of VERDICT_BY_KEY.keys()) ACTIONS[key] = () => decide(key);

const keysSwitch = document.querySelector("#keys-on");

document.addEventListener("keydown", (event) => {
  if (!keysSwitch.checked || !isForPage(event)) return;
  const act = ACTIONS[keyOf(event)];
  const canRepeat = act === ACTIONS.j || act === ACTIONS.k;
  if (!act || (event.repeat && !canRepeat)) return;
  event.preventDefault();
  act();
});

function showKeysSwitch() {
  document.body.classList.toggle("no-keys", !keysSwitch.checked);
}

keysSwitch.addEventListener("change", () => {
  storeKeysOn(keysSwitch.checked);
  showKeysSwitch();
});

keysSwitch.checked = areKeysOn();
showKeysSwitch();

// The bar acts on the first undecided row that begins on the screen.
const bar = document.querySelector("#thumb");
const LEAST_SEEN_PX = 60;
let isScheduled = false;

function followScreen() {
  isScheduled = false;
  const focused = document.activeElement;
  if (focused?.matches("textarea, select, input")) return;
  const row = focused?.closest?.("#queue > .row");
  const lowest = screenTop() + LEAST_SEEN_PX;
  if (row) {
    const { top, bottom } = row.getBoundingClientRect();
    if (isUndecided(row) && bottom > lowest && top < innerHeight / 2) return;
    // It is one line until its response is there, and is scrolled to by the undo itself.
    if (isBeingUndone(row) && bottom > screenTop()) return;
  }
  const first = undecidedRows().find((one) => one.getBoundingClientRect().bottom > lowest);
  if (first) makeCurrent(first);
  if (row && first && row !== first) focused.blur();
}

function scheduleFollowing() {
  if (isScheduled || !bar.offsetHeight) return;
  isScheduled = true;
  requestAnimationFrame(followScreen);
}

addEventListener("scroll", scheduleFollowing, { passive: true });

bar.addEventListener("click", ({ target }) => {
  const key = target.closest("[data-do]")?.dataset.do;
  if (key) ACTIONS[key]();
});

bar.hidden = false;
