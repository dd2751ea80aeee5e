// The moderation desk by hand: keys, touch, and decisions sent one after the other while the
// moderator goes on reading. Everything here is an addition: without it every form works as it
// stands. What it says stands in the page; `say`, of site.js, finds it there.

import { say } from "./page/words.js";

const queue = document.querySelector("#queue");
const said = document.querySelector("#said");
const askDialog = document.querySelector("#ask");
const contextDialog = document.querySelector("#context");
const keysDialog = document.querySelector("#keys");
const keysOn = document.querySelector("#keys-on");

const KEYS_KEPT = "second-lead-keys";
const POLL_MS = 10000;
// More would not fit into the longest address that the server takes.
const MOST_POLLED = 200;
// With fewer rows than this still to decide on, the next are asked for.
const REFILL_AT = 15;
// Between the heading and a row that is brought under it.
const GAP_PX = 8;
const SENT_FORMS = ".verdict-form, .reason-form, .answer-form, .undo, #bulk";

// Rows

const rows = () => [...queue.querySelectorAll(":scope > .row")];
const isOpen = (row) => row.dataset.state !== "decided" && !underway.has(row.dataset.row);
const openRows = () => rows().filter(isOpen);
const rowOf = (number) => document.getElementById(`comment-${number}`);
const isComingBack = (row) => underway.get(row?.dataset.row)?.at(-1) === "undo";

let lastCurrent = null;
// What is on its way about each comment, in order; kept here because rows are exchanged.
const underway = new Map();

function setOut(number, what) {
  underway.set(number, [...(underway.get(number) ?? []), what]);
  showUnderway(number);
}

function arrive(number) {
  const others = underway.get(number)?.slice(1) ?? [];
  if (others.length) underway.set(number, others);
  else underway.delete(number);
  showUnderway(number);
}

function showUnderway(number) {
  const row = rowOf(number);
  row?.classList.toggle("sending", underway.has(number));
  if (underway.has(number)) row?.setAttribute("aria-busy", "true");
  else row?.removeAttribute("aria-busy");
}

function currentRow() {
  const focused = document.activeElement?.closest?.("#queue > .row");
  const remembered = lastCurrent && rowOf(lastCurrent);
  return focused ?? remembered ?? openRows()[0] ?? null;
}

let isAtEnd = false;

function makeCurrent(row) {
  isAtEnd = !row;
  for (const other of queue.querySelectorAll(".current")) other.classList.remove("current");
  row?.classList.add("current");
  lastCurrent = row?.dataset.row ?? null;
}

function goTo(row) {
  if (!row) return goToEnd();
  makeCurrent(row);
  row.focus({ preventScroll: true });
  show(row);
}

// What is on the screen whole stays where it is: a list that moves is hard to read.
function show(row) {
  const { top, bottom } = row.getBoundingClientRect();
  if (top >= screenTop() && bottom <= screenBottom()) return;
  scrollBy({ top: top - screenTop() - GAP_PX, behavior: "instant" });
}

function goToEnd() {
  makeCurrent(null);
  const end = queue.querySelector(":scope > .empty:not([hidden])");
  end?.setAttribute("tabindex", "-1");
  (end ?? document.querySelector("#main")).focus({ preventScroll: true });
  end?.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// Whoever is through with the list goes on where something comes back or arrives.
function leaveEnd() {
  showEnd();
  showStanding();
  if (!isAtEnd || !document.activeElement?.matches("body, #main, .empty")) return;
  const row = openRows()[0];
  if (row) goTo(row);
  else if (queue.querySelector(":scope > .empty:not([hidden])")) goToEnd();
}

// Between the heading, which stays on the screen, and the bars below.
function screenTop() {
  const heading = document.querySelector(".queue-title");
  return heading && getComputedStyle(heading).position === "sticky" ? heading.offsetHeight : 0;
}

function screenBottom() {
  const bars = document.querySelectorAll("#thumb, #bulk.has-picked, #bulk-result > *");
  const tops = [...bars].map((bar) => bar.getBoundingClientRect()).filter((box) => box.height).map((box) => box.top);
  return Math.min(innerHeight, ...tops);
}

function step(forward) {
  const current = currentRow();
  const all = rows().filter((row) => row === current || !underway.has(row.dataset.row));
  const at = all.indexOf(current);
  const focused = document.activeElement?.closest?.("#queue > .row");
  goTo(focused ? all[at + (forward ? 1 : -1)] ?? focused : all[Math.max(at, 0)]);
  if (all.length - at < REFILL_AT) askMore();
}

function nextAfter(row) {
  const all = rows();
  const at = all.indexOf(row);
  return all.slice(at + 1).find(isOpen) ?? all.slice(0, at).reverse().find(isOpen) ?? null;
}

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest?.("#queue > .row");
  if (row) makeCurrent(row);
});

