// How long ago a comment was sent or began to wait goes on while the page is open.

import { timeInWords } from "../page/language.js";

const MINUTE_MS = 60000;

function showAges() {
  for (const time of document.querySelectorAll(".row-meta time")) {
    const words = timeInWords(Date.now() - new Date(time.dateTime), "ago" in time.dataset);
    if (words) time.textContent = words;
  }
}

setInterval(showAges, MINUTE_MS);
