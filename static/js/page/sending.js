// Sending: what takes long and what fails is said beside the form; the words stay in it.

import { say } from "./words.js";

const SLOW_MS = 6000;
// Those tell beside their button what becomes of them.
const TELLING = ".comment-form, .report-form";

let slow;

export function tellProgress(form, words, isSaidElsewhere = false) {
  const place = form.querySelector(".progress");
  if (!place) return;
  // What is announced by a notice is only shown here.
  place.ariaLive = isSaidElsewhere ? "off" : "polite";
  // What is set again is announced again.
  if (place.textContent !== words) place.textContent = words;
}

export function formOf(event) {
  const source = event.detail?.ctx?.sourceElement ?? event.target;
  return source instanceof Element ? source.closest("form") : null;
}

// What comes from something between us and the reader is no proof that the words arrived.
export function hasArrived({ detail: { ctx: { response, text } } }) {
  return response.status === 201 || (response.status === 200 && text.includes("data-saved"));
}

// What the page asks for by itself may fail in silence; it asks again.
function isUnasked(ctx) {
  return ctx?.sourceElement?.id === "live";
}

document.addEventListener("htmx:before:request", (event) => {
  if (isUnasked(event.detail.ctx)) return;
  const form = formOf(event);
  document.querySelector("#notices").replaceChildren();
  if (!form?.matches(TELLING)) return;
  tellProgress(form, say("sending"));
  clearTimeout(slow);
  slow = setTimeout(() => tellProgress(form, say("still-sending")), SLOW_MS);
});

document.addEventListener("htmx:finally:request", (event) => {
  clearTimeout(slow);
  const form = formOf(event);
  if (!form?.isConnected || !form.matches(TELLING) || event.detail.ctx.status.startsWith("error")) return;
  const { response, hx } = event.detail.ctx;
  const isRefused = (response?.status ?? 0) >= 400;
  tellProgress(form, isRefused ? say("not-sent") : "", Boolean(hx?.retarget));
});

document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx?.response) tellNoAnswer(event);
});

// Our own refusals bring the form or row again, or name the place for a notice. What does neither
// comes from something between us and the reader, and must not take the place of the form.
document.addEventListener("htmx:after:request", (event) => {
  const { response, hx, text } = event.detail.ctx;
  if (response.status < 400 || hx.retarget || text.includes("<form")) return;
  event.preventDefault();
  tellNoAnswer(event);
});

function tellNoAnswer(event) {
  if (isUnasked(event.detail.ctx)) return;
  const form = formOf(event);
  const words = say("no-answer");
  if (form?.matches(TELLING)) return tellProgress(form, words);
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = words;
  document.querySelector("#notices").replaceChildren(notice);
}