function announce(words) {
  said.className = "unseen";
  said.textContent = words;
}

// Why a key or a tap did nothing is for the eyes as well, until the next.
function tell(words) {
  announce(words);
  said.className = "told";
}

for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => { said.className = "unseen"; }, true);
}

// Sending: in order, one at a time. Whoever decides goes on at once; what failed comes back marked.

const undoable = [];
let chain = Promise.resolve();
let pending = 0;
let sent = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (sent && ctx.sourceElement === sent.form) sent.ctx = ctx;
});

function enqueue(job) {
  pending += 1;
  chain = chain.then(job).catch((error) => console.error(error)).finally(() => { pending -= 1; });
  return chain;
}

async function send(form, submitter) {
  sent = { form, ctx: null };
  await htmx.ajax("POST", form.getAttribute("action"), { source: form, event: { submitter } });
  const { ctx } = sent;
  sent = null;
  return ctx?.status === "swapped" && (ctx.response?.status ?? 0) < 500 && !ctx.hx?.retarget;
}

// The button is looked for when its turn comes: an undo before it brings a new row.
function sendVerdict(row, find) {
  const number = row.dataset.row;
  undoable.push({ number });
  setOut(number, "verdict");
  enqueue(async () => {
    const button = find(rowOf(number));
    settle(number, Boolean(button) && await send(button.form, button));
  });
  goTo(nextAfter(row));
  refill();
}

function settle(number, hasArrived) {
  holdStill();
  arrive(number);
  const row = rowOf(number);
  if (!row) return;
  const isDecided = row.dataset.state === "decided";
  if (!isDecided && !underway.has(number)) forgetUndo(number);
  if (!hasArrived) comeBack(row, takeNotice() || say("not-decided"));
  else if (isDecided) announce(`${row.querySelector("strong").textContent}. ${left()}`);
  else comeBack(row, "");
  putBack();
  leaveEnd();
}

function sendUndo(number) {
  forgetUndo(number);
  setOut(number, "undo");
  enqueue(async () => {
    const button = rowOf(number)?.querySelector(".undo button");
    settleUndo(number, button && await send(button.form, button));
    leaveEnd();
  });
  goTo(rowOf(number));
}

function settleUndo(number, hasArrived) {
  arrive(number);
  const row = rowOf(number);
  if (!row) return;
  const isDecided = row.dataset.state === "decided";
  if (row.dataset.row === lastCurrent) show(row);
  if (isDecided && hasArrived === false) {
    undoable.push({ number });
    return comeBack(row, takeNotice() || say("not-undone"));
  }
  if (row.querySelector(":scope > .row-notice")) return comeBack(row, "");
  if (hasArrived) announce(`${say("undone")} ${left()}`);
  else tell(say("too-late-to-undo"));
}

// Marked where it stands, and counted on top; the focus is left where the hands are.
function comeBack(row, words) {
  row.classList.add("came-back");
  if (words) {
    row.querySelector(":scope > .row-notice")?.remove();
    const notice = document.createElement("p");
    notice.className = "row-notice";
    notice.setAttribute("role", "alert");
    notice.textContent = words;
    row.prepend(notice);
  }
}

// What went wrong is told by the row it is about.
function takeNotice() {
  const notices = document.querySelector("#notices");
  const words = notices.querySelector(".notice > p")?.textContent ?? notices.textContent;
  notices.replaceChildren();
  return words.trim();
}

const comeBackCount = document.createElement("button");
comeBackCount.type = "button";
comeBackCount.className = "back-count";
comeBackCount.hidden = true;
comeBackCount.addEventListener("click", () => goTo(queue.querySelector(".came-back:not(.sending)")));
document.querySelector("#arrivals")?.after(comeBackCount);

