// The reader's own comments are fetched only where this browser has sent one: when the page comes,
// when the reader comes back to it while something waits, and three times after sending. They join the
// page, which is the same for everybody.

import { showRelativeTimes } from "../page/language.js";
import { formOf, wasSaved } from "../page/requests.js";

const WROTE_COOKIE = "second_lead_wrote=";
const FETCH_AGAIN_MS = [10000, 30000, 90000];
const FOCUS_PAUSE_MS = 5000;
const TIMES_MS = 30000;
let fetchedAt = 0;
let timers = [];

const ownAddress = () => document.querySelector("#waiting[data-mine]")?.dataset.mine;
const hasWritten = () => document.cookie.includes(WROTE_COOKIE);
// Where the browser keeps no cookies, what it has sent can be neither changed nor found again.
function showWhatCookiesAllow() {
  document.documentElement.classList.toggle("has-not-written", !hasWritten());
}

const findWaiting = () => document.querySelector(".own[data-state=waiting]");
const findUnseenResult = () => document.querySelector("[data-saved]:not([data-seen])");

export async function fetchOwnComments() {
  const address = ownAddress();
  if (!address || !hasWritten()) return;
  fetchedAt = performance.now();
  let page;
  try {
    // As htmx asks for a part of a page.
    const headers = { Accept: "text/html", "HX-Request": "true", "HX-Request-Type": "partial" };
    const response = await fetch(address, { headers });
    if (!response.ok) return;
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    return; // The page fetched by itself; it fetches again.
  }
  for (const item of page.querySelectorAll("#mine > li")) showOwnComment(document.importNode(item, true));
  showCount(page.querySelector("#mine"));
  showRelativeTimes();
  document.dispatchEvent(new Event("own-comments-shown"));
}

function fetchIfWaiting() {
  if (findWaiting()) fetchOwnComments();
}

function fetchThreeTimes() {
  timers.forEach(clearTimeout);
  timers = FETCH_AGAIN_MS.map((pause) => setTimeout(fetchIfWaiting, pause));
}

// A page that comes back from the browser's memory may be older than a comment that was sent from it.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) fetchOwnComments();
});

addEventListener("focus", () => {
  if (performance.now() - fetchedAt > FOCUS_PAUSE_MS) fetchIfWaiting();
});

document.addEventListener("htmx:after:request", (event) => {
  if (!formOf(event)?.dataset.draft || !wasSaved(event)) return;
  showWhatCookiesAllow();
  fetchThreeTimes();
});

document.addEventListener("htmx:after:swap", () => {
  removeDuplicates();
  showRelativeTimes();
  if (findUnseenResult()) showSaved();
});

// Show a comment that was changed or withdrawn as it is now, and announce that.
async function showSaved() {
  const saved = findUnseenResult();
  saved.dataset.seen = "yes";
  const text = saved.textContent;
  const own = saved.closest("li[id]");
  await fetchOwnComments();
  announce(text);
  // The comment may have been replaced, and with it the text that is shown beside its buttons.
  saved.removeAttribute("role");
  if (!saved.isConnected) document.getElementById(saved.id)?.replaceWith(saved);
  document.getElementById(own?.id)?.focus({ preventScroll: true });
}

// The number of published comments, one of which may be the reader's own by now.
function showCount(mine) {
  const { count } = mine?.dataset ?? {};
  if (!count) return;
  const place = document.querySelector("#comments > .count");
  if (place) place.textContent = count;
  if (count !== "0") document.querySelector("#comment-list > .empty")?.remove();
}

function announce(text) {
  const news = document.querySelector("#own-news");
  if (news) news.textContent = text;
}

// Sent again after its response was lost, a comment may be here already.
function removeDuplicates() {
  for (const sent of document.querySelectorAll(".own[autofocus]")) {
    const other = [...document.querySelectorAll(`[id="${sent.id}"]`)].find((one) => one !== sent);
    if (other?.matches(".own")) other.remove();
    else if (other) {
      sent.remove();
      other.focus();
    }
  }
}

// What waits stands below the others, and what is published gets the means to change it.
function showOwnComment(own) {
  const { state, version } = own.dataset;
  const here = document.getElementById(own.id);
  const isNews = here?.dataset.state && (here.dataset.announcedState ?? here.dataset.state) !== state;
  if (isNews) {
    announce(own.querySelector(".state").textContent.trim());
    here.dataset.announcedState = state;
  }
  if (!here) {
    if ("here" in own.dataset) insertInOrder(own);
    return;
  }
  // A form in which something is written stays; sent, it shows what has become of its comment.
  if (here.querySelector(":scope > .own-tools .comment-form")) return;
  if (!here.dataset.state && state === "published") showOwnTools(here, own);
  else if (!here.dataset.state || here.dataset.version !== version) replaceComment(here, own);
}

// The replies of others stay with it, and the focus on the same link where there is one.
function replaceComment(here, own) {
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  const replies = here.querySelectorAll(":scope > [id^=reply-], :scope > .replies");
  here.replaceWith(own);
  own.append(...replies);
  window.htmx?.process(own);
  if (!focused) return;
  const tools = [...own.querySelectorAll(".own-tools :is(a, button)")];
  const same = own.contains(focused)
    ? focused
    : tools.find(({ textContent }) => textContent === focused.textContent);
  (same ?? own).focus({ preventScroll: true });
}

// Ids have 64 bits, of which Number would lose the last digits.
const numberOf = ({ id }) => BigInt(id.split("-")[1]);

// One that was sent while the others were on their way is there before them.
function insertInOrder(own) {
  const thread = document.querySelector(`#replies-${own.dataset.thread}`);
  const place = thread ?? document.querySelector("#waiting");
  const others = [...place.querySelectorAll(":scope > .own")];
  place.insertBefore(own, others.find((other) => numberOf(other) > numberOf(own)) ?? null);
  window.htmx?.process(own);
}

function showOwnTools(here, own) {
  const tools = own.querySelector(":scope > .own-tools");
  const before = here.querySelector(":scope > .own-tools");
  const change = own.querySelector(":scope > .change");
  if (!tools || before?.dataset.version === tools.dataset.version) return;
  before?.remove();
  here.querySelector(":scope > .change")?.remove();
  here.querySelector(":scope > [id^=reply-]").before(...(change ? [change, tools] : [tools]));
  window.htmx?.process(tools);
}

// Times go on while the page is open.
setInterval(showRelativeTimes, TIMES_MS);
addEventListener("visibilitychange", showRelativeTimes);

showWhatCookiesAllow();
showRelativeTimes();
fetchOwnComments().then(() => {
  if (findWaiting()) fetchThreeTimes();
});
