// Saving while one writes, see docs/decisions/0041. The form stays the one that is sent without scripts: the
// script sends it earlier, and keeps its words in this browser until the server has them.

import { makeKept } from "./kept.js";
import { fillIn, takeAnswer } from "./editor-form.js";
import { offerWords } from "./offer.js";
import { showSaving } from "./save-line.js";
import { makeSaveLoop } from "./save-loop.js";
import { sendWords } from "./save-request.js";
import { readServedWords, readWords } from "./words.js";

const KEEP_MS = 300;
const form = document.querySelector("#editor");
const moderator = document.querySelector("meta[name=moderator]")?.content;
const page = Date.now().toString(36) + Math.random().toString(36).slice(2);
const kept = makeKept({ moderator, page });
let keepTimer;
let isKept = true;
let isComposing = false;
let isLeaving = false;

const draft = () => /\/(\d+)$/.exec(form.getAttribute("action"))?.[1] ?? "new";

function begin() {
  const served = readServedWords(form);
  const { unsaved, conflict } = form.dataset;
  const loop = makeSaveLoop({
    saved: unsaved === undefined ? served : null,
    read: () => readWords(form),
    send,
    show: (result) => showSaving(result, isKept),
    canSend: () => !isComposing,
  });
  // What the browser puts back into a form would be of another version.
  form.autocomplete = "off";
  listen(loop);
  // Another version is saved; which one stays is for the writer to say.
  if (conflict !== undefined) loop.stop();
  if (loop.isUnsaved()) {
    keepNow(loop);
    loop.change();
  }
  offerWords(form, served, kept.list(draft()), { use: (words) => fillIn(form, words), drop: kept.drop });

  async function send(words) {
    const { result, answer } = await sendWords(form, words, moderator);
    if (result.state !== "saved") return result;
    kept.forget(draft());
    const taken = takeAnswer(form, answer, words);
    form.dispatchEvent(new Event("writing:saved"));
    if (readWords(form) !== taken) isKept = kept.keep(draft(), readWords(form));
    return { ...result, words: taken };
  }
}

function changed(loop) {
  clearTimeout(keepTimer);
  keepTimer = setTimeout(() => keepNow(loop), KEEP_MS);
  loop.change();
}

function keepNow(loop) {
  clearTimeout(keepTimer);
  if (loop.isUnsaved()) isKept = kept.keep(draft(), readWords(form));
  else kept.forget(draft());
}

function leave(loop) {
  if (isLeaving) return;
  keepNow(loop);
  loop.saveNow();
}

function listen(loop) {
  form.addEventListener("compositionstart", () => {
    isComposing = true;
  });
  form.addEventListener("compositionend", () => {
    isComposing = false;
    changed(loop);
  });
  for (const type of ["input", "change"]) form.addEventListener(type, () => changed(loop));
  form.addEventListener("focusout", () => leave(loop));
  document.addEventListener("visibilitychange", () => leave(loop));
  addEventListener("pagehide", () => leave(loop));
  addEventListener("online", () => loop.saveNow());
  addEventListener("beforeunload", (event) => {
    if (loop.isUnsaved() && !isLeaving) event.preventDefault();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    isLeaving = false;
    loop.goOn();
  });
  form.addEventListener("submit", (event) => submit(event, loop));
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-drops-words]")) forget();
  });

  function forget() {
    isLeaving = true;
    loop.pause();
    clearTimeout(keepTimer);
    kept.forget(draft());
  }
}

// The person's own save waits for the script's, so that it has the version that this one brings.
async function submit(event, loop) {
  if (isLeaving) return;
  keepNow(loop);
  if (loop.isBusy() || loop.isUnsure()) {
    event.preventDefault();
    await (loop.settled() ?? loop.saveNow());
    if (isLeaving) return;
  }
  isLeaving = true;
  loop.pause();
  if (event.defaultPrevented) form.requestSubmit(event.submitter);
}

if (form) begin();