// What stands to be done: what came back, and which line the next undo is about.
function showStanding() {
  const count = queue.querySelectorAll(".came-back:not(.sending)").length;
  comeBackCount.hidden = !count;
  comeBackCount.textContent = say("came-back", count);
  const last = undoable.at(-1);
  for (const row of queue.querySelectorAll(".decided")) row.classList.toggle("is-last", row.dataset.row === last?.number);
  const bulk = document.querySelector("#bulk-result");
  bulk?.classList.toggle("is-last", Boolean(last?.isBulk) && last.key === bulk.querySelector("[name=bulk]")?.value);
}

const left = () => document.querySelector("#queue-counts")?.textContent.trim() ?? "";

function forgetUndo(number) {
  const at = undoable.findLastIndex((entry) => entry.number === number);
  if (at >= 0) undoable.splice(at, 1);
}

// A form of its own for each bulk: what is ticked later must not go with it.
function makeBulkForm(verdict, values) {
  const bulk = document.querySelector("#bulk");
  const form = bulk.cloneNode(false);
  form.removeAttribute("id");
  form.className = "outgoing";
  form.hidden = true;
  for (const name of ["csrf_token", "back"]) form.append(bulk.elements[name].cloneNode());
  for (const [name, value] of values) form.append(hiddenField(name, value));
  const button = document.createElement("button");
  button.name = "verdict";
  button.value = verdict;
  form.append(button);
  document.querySelector("#main").append(form);
  return form;
}

async function sendTogether(form, numbers) {
  const hasArrived = await send(form, form.querySelector("button"));
  const words = hasArrived ? "" : takeNotice() || say("not-decided");
  form.remove();
  holdStill();
  for (const number of numbers) {
    arrive(number);
    const row = rowOf(number);
    if (row && words) comeBack(row, words);
    else if (row?.querySelector(":scope > .row-notice")) comeBack(row, "");
  }
  putBack();
  leaveEnd();
  return hasArrived;
}

function sendBulk(verdict, picked) {
  const numbers = picked.map((row) => row.dataset.row);
  const items = picked.map((row) => ["items", row.querySelector(".pick input").value]);
  // Whoever calls this has seen to it that all wordings were open.
  const form = makeBulkForm(verdict, [...items, ["is_opened", "y"]]);
  const entry = { isBulk: true, numbers };
  undoable.push(entry);
  for (const row of picked) {
    setOut(row.dataset.row, "verdict");
    row.querySelector(".pick input").checked = false;
  }
  countPicked();
  enqueue(async () => {
    const hasArrived = await sendTogether(form, numbers);
    entry.key = hasArrived && document.querySelector("#bulk-result [name=bulk]")?.value;
    if (!entry.key) forgetBulk(entry);
  });
  const all = rows();
  goTo(all.slice(all.indexOf(picked.at(-1)) + 1).find(isOpen) ?? openRows()[0] ?? null);
  refill();
}

function sendBulkUndo(entry) {
  const { numbers } = entry;
  forgetBulk(entry);
  for (const number of numbers) setOut(number, "undo");
  enqueue(async () => {
    if (!entry.key) return numbers.forEach(arrive);
    const form = makeBulkForm("reopen", [["bulk", entry.key], ["shown", numbers.join(",")]]);
    if (!await sendTogether(form, numbers)) undoable.push(entry);
  });
  goTo(rowOf(numbers[0]) ?? currentRow());
}

function hiddenField(name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}

// Forms sent by hand take the same way, so that the order is the order of the hands.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(SENT_FORMS)) return;
  event.preventDefault();
  event.stopPropagation();
  const submitter = event.submitter ?? form.querySelector("button[name=verdict], button");
  if (form.id === "bulk") return decideOnPicked(submitter.value);
  const row = form.closest("#queue > .row");
  if (!row) return sendBulkUndo(findBulk(form));
  if (underway.has(row.dataset.row)) return;
  if (form.matches(".undo")) sendUndo(row.dataset.row);
  else sendVerdict(row, () => submitter.isConnected && submitter);
}, true);

function findBulk(form) {
  const key = form.elements.bulk.value;
  const numbers = form.elements.shown.value.split(",");
  return undoable.find((entry) => entry.key === key) ?? { isBulk: true, key, numbers };
}

function forgetBulk(entry) {
  const at = undoable.indexOf(entry);
  if (at >= 0) undoable.splice(at, 1);
}

// Deciding

// Which verdict a key gives to many; in a row each button has its own key.
const bar = document.querySelector("#thumb");
const VERDICTS = new Map(bar.dataset.verdicts.trim().split(" ").map((pair) => pair.split(":")));
const APPROVALS = bar.dataset.approvals.trim().split(" ");

