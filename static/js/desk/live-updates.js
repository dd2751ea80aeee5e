// What is put into the page: an older answer never takes the place of a newer one, and no row stands
// twice.

import { sentence } from "../page/language.js";
import { lastRow } from "./current.js";
import { leaveEnd } from "./end.js";
import { countPicked } from "./picking.js";
import { refill } from "./refill.js";
import { queue, showUnderway, underway } from "./rows.js";
import { holdStill, putBack } from "./still.js";
import { isWrittenIn } from "./written.js";

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  holdStill();
  const isLive = ctx.sourceElement?.id === "live";
  const isLate = isLive && isOverdue(tasks);
  const kept = tasks.filter(({ fragment, target }) => {
    const place = typeof target === "string" ? document.querySelector(target) : target;
    // What the page asks for by itself may fail in silence; it asks again.
    if (!place || (isLive && ctx.hx?.retarget)) return false;
    if (isLate && (place.id === "live" || place.id === "arrivals")) return false;
    if (place.dataset?.asOf) {
      const news = fragment.querySelector("[data-as-of]");
      return !news || Number(news.dataset.asOf) >= Number(place.dataset.asOf);
    }
    if (place.dataset?.row && isLive) {
      const news = fragment.querySelector("[data-version]");
      if (underway.has(place.dataset.row) || isWrittenIn(place)) return false;
      return !news || Number(news.dataset.version) > Number(place.dataset.version);
    }
    return true;
  });
  tasks.splice(0, tasks.length, ...kept);
  for (const { fragment, target } of tasks) {
    const isList = target?.id === "next-page" || target?.id === "arrived";
    if (!isList) continue;
    for (const one of fragment.querySelectorAll(".row[id], #arrived")) if (document.getElementById(one.id)) one.remove();
    if (target.id === "next-page") fragment.querySelector(".empty")?.remove();
    const live = fragment.querySelector("#live");
    if (live) document.querySelector("#live").dataset.newest = live.dataset.newest;
    live?.remove();
    if (target.id === "arrived") document.querySelector("#arrivals").replaceChildren();
  }
});

// Asked before new arrivals were put in, it would count them again.
function isOverdue(tasks) {
  const news = tasks.find(({ target }) => target?.id === "live")?.fragment.querySelector("#live");
  return Boolean(news) && news.dataset.newest !== document.querySelector("#live").dataset.newest;
}

document.addEventListener("htmx:after:swap", () => {
  for (const number of underway.numbers()) showUnderway(number);
  trimMore();
  countPicked();
  makeClosable();
  const row = lastRow();
  // The element was exchanged under the hands: the new one is where they were.
  if (row && document.activeElement === document.body) row.focus({ preventScroll: true });
  row?.classList.add("current");
  putBack();
  refill();
  leaveEnd();
});

function makeClosable() {
  const result = document.querySelector("#bulk-result > .bulk-result:not(:has([data-close]))");
  if (!result) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "as-link";
  button.dataset.close = "yes";
  button.textContent = sentence("close");
  button.addEventListener("click", () => result.remove());
  result.append(button);
}

// "More" only where there is more: how many lines a text takes, only the browser knows.
export function trimMore() {
  for (const clamp of queue.querySelectorAll(".clamp.is-long:not(.is-measured)")) {
    const text = clamp.querySelector(".comment-text");
    clamp.classList.add("is-measured");
    if (text.scrollHeight <= text.clientHeight + 1) clamp.classList.add("is-short");
  }
}
