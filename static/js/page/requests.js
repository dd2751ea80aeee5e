// Requests that htmx sends: progress and failure are shown beside the form, and its text stays in it.

import { sentence } from "./language.js";

const SLOW_MS = 6000;
const FORMS_WITH_PROGRESS = ".comment-form, .report-form";

let slowTimer;

export function showProgress(form, text, isAnnouncedElsewhere = false) {
  const place = form.querySelector(".progress");
  if (!place) return;
  // What a notice announces is only shown here.
  place.ariaLive = isAnnouncedElsewhere ? "off" : "polite";
  // Setting the same text again would announce it again.
  if (place.textContent !== text) place.textContent = text;
}

export function formOf(event) {
  const source = event.detail?.ctx?.sourceElement ?? event.target;
  return source instanceof Element ? source.closest("form") : null;
}

// The site's own responses have this header. What has not comes from something between us and the site,
// such as the sign-in page of a wireless network.
export const isOurs = (response) => response.headers.has("X-Second-Lead");

// Tell whether the server has the words.
export function wasSaved(event) {
  const { response, text } = event.detail.ctx;
  return response.status === 201 || (response.status === 200 && text.includes("data-saved"));
}

// What the page asks for by itself may fail in silence; it asks again.
const isPolling = (ctx) => ctx?.sourceElement?.id === "live";

document.addEventListener("htmx:before:request", (event) => {
  if (isPolling(event.detail.ctx)) return;
  const form = formOf(event);
  document.querySelector("#notices").replaceChildren();
  if (!form?.matches(FORMS_WITH_PROGRESS)) return;
  showProgress(form, sentence("sending"));
  clearTimeout(slowTimer);
  slowTimer = setTimeout(() => showProgress(form, sentence("still-sending")), SLOW_MS);
});

document.addEventListener("htmx:finally:request", (event) => {
  clearTimeout(slowTimer);
  const form = formOf(event);
  const { response, hx, status } = event.detail.ctx;
  if (!form?.isConnected || !form.matches(FORMS_WITH_PROGRESS) || status.startsWith("error")) return;
  if (response && !isOurs(response)) return;
  const isRefused = (response?.status ?? 0) >= 400;
  showProgress(form, isRefused ? sentence("not-sent") : "", Boolean(hx?.retarget));
});

document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx?.response) showNoResponse(event);
});

// What is not ours must not take the place of the form.
document.addEventListener("htmx:before:response", (event) => {
  if (isOurs(event.detail.ctx.response)) return;
  event.preventDefault();
  showNoResponse(event);
});

function showNoResponse(event) {
  if (isPolling(event.detail.ctx)) return;
  const form = formOf(event);
  const text = sentence("no-response");
  if (form?.matches(FORMS_WITH_PROGRESS)) return showProgress(form, text);
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = text;
  document.querySelector("#notices").replaceChildren(notice);
}
