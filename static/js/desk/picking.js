// Rows that are ticked, to decide on many at once.

import { sentence } from "../page/language.js";
import { currentRow } from "./current.js";
import { isOpen, rows } from "./rows.js";
import { announce } from "./said.js";

export const picked = () => rows().filter((row) => isOpen(row) && row.querySelector(".pick input:checked"));

export function countPicked() {
  const count = picked().length;
  document.querySelector("#picked").textContent = count ? sentence("in-selection", count) : "";
  document.querySelector("#bulk").classList.toggle("has-picked", count > 0);
}

export function pick() {
  const tick = currentRow()?.querySelector(".pick input");
  if (!tick) return;
  tick.checked = !tick.checked;
  countPicked();
  announce(tick.checked ? sentence("selected") : sentence("no-longer-selected"));
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(".pick input")) countPicked();
});
