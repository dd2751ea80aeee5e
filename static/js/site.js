// Everything here is an addition: without it every form and link works as it stands.

const WROTE = "second_lead_wrote=";
const REMEMBERED = "second-lead-reader";
const SLOW_MS = 6000;
// Those tell beside their button what becomes of them.
const TELLING = ".comment-form, .report-form";

// The page holds what is said to people, in its own language. A page of before an update may lack a
// sentence; then nothing is said.
const language = document.documentElement.lang || undefined;
const plurals = new Intl.PluralRules(language);

export function say(name, count) {
  const find = (form) => document.querySelector("#script-words")?.getAttribute(`data-${name}${form}`);
  const words = find("") ?? find(`-${plurals.select(count)}`) ?? find("-other") ?? "";
  return words.replace("{count}", () => count.toLocaleString(language));
}

// Dates are absolute in the page, so that it is the same for everybody; here they become relative.
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

function showRelativeTimes(root) {
  for (const time of root.querySelectorAll(".comment time[datetime]")) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    if (Math.abs(seconds) > 7 * 86400) continue;
    const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    time.title = new Date(time.dateTime).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    const words = unit === "second" ? say("just-now") : relative.format(Math.round(seconds / size), unit);
    if (words) time.textContent = words;
  }
}

// The reader's own comments, asked for only where this browser has sent one. They join the page,
// which is the same for everybody: what waits stands below the others, and what is published gets
// the means to change it.
const ASKED_AGAIN_MS = [10000, 30000, 90000];
const FOCUS_PAUSE_MS = 5000;
let askedAt = 0;
let askAgain = [];

const ownAddress = () => document.querySelector("#waiting[data-mine]")?.dataset.mine;
const hasWritten = () => document.cookie.includes(WROTE);
const ownWaiting = () => document.querySelector(".own[data-state=waiting]");

async function fetchOwnComments() {
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
  showRelativeTimes(document);
}

function showOwn(own) {
  const here = document.getElementById(own.id);
  const isNews = here?.dataset.state && (here.dataset.told ?? here.dataset.state) !== own.dataset.state;
  if (isNews) tellNews(own), here.dataset.told = own.dataset.state;
  // What is being written there stays; sent, it is told what happened.
  if (here?.querySelector(":scope > .own-tools .comment-form")) return;
  if (!here) {
    if ("here" in own.dataset) putInOrder(own), process(own);
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
  const answers = here.querySelectorAll(":scope > [id^=reply-], :scope > .answers");
  here.replaceWith(own);
  own.append(...answers);
  process(own);
  if (!focused) return;
  const same = own.contains(focused) ? focused : [...own.querySelectorAll(".own-tools :is(a, button)")].find((one) => one.textContent === focused.textContent);
  (same ?? own).focus({ preventScroll: true });
}

// One sent while the others were on their way is there before them.
function putInOrder(own) {
  const place = document.querySelector(`#answers-${own.dataset.thread}`) ?? document.querySelector("#waiting");
  const numberOf = ({ id }) => Number(id.split("-")[1]);
  const later = [...place.querySelectorAll(":scope > .own")].find((other) => numberOf(other) > numberOf(own));
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
  process(tools);
}

function process(element) {
  htmx.process(element);
}

function tellNews(own) {
  const news = document.querySelector("#own-news");
  if (news) news.textContent = own.querySelector(".state").textContent.trim();
}

// While something waits: when the reader comes back to the page, and three times after sending.
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

// What the page asks for by itself may fail in silence; it asks again.
function isUnasked(ctx) {
  return ctx?.sourceElement?.id === "live";
}

// The comment form: an id of its own, so that sending it twice is one comment; the reader's name.
function prepareForms() {
  for (const form of document.querySelectorAll(".comment-form:not([data-prepared])")) prepareForm(form);
}

function prepareForm(form) {
  form.dataset.prepared = "yes";
  restoreDraft(form);
  const remember = rememberBox(form);
  if (!remember) return;
  if (!form.elements.submission_id) setHidden(form, "submission_id", makeId());
  remember.closest(".remember").hidden = false;
  const reader = readRemembered();
  remember.checked = reader.remember !== false;
  for (const name of rememberedNames(remember)) {
    if (!form.elements[name].value && reader[name]) form.elements[name].value = reader[name];
  }
}

function makeId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const rememberBox = (form) => form.querySelector("[data-remember]");
const rememberedNames = (box) => box.dataset.remember.split(" ");

// A draft is kept in this browser, and nowhere else, until the server has the words.
const DRAFTS = "second-lead-drafts";
const DRAFT_DAYS = 30;
const sentWords = new WeakMap();
const ownNames = (form) => form.dataset.fields.split(" ");
const isTick = (field) => field.type === "checkbox";

function readKept(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {}; // A browser that keeps nothing, or something else under our name.
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The words stay in the form, as long as the page does.
  }
}

function readDrafts() {
  const oldest = Date.now() - DRAFT_DAYS * 86400000;
  return Object.fromEntries(Object.entries(readKept(DRAFTS)).filter(([, draft]) => draft?.at > oldest));
}

function saveDraft(form) {
  if (!form.dataset.draft) return;
  const draft = { at: Date.now() };
  for (const name of ownNames(form)) {
    const field = form.elements[name];
    draft[name] = isTick(field) ? field.checked : field.value;
  }
  // The same form sent again after its answer was lost is the same comment.
  draft.submission_id = form.elements.submission_id?.value;
  keep(DRAFTS, { ...readDrafts(), [form.dataset.draft]: draft });
}

