// Everything here is an addition: without it every form and link works as it stands.

const WROTE = "second_lead_wrote=";
const REMEMBERED = "second-lead-reader";
const SLOW_MS = 6000;
// Those tell beside their button what becomes of them.
const TELLING = ".comment-form, .report-form";

// Dates are absolute in the page, so that it is the same for everybody; here they become relative.
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function showRelativeTimes(root) {
  for (const time of root.querySelectorAll(".comment time[datetime]")) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    if (Math.abs(seconds) > 7 * 86400) continue;
    const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    time.title = new Date(time.dateTime).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
    time.textContent = unit === "second" ? "just now" : relative.format(Math.round(seconds / size), unit);
  }
}

// The reader's own waiting comments, asked for only where this browser has sent one.
function fetchOwnComments() {
  const waiting = document.querySelector("#waiting[data-mine]");
  if (!waiting || !document.cookie.includes(WROTE)) return;
  htmx.ajax("GET", waiting.dataset.mine, { target: "#waiting", select: "#waiting > li", swap: "afterbegin" });
}

function isForOwnComments(ctx) {
  return ctx?.request?.action === document.querySelector("#waiting")?.dataset.mine;
}

// What the page asks for by itself may fail in silence; it asks again.
function isUnasked(ctx) {
  return isForOwnComments(ctx) || ctx?.sourceElement?.id === "live";
}

// One that was sent while the others were asked for stands there already.
document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (!isForOwnComments(ctx)) return;
  for (const { fragment } of tasks) {
    for (const comment of fragment.querySelectorAll("li[id]")) {
      if (document.getElementById(comment.id)) comment.remove();
    }
  }
});

// The comment form: an id of its own, so that sending it twice is one comment; the reader's name.
function prepareForm(form) {
  if (!form || form.dataset.prepared) return;
  form.dataset.prepared = "yes";
  if (!form.elements.submission_id) {
    const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
    setHidden(form, "submission_id", bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
  form.querySelector(".remember").hidden = false;
  const reader = readRemembered();
  form.elements.remember.checked = reader.remember !== false;
  for (const name of ["author_name", "author_email"]) {
    if (!form.elements[name].value && reader[name]) form.elements[name].value = reader[name];
  }
}

function setHidden(form, name, value) {
  const input = form.elements[name] ?? document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  if (!input.isConnected) form.append(input);
}

// How long the writing took, from the first key stroke on: what took no time was hardly typed.
const begun = new WeakMap();

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".comment-form");
  if (!form || begun.has(form)) return;
  // A form that was refused brings back the time that had gone by until then.
  const before = Number(form.elements.typed_seconds?.value ?? 0);
  begun.set(form, performance.now() - before * 1000);
});

// While the event is on its way down: on the form itself htmx gathers what is sent.
document.addEventListener("submit", ({ target: form }) => {
  if (begun.has(form)) setHidden(form, "typed_seconds", ((performance.now() - begun.get(form)) / 1000).toFixed(1));
}, true);

function readRemembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
  } catch {
    return {}; // A browser that keeps nothing, or something else under our name.
  }
}

function rememberReader(form) {
  const remember = form.elements.remember.checked;
  const reader = { remember };
  if (remember) for (const name of ["author_name", "author_email"]) reader[name] = form.elements[name].value;
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(reader));
  } catch {
    // The reader types the name again next time.
  }
}

// Sending: what takes long and what fails is said beside the form; the words stay in it.
let slow;

function tellProgress(form, words, isSaidElsewhere = false) {
  const place = form.querySelector(".progress");
  if (!place) return;
  // What is announced by a notice is only shown here.
  place.ariaLive = isSaidElsewhere ? "off" : "polite";
  place.textContent = words;
}

function formOf(event) {
  const source = event.detail?.ctx?.sourceElement ?? event.target;
  return source instanceof Element ? source.closest("form") : null;
}

document.addEventListener("htmx:before:request", (event) => {
  if (isUnasked(event.detail.ctx)) return;
  const form = formOf(event);
  document.querySelector("#notices").replaceChildren();
  if (!form?.matches(TELLING)) return;
  if (form.matches(".comment-form")) rememberReader(form);
  tellProgress(form, "Sending…");
  clearTimeout(slow);
  slow = setTimeout(() => tellProgress(form, "Still sending. Your words are safe; you can wait or try again later."), SLOW_MS);
});

document.addEventListener("htmx:finally:request", (event) => {
  clearTimeout(slow);
  const form = formOf(event);
  if (!form?.isConnected || !form.matches(TELLING) || event.detail.ctx.status.startsWith("error")) return;
  const { response, hx } = event.detail.ctx;
  const isRefused = (response?.status ?? 0) >= 400;
  tellProgress(form, isRefused ? "Not sent. Your words are still here." : "", Boolean(hx?.retarget));
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
  const words = "No answer from the site. Nothing is lost; please try again.";
  if (form?.matches(TELLING)) return tellProgress(form, words);
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = words;
  document.querySelector("#notices").replaceChildren(notice);
}

// Focus goes where the reader was sent: to the comments just shown, or to the field asked for.
let thenFocus = null;
let before = null;

document.addEventListener("htmx:before:swap", (event) => {
  const source = event.detail.ctx.sourceElement;
  thenFocus = source.dataset?.thenFocus ?? null;
  before = source.closest?.("#more-comments")?.previousElementSibling ?? null;
});

document.addEventListener("htmx:after:swap", () => {
  showRelativeTimes(document);
  prepareForm(document.querySelector("#comment-form"));
  if (thenFocus) document.querySelector(thenFocus)?.focus();
  before?.nextElementSibling?.focus({ preventScroll: true });
  thenFocus = before = null;
});

showRelativeTimes(document);
prepareForm(document.querySelector("#comment-form"));
fetchOwnComments();
