// What others decided and what arrived is fetched every ten seconds, while the page is looked at. An older
// response never takes the place of a newer one, and no row stands twice.

import { sentence } from "../page/language.js";
import { countSelected } from "./bulk.js";
import { currentRow, holdScroll, lastRow, makeCurrent, restoreScroll } from "./current-row.js";
import { updateStatus } from "./queue-status.js";
import { allRows, isBeingEdited, loadMoreIfFew, pending, queue, showPending } from "./rows.js";
import { requestQueue } from "./sending.js";

const POLL_MS = 10000;
// More would not fit into the longest address that the server takes.
const MOST_POLLED = 200;
let timer = null;

async function poll() {
  const live = document.querySelector("#live");
  if (!live || document.hidden || requestQueue.isBusy()) return;
  const settled = allRows().filter((row) => !pending.has(row.dataset.row));
  const versions = settled.slice(-MOST_POLLED).map(({ dataset }) => `${dataset.row}.${dataset.version}`);
  const url = new URL(live.dataset.url, location.href);
  url.searchParams.set("since", live.dataset.ordinal);
  url.searchParams.set("newest", live.dataset.newest);
  url.searchParams.set("rows", versions.join(","));
  const how = { source: live, target: "#live", swap: "outerHTML" };
  await htmx.ajax("GET", url.pathname + url.search, how);
}

async function pollNow() {
  await poll().catch(() => {}); // It polls again.
  pollLater();
}

function pollLater() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(pollNow, POLL_MS);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else pollNow();
});

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  holdScroll();
  const isPolled = ctx.sourceElement?.id === "live";
  const isOutdated = isPolled && areArrivalsOutdated(tasks);
  const wanted = tasks.filter(({ fragment, target }) => {
    const place = typeof target === "string" ? document.querySelector(target) : target;
    // What the page fetches by itself may fail in silence; it polls again.
    if (!place || (isPolled && ctx.hx?.retarget)) return false;
    if (isOutdated && (place.id === "live" || place.id === "arrivals")) return false;
    if (place.dataset?.asOf) return numberIn(fragment, "data-as-of") >= Number(place.dataset.asOf);
    if (!place.dataset?.row || !isPolled) return true;
    if (pending.has(place.dataset.row) || isBeingEdited(place)) return false;
    return numberIn(fragment, "data-version") > Number(place.dataset.version);
  });
  tasks.splice(0, tasks.length, ...wanted);
  for (const { fragment, target } of tasks) {
    if (target?.id === "next-page" || target?.id === "arrived") prepareRows(fragment, target);
  }
});

// Polled before new arrivals were put in, they would be counted again.
function areArrivalsOutdated(tasks) {
  const news = tasks.find(({ target }) => target?.id === "live")?.fragment.querySelector("#live");
  return Boolean(news) && news.dataset.newest !== document.querySelector("#live").dataset.newest;
}

// A fragment without a number is no older than what is there.
function numberIn(fragment, attribute) {
  return Number(fragment.querySelector(`[${attribute}]`)?.getAttribute(attribute) ?? Infinity);
}

// Rows that are put in bring none that is there already, and the newest of them is remembered.
function prepareRows(fragment, target) {
  for (const one of fragment.querySelectorAll(".row[id], #arrived")) {
    if (document.getElementById(one.id)) one.remove();
  }
  if (target.id === "next-page") fragment.querySelector(".empty")?.remove();
  const live = fragment.querySelector("#live");
  if (live) document.querySelector("#live").dataset.newest = live.dataset.newest;
  live?.remove();
  if (target.id === "arrived") document.querySelector("#arrivals").replaceChildren();
}

document.addEventListener("htmx:after:swap", () => {
  for (const number of pending.numbers()) showPending(number);
  hideNeedlessMore();
  countSelected();
  addCloseButton();
  const row = lastRow();
  // Where the focused element was exchanged, the new one takes the focus.
  if (row && document.activeElement === document.body) row.focus({ preventScroll: true });
  row?.classList.add("current");
  restoreScroll();
  loadMoreIfFew();
  updateStatus();
});

function addCloseButton() {
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
function hideNeedlessMore() {
  for (const clamp of queue.querySelectorAll(".clamp.is-long:not(.is-measured)")) {
    const text = clamp.querySelector(".comment-text");
    clamp.classList.add("is-measured");
    if (text.scrollHeight <= text.clientHeight + 1) clamp.classList.add("is-short");
  }
}

// All behaviours are there, for desk.js imports this one last: the page may show what needs them.
document.body.classList.add("has-scripts");
hideNeedlessMore();
makeCurrent(currentRow());
pollLater();
