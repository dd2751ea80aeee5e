// Whatever comes or goes above it, the row under the eyes stays where it is.

import { currentNumber, lastRow } from "./current.js";
import { rowOf } from "./rows.js";

let stillAt = null;

export function holdStill() {
  const row = lastRow();
  const box = row?.getBoundingClientRect();
  stillAt = box && box.bottom > 0 && box.top < innerHeight ? { number: currentNumber(), top: box.top } : null;
}

export function putBack() {
  const row = stillAt && stillAt.number === currentNumber() && rowOf(stillAt.number);
  const by = row ? row.getBoundingClientRect().top - stillAt.top : 0;
  if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
  stillAt = null;
}