function restoreDraft(form) {
  const draft = readDrafts()[form.dataset.draft];
  // What the server gives back with a refusal is newer than any draft.
  if (!draft?.body || form.querySelector(".faults")) return;
  for (const name of ownNames(form)) {
    const field = form.elements[name];
    if (isTick(field)) field.checked = draft[name] === true;
    else if (typeof draft[name] === "string") field.value = draft[name];
  }
  if (draft.submission_id && rememberBox(form)) setHidden(form, "submission_id", draft.submission_id);
  tellProgress(form, say("draft-is-here"));
}

// What was sent is no draft any more. What was written since, here or in another tab, is one, and a
// comment of its own.
function dropSent(form) {
  const name = form.dataset.draft;
  const { [name]: draft, ...others } = readDrafts();
  if (!draft || bare(draft.body) === bare(sentWords.get(form))) return keep(DRAFTS, others);
  keep(DRAFTS, { ...others, [name]: { ...draft, submission_id: undefined } });
}

// As the server gives words back with a refusal.
const bare = (words) => String(words).normalize("NFC").trim();

addEventListener("storage", ({ key }) => {
  if (key !== DRAFTS) return;
  const drafts = readDrafts();
  for (const form of document.querySelectorAll(".comment-form[data-prepared]")) {
    if (rememberBox(form) && !drafts[form.dataset.draft]?.submission_id) setHidden(form, "submission_id", makeId());
  }
});

export function setHidden(form, name, value) {
  const input = form.elements[name] ?? document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  if (!input.isConnected) form.append(input);
}

// How long the writing took, from the first key stroke on: what took no time was hardly typed.
const begun = new WeakMap();

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".comment-form");
  if (!form) return;
  saveDraft(form);
  if (begun.has(form) || !rememberBox(form)) return;
  // A form that was refused brings back the time that had gone by until then.
  const before = Number(form.elements.typed_seconds?.value ?? 0);
  begun.set(form, performance.now() - before * 1000);
});

// While the event is on its way down: on the form itself htmx gathers what is sent.
document.addEventListener("submit", ({ target: form }) => {
  if (begun.has(form) && !form.dataset.waits) setHidden(form, "typed_seconds", ((performance.now() - begun.get(form)) / 1000).toFixed(1));
}, true);

const readRemembered = () => readKept(REMEMBERED);

function rememberReader(form) {
  const box = rememberBox(form);
  if (!box) return;
  const reader = { remember: box.checked };
  if (box.checked) for (const name of rememberedNames(box)) reader[name] = form.elements[name].value;
  keep(REMEMBERED, reader);
}

// Whoever has everything deleted is not to find their name in the next form.
document.addEventListener("submit", ({ target: form, submitter }) => {
  if (form.matches("form[action$='/erasure']") && (submitter?.name === "sure" || form.elements.sure?.checked)) keep(REMEMBERED, {});
});

// Sending: what takes long and what fails is said beside the form; the words stay in it.
let slow;

export function tellProgress(form, words, isSaidElsewhere = false) {
  const place = form.querySelector(".progress");
  if (!place) return;
  // What is announced by a notice is only shown here.
  place.ariaLive = isSaidElsewhere ? "off" : "polite";
  // What is set again is announced again.
  if (place.textContent !== words) place.textContent = words;
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
  if (form.matches(".comment-form")) rememberReader(form), sentWords.set(form, form.elements.body.value);
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

// The server has the words: they need not be kept here any more.
document.addEventListener("htmx:after:request", (event) => {
  const { response, text } = event.detail.ctx;
  const form = formOf(event);
  // What comes from something between us and the reader is no proof that the words arrived.
  const isTaken = response.status === 201 || (response.status === 200 && text.includes("data-saved"));
  if (!isTaken || !form?.dataset.draft) return;
  dropSent(form);
  document.documentElement.classList.remove("has-not-written");
  askThrice();
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

// Focus goes where the reader was sent: to the comments just shown, or to the field asked for.
let thenFocus = null;
let before = null;

document.addEventListener("htmx:before:swap", (event) => {
  const source = event.detail.ctx.sourceElement;
  thenFocus = source.dataset?.thenFocus ?? null;
  before = source.closest?.("#more-comments")?.previousElementSibling ?? null;
});

// Sent again after its answer was lost, a comment may be here already.
function keepOneOfEach() {
  for (const sent of document.querySelectorAll(".own[autofocus]")) {
    const other = [...document.querySelectorAll(`[id="${sent.id}"]`)].find((one) => one !== sent);
    if (other?.matches(".own")) other.remove();
    else if (other) sent.remove(), other.focus();
  }
}

document.addEventListener("htmx:after:swap", () => {
  keepOneOfEach();
  showRelativeTimes(document);
  prepareForms();
  if (thenFocus) document.querySelector(thenFocus)?.focus();
  before?.nextElementSibling?.focus({ preventScroll: true });
  thenFocus = before = null;
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

// Closing a form that was opened in place; its words stay as a draft.
document.addEventListener("click", (event) => {
  const cancel = event.target.closest(".comment-form .cancel");
  const opened = cancel?.closest("li [id^=reply-], li [id^=edit-]:not(form)");
  if (!opened) return;
  event.preventDefault();
  const comment = opened.closest("li[id]");
  opened.className = "";
  opened.replaceChildren(...opened.querySelectorAll(":scope > .own-list"));
  comment.focus({ preventScroll: true });
  if (comment.dataset.told) fetchOwnComments();
});

// A comment that is named on this page is gone to without asking the server where it stands.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-comment]");
  const comment = link && document.getElementById(`comment-${link.dataset.comment}`);
  if (!comment || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = comment.id;
  comment.focus();
});

showRelativeTimes(document);
prepareForms();
document.documentElement.classList.toggle("has-not-written", !hasWritten());
fetchOwnComments().then(() => { if (ownWaiting()) askThrice(); });