function decide(key) {
  if (picked().length) return decideOnPicked(VERDICTS.get(key));
  const row = currentRow();
  // The hand is faster than an undo that is on its way: decided when the row is back.
  if (isComingBack(row)) return sendVerdict(row, (back) => findVerdict(back, key));
  if (!row || !isOpen(row)) return;
  const button = buttonFor(row, key);
  // What takes a reason is given by a form.
  const reason = row.querySelector(`.reason-form[data-key="${key}"] select`);
  if (!button && reason) {
    row.querySelector(".menu").open = true;
    return reason.focus();
  }
  if (!button) return tell(say("no-such-verdict"));
  const fold = button.closest("details:not([open])");
  if (fold) {
    fold.open = true;
    button.focus();
    return tell(say("unread", Number(row.dataset.wordings)));
  }
  button.form.requestSubmit(button);
}

const buttonFor = (row, key) => row?.querySelector(`.verdict-form [data-key="${key}"]`);

function findVerdict(row, key) {
  const button = buttonFor(row, key);
  return button?.closest("details:not([open])") ? null : button;
}

const picked = () => rows().filter((row) => isOpen(row) && row.querySelector(".pick input:checked"));

function decideOnPicked(verdict) {
  const chosen = picked();
  if (!chosen.length) return tell(say("nothing-selected"));
  const unread = APPROVALS.includes(verdict) && chosen.find((row) => row.querySelector("details.copies:not([open])") && row.dataset.wordings);
  if (unread) {
    unread.querySelector("details.copies").open = true;
    goTo(unread);
    return tell(say("some-unread"));
  }
  sendBulk(verdict, chosen);
}

function countPicked() {
  const count = picked().length;
  document.querySelector("#picked").textContent = count ? say("in-selection", count) : "";
  document.querySelector("#bulk").classList.toggle("has-picked", count > 0);
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(".pick input")) countPicked();
});

function pick() {
  const tick = currentRow()?.querySelector(".pick input");
  if (!tick) return;
  tick.checked = !tick.checked;
  countPicked();
  announce(tick.checked ? say("selected") : say("no-longer-selected"));
}

function undo() {
  const entry = undoable.at(-1);
  if (!entry) return tell(say("nothing-to-undo"));
  if (entry.isBulk) sendBulkUndo(entry);
  else sendUndo(entry.number);
}

// All that are on the screen whole and carry no reason; nothing is approved that was not shown.
function approveAllShown() {
  const shown = openRows().filter((row) => isUnsuspicious(row) && isWholeOnScreen(row));
  if (!shown.length) return tell(say("nothing-to-approve"));
  const count = shown.length;
  ask(say("ask-to-approve", count), say("approve", count), () => sendBulk(APPROVALS[0], shown));
}

// What came back or was decided elsewhere has more to it than its text.
const isUnsuspicious = (row) => !("hasReasons" in row.dataset) && !row.querySelector(":scope > .row-notice");

function isWholeOnScreen(row) {
  const { top, bottom } = row.querySelector(".row-words").getBoundingClientRect();
  const text = row.querySelector(".comment-text");
  return top >= screenTop() && bottom <= screenBottom() && text.scrollHeight <= text.clientHeight + 1;
}

// Dialogs

let onYes = null;

function ask(words, yes, then) {
  onYes = then;
  document.querySelector("#ask-words").textContent = words;
  const button = askDialog.querySelector("[data-answer=yes]");
  button.textContent = yes;
  askDialog.showModal();
  button.focus();
}

for (const dialog of [askDialog, contextDialog, keysDialog]) {
  dialog.addEventListener("click", ({ target }) => {
    const answer = target.dataset.answer;
    if (!answer && target !== dialog) return;
    dialog.close();
    if (answer === "yes") onYes?.();
    onYes = null;
  });
  dialog.addEventListener("close", () => {
    if (lastCurrent) rowOf(lastCurrent)?.focus({ preventScroll: true });
  });
}

async function showContext() {
  const link = currentRow()?.querySelector("a.context");
  if (!link || document.querySelector("#whole:not(dialog #whole)")) return;
  document.querySelector("#context-body").replaceChildren();
  await htmx.ajax("GET", link.getAttribute("href"), { source: contextDialog, target: "#context-body", select: "#whole", swap: "innerHTML" });
  if (document.querySelector("#context-body > *")) contextDialog.showModal();
}

