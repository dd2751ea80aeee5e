// Approving all that are on the screen, after a question.

import { sentence } from "../page/language.js";
import { sendBulk } from "./bulk.js";
import { APPROVALS } from "./deciding.js";
import { ask } from "./dialogs.js";
import { openRows } from "./rows.js";
import { tell } from "./said.js";
import { screenBottom, screenTop } from "./screen.js";

// All that are on the screen whole and carry no reason; nothing is approved that was not shown.
export function approveAllShown() {
  const shown = openRows().filter((row) => isUnsuspicious(row) && isWholeOnScreen(row));
  if (!shown.length) return tell(sentence("nothing-to-approve"));
  const count = shown.length;
  ask(sentence("ask-to-approve", count), sentence("approve", count), () => sendBulk(APPROVALS[0], shown));
}

// What came back or was decided elsewhere has more to it than its text.
const isUnsuspicious = (row) => !("hasReasons" in row.dataset) && !row.querySelector(":scope > .row-notice");

function isWholeOnScreen(row) {
  const { top, bottom } = row.querySelector(".row-words").getBoundingClientRect();
  const text = row.querySelector(".comment-text");
  return top >= screenTop() && bottom <= screenBottom() && text.scrollHeight <= text.clientHeight + 1;
}
