// The reader's own comments are asked for only where this browser has sent one: when the page comes,
// when the reader comes back to it while something waits, and three times after sending.

import { formOf, hasArrived } from "../page/sending.js";
import { showRelativeTimes } from "../page/times.js";
import { showOwn } from "./joining.js";

const WROTE = "second_lead_wrote=";
const ASKED_AGAIN_MS = [10000, 30000, 90000];
const FOCUS_PAUSE_MS = 5000;
let askedAt = 0;
let askAgain = [];

const ownAddress = () => document.querySelector("#waiting[data-mine]")?.dataset.mine;
const hasWritten = () => document.cookie.includes(WROTE);
const ownWaiting = () => document.querySelector(".own[data-state=waiting]");

export async function fetchOwnComments() {
  const address = ownAddress();
  if (!address || !hasWritten()) return;
  askedAt = performance.now();
  let page;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // The page asked by itself; it asks again.
  }
  for (const theirs of page.querySelectorAll("#mine > li")) showOwn(document.importNode(theirs, true));
  showRelativeTimes();
}

function askAboutWaiting() {
  if (ownWaiting()) fetchOwnComments();
}

function askThrice() {
  askAgain.forEach(clearTimeout);
  askAgain = ASKED_AGAIN_MS.map((pause) => setTimeout(askAboutWaiting, pause));
}

addEventListener("focus", () => {
  if (performance.now() - askedAt > FOCUS_PAUSE_MS) askAboutWaiting();
});

document.addEventListener("htmx:after:request", (event) => {
  if (!formOf(event)?.dataset.draft || !hasArrived(event)) return;
  document.documentElement.classList.remove("has-not-written");
  askThrice();
});

document.addEventListener("htmx:after:swap", () => {
  if (document.querySelector("[data-saved]:not([data-seen])")) showSaved();
});

// What was changed or withdrawn is shown as it is now.
async function showSaved() {
  const saved = document.querySelector("[data-saved]:not([data-seen])");
  saved.dataset.seen = "yes";
  const words = saved.textContent;
  const own = saved.closest("li[id]");
  await fetchOwnComments();
  const news = document.querySelector("#own-news");
  if (news) news.textContent = words;
  document.getElementById(own?.id)?.focus({ preventScroll: true });
}

document.documentElement.classList.toggle("has-not-written", !hasWritten());
fetchOwnComments().then(() => { if (ownWaiting()) askThrice(); });