function showSearch() {
  const field = document.querySelector("#q");
  const fold = field?.closest("details");
  if (fold) fold.open = true;
  field?.focus();
}

// Keys, where no field has the focus. With a Korean input method on, the key says ㅁ or Process:
// then the place on the keyboard counts.

const KEYS = {
  j: () => step(true),
  k: () => step(false),
  z: undo,
  x: pick,
  A: approveAllShown,
  o: showContext,
  "/": showSearch,
  "?": () => keysDialog.showModal(),
};
for (const key of VERDICTS.keys()) KEYS[key] = () => decide(key);

function keyOf({ key, code, shiftKey }) {
  // Shift tells A from a: Caps Lock, which is left on by mistake, does not.
  if (/^[a-z]$/i.test(key)) return shiftKey ? key.toUpperCase() : key.toLowerCase();
  if (/^[!-~]$/.test(key)) return key;
  if (code === "Slash") return shiftKey ? "?" : "/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter && (shiftKey ? letter : letter.toLowerCase());
}

function areKeysOn() {
  try {
    return localStorage.getItem(KEYS_KEPT) !== "off";
  } catch {
    return true; // A browser that keeps nothing.
  }
}

function showKeys() {
  keysOn.checked = areKeysOn();
  document.body.classList.toggle("no-keys", !keysOn.checked);
}

keysOn.addEventListener("change", () => {
  try {
    localStorage.setItem(KEYS_KEPT, keysOn.checked ? "on" : "off");
  } catch {
    // It holds for this page.
  }
  document.body.classList.toggle("no-keys", !keysOn.checked);
});

document.addEventListener("keydown", (event) => {
  if (document.body.classList.contains("no-keys") || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const act = KEYS[keyOf(event)];
  if (!act || (event.repeat && act !== KEYS.j && act !== KEYS.k)) return;
  event.preventDefault();
  act();
});

// A menu that is open closes as a dialog does, and when the hand goes elsewhere; not over words.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("#thumb")) return;
  for (const menu of queue.querySelectorAll(".menu[open]")) {
    if (!menu.contains(target) && !holdsWords(menu)) menu.open = false;
  }
});

document.querySelector("#show-keys")?.addEventListener("click", () => keysDialog.showModal());
const keysButton = document.querySelector("#show-keys");
if (keysButton) keysButton.hidden = false;

// By touch: a bar in reach of the thumb acts on the first row that is still to decide on and begins
// on the screen.

bar.hidden = false;
const thumbHeight = () => bar.offsetHeight;

let isLooking = false;
addEventListener("scroll", () => {
  if (isLooking || !thumbHeight()) return;
  isLooking = true;
  requestAnimationFrame(() => {
    isLooking = false;
    if (document.activeElement?.matches("textarea, select, input")) return;
    const focused = document.activeElement?.closest?.("#queue > .row");
    const box = focused?.getBoundingClientRect();
    const high = screenTop() + 60;
    if (focused && isOpen(focused) && box.bottom > high && box.top < innerHeight / 2) return;
    // One line until its answer is there, brought under the heading by the undo itself.
    if (focused && isComingBack(focused) && box.bottom > screenTop()) return;
    const row = openRows().find((one) => one.getBoundingClientRect().bottom > high);
    if (row) makeCurrent(row);
    if (focused && row && focused !== row) document.activeElement.blur();
  });
}, { passive: true });

bar.addEventListener("click", ({ target }) => {
  const what = target.closest("[data-do]")?.dataset.do;
  if (what) KEYS[what]();
});

// Refilling, news, and what others did

function refill() {
  if (openRows().length < REFILL_AT) askMore();
}

function askMore() {
  const more = document.querySelector("#next-page a");
  if (more && !more.dataset.asked) {
    more.dataset.asked = "yes";
    more.click();
  }
}

// What brought no answer is asked for again at the next decision.
document.addEventListener("htmx:finally:request", () => {
  const more = document.querySelector("#next-page a");
  if (more) delete more.dataset.asked;
});

