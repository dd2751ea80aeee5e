// The reader's own comments join the page, which is the same for everybody: what waits stands below
// the others, and what is published gets the means to change it.

import { findLater } from "./order.js";

export function showOwn(own) {
  const here = document.getElementById(own.id);
  const isNews = here?.dataset.state && (here.dataset.told ?? here.dataset.state) !== own.dataset.state;
  if (isNews) tellNews(own), here.dataset.told = own.dataset.state;
  // What is being written there stays; sent, it is told what happened.
  if (here?.querySelector(":scope > .own-tools .comment-form")) return;
  if (!here) {
    if ("here" in own.dataset) putInOrder(own), htmx.process(own);
  } else if (here.dataset.state) {
    if (here.dataset.version === own.dataset.version) return;
    exchange(here, own);
  } else if (own.dataset.state === "published") {
    showOwnTools(here, own);
  } else {
    exchange(here, own);
  }
}

// What others have answered stays with it; and so does the focus, on the same link where there is one.
function exchange(here, own) {
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  const answers = here.querySelectorAll(":scope > [id^=reply-], :scope > .replies");
  here.replaceWith(own);
  own.append(...answers);
  htmx.process(own);
  if (!focused) return;
  const same = own.contains(focused) ? focused : [...own.querySelectorAll(".own-tools :is(a, button)")].find((one) => one.textContent === focused.textContent);
  (same ?? own).focus({ preventScroll: true });
}

// One sent while the others were on their way is there before them.
function putInOrder(own) {
  const place = document.querySelector(`#replies-${own.dataset.thread}`) ?? document.querySelector("#waiting");
  const later = findLater([...place.querySelectorAll(":scope > .own")], own);
  place.insertBefore(own, later ?? null);
}

function showOwnTools(here, own) {
  const tools = own.querySelector(":scope > .own-tools");
  const before = here.querySelector(":scope > .own-tools");
  const change = own.querySelector(":scope > .change");
  if (!tools || before?.dataset.version === tools.dataset.version) return;
  before?.remove();
  here.querySelector(":scope > .change")?.remove();
  const end = here.querySelector(":scope > [id^=reply-]");
  end.before(...(change ? [change, tools] : [tools]));
  htmx.process(tools);
}

function tellNews(own) {
  const news = document.querySelector("#own-news");
  if (news) news.textContent = own.querySelector(".state").textContent.trim();
}

// Sent again after its answer was lost, a comment may be here already.
function keepOneOfEach() {
  for (const sent of document.querySelectorAll(".own[autofocus]")) {
    const other = [...document.querySelectorAll(`[id="${sent.id}"]`)].find((one) => one !== sent);
    if (other?.matches(".own")) other.remove();
    else if (other) sent.remove(), other.focus();
  }
}

document.addEventListener("htmx:after:swap", keepOneOfEach);
