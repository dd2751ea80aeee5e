// The next rows are asked for before the last ones are decided.

import { openRows } from "./rows.js";

// With fewer rows than this still to decide on, the next are asked for.
export const REFILL_AT = 15;

export function refill() {
  if (openRows().length < REFILL_AT) askMore();
}

export function askMore() {
  const more = document.querySelector("#next-page a");
  if (more && !more.dataset.asked) {
    more.dataset.asked = "yes";
    more.click();
  }
}

// What brought no answer is asked for again at the next decision.
document.addEventListener("htmx:finally:request", () => {
  const more = document.querySelector("#next-page a");
  if (more) delete more.dataset.asked;
});