async function poll() {
  const live = document.querySelector("#live");
  if (!live || document.hidden || pending) return;
  const { url, ordinal, newest } = live.dataset;
  const asked = new URL(url, location.href);
  asked.searchParams.set("since", ordinal);
  asked.searchParams.set("newest", newest);
  asked.searchParams.set("rows", rows().filter((row) => !underway.has(row.dataset.row)).slice(-MOST_POLLED).map((row) => `${row.dataset.row}.${row.dataset.version}`).join(","));
  await htmx.ajax("GET", asked.pathname + asked.search, { source: live, target: "#live", swap: "outerHTML" });
}

// What nobody asked for leads nowhere, nor does anything else while words are not sent yet.
document.addEventListener("htmx:before:response", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (!response.headers.get("HX-Redirect")) return;
  if (sourceElement?.id !== "live" && !rows().some(holdsWords)) return;
  event.preventDefault();
  tell(say("signed-out"));
});

let timer = null;
function pollLater() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(() => poll().catch(() => {}).finally(pollLater), POLL_MS);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else poll().catch(() => {}).finally(pollLater);
});

// An older answer never takes the place of a newer one, and no row stands twice.
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

// Words of a moderator's that are not sent yet are nobody else's to take away.
const holdsWords = (place) => [...place.querySelectorAll("textarea, [name=reason_words]")].some((field) => field.value.trim());

function isWrittenIn(row) {
  return holdsWords(row) || document.activeElement?.matches?.(`#${row.id} :is(select, textarea, input[type=text])`);
}

// Whatever comes or goes above it, the row under the eyes stays where it is.
let stillAt = null;

function holdStill() {
  const row = lastCurrent && rowOf(lastCurrent);
  const box = row?.getBoundingClientRect();
  stillAt = box && box.bottom > 0 && box.top < innerHeight ? { number: lastCurrent, top: box.top } : null;
}

function putBack() {
  const row = stillAt && stillAt.number === lastCurrent && rowOf(stillAt.number);
  const by = row ? row.getBoundingClientRect().top - stillAt.top : 0;
  if (Math.abs(by) >= 1) scrollBy({ top: by, behavior: "instant" });
  stillAt = null;
}

document.addEventListener("htmx:after:swap", () => {
  for (const number of underway.keys()) showUnderway(number);
  trimMore();
  countPicked();
  makeClosable();
  const row = lastCurrent && rowOf(lastCurrent);
  // The element was exchanged under the hands: the new one is where they were.
  if (row && document.activeElement === document.body) row.focus({ preventScroll: true });
  row?.classList.add("current");
  putBack();
  refill();
  leaveEnd();
});

// When the last one is decided the page says what it says when nothing waits.
let isEndAsked = false;

function showEnd() {
  const empty = queue.querySelector(":scope > .empty");
  const isDone = !openRows().length && !underway.size && !document.querySelector("#next-page");
  if (empty) empty.hidden = !isDone;
  const arrived = document.querySelector("#arrived");
  if (!isDone) isEndAsked = false;
  if (empty || !isDone || !arrived || isEndAsked) return;
  isEndAsked = true;
  const { pathname, search } = location;
  htmx.ajax("GET", pathname + search, { source: arrived, target: "#arrived", select: "#queue > .empty", swap: "beforebegin" });
}

function makeClosable() {
  const result = document.querySelector("#bulk-result > .bulk-result:not(:has([data-close]))");
  if (!result) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "as-link";
  button.dataset.close = "yes";
  button.textContent = say("close");
  button.addEventListener("click", () => result.remove());
  result.append(button);
}

// Signed out elsewhere: after signing in it goes on where the moderator was.
let isSentAway = false;

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.hx?.redirect) return;
  const url = new URL(ctx.hx.redirect, location.href);
  url.searchParams.set("next", location.pathname + location.search);
  ctx.hx.redirect = url.href;
  isSentAway = true;
});

// "More" only where there is more: how many lines a text takes, only the browser knows.
function trimMore() {
  for (const clamp of queue.querySelectorAll(".clamp.is-long:not(.is-measured)")) {
    const text = clamp.querySelector(".comment-text");
    clamp.classList.add("is-measured");
    if (text.scrollHeight <= text.clientHeight + 1) clamp.classList.add("is-short");
  }
}

// Whoever leaves while decisions are on their way, or words are not sent yet, is asked first.
addEventListener("beforeunload", (event) => {
  if ((pending || rows().some(holdsWords)) && !isSentAway) event.preventDefault();
});

document.body.classList.add("has-hands");
showKeys();
trimMore();
makeCurrent(openRows()[0] ?? null);
pollLater();
