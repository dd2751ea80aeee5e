// What others did and what arrived is asked for every ten seconds, while the page is looked at.

import { sentence } from "../page/language.js";
import { rows, underway } from "./rows.js";
import { tell } from "./said.js";
import { line } from "./sending.js";
import { holdsWords } from "./written.js";

const POLL_MS = 10000;
// More would not fit into the longest address that the server takes.
const MOST_POLLED = 200;

let timer = null;

async function poll() {
  const live = document.querySelector("#live");
  if (!live || document.hidden || line.isBusy()) return;
  const { url, ordinal, newest } = live.dataset;
  const asked = new URL(url, location.href);
  asked.searchParams.set("since", ordinal);
  asked.searchParams.set("newest", newest);
  asked.searchParams.set("rows", rows().filter((row) => !underway.has(row.dataset.row)).slice(-MOST_POLLED).map((row) => `${row.dataset.row}.${row.dataset.version}`).join(","));
  await htmx.ajax("GET", asked.pathname + asked.search, { source: live, target: "#live", swap: "outerHTML" });
}

export function pollLater() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(() => poll().catch(() => {}).finally(pollLater), POLL_MS);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else poll().catch(() => {}).finally(pollLater);
});

// What nobody asked for leads nowhere, nor does anything else while words are not sent yet.
document.addEventListener("htmx:before:response", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (!response.headers.get("HX-Redirect")) return;
  if (sourceElement?.id !== "live" && !rows().some(holdsWords)) return;
  event.preventDefault();
  tell(sentence("signed-out"));
});
