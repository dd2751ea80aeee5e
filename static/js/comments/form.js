// A comment form, from when it comes to the page until it is sent or closed.

import { sentence } from "../page/language.js";
import { formOf, showProgress, wasSaved } from "../page/requests.js";
import {
  DRAFTS,
  dropSentDraft,
  fillInReader,
  forgetReader,
  hasDraftWithId,
  rememberBox,
  rememberReader,
  restoreDraft,
  saveDraft,
  setHidden,
  setNewId,
} from "./drafts.js";
import { fetchOwnComments } from "./own-comments.js";

function prepareForms() {
  for (const form of document.querySelectorAll(".comment-form:not([data-prepared])")) prepareForm(form);
}

function prepareForm(form) {
  form.dataset.prepared = "yes";
  if (restoreDraft(form)) showProgress(form, sentence("draft-is-here"));
  if (!rememberBox(form)) return;
  if (!form.elements.submission_id) setNewId(form);
  fillInReader(form);
}

document.addEventListener("htmx:after:swap", prepareForms);
prepareForms();

// Writing: a draft is saved with every key stroke, and the time of typing begins with the first.
const beganTyping = new WeakMap();

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".comment-form");
  if (!form) return;
  saveDraft(form);
  if (beganTyping.has(form) || !rememberBox(form)) return;
  // A form that was refused brings back the time that had gone by until then.
  const secondsBefore = Number(form.elements.typed_seconds?.value ?? 0);
  beganTyping.set(form, performance.now() - secondsBefore * 1000);
});

// Another tab has sent the draft: what is written here from now on is a comment of its own.
addEventListener("storage", ({ key }) => {
  if (key !== DRAFTS) return;
  for (const form of document.querySelectorAll(".comment-form[data-prepared]")) {
    if (rememberBox(form) && !hasDraftWithId(form)) setNewId(form);
  }
});

// On the form itself htmx gathers what is sent, so the time is added while the event is on its way down.
document.addEventListener("submit", addTypedSeconds, true);

function addTypedSeconds({ target: form }) {
  if (!beganTyping.has(form) || form.dataset.waits) return;
  const seconds = (performance.now() - beganTyping.get(form)) / 1000;
  setHidden(form, "typed_seconds", seconds.toFixed(1));
}

// Whoever has everything deleted is not to find their name in the next form.
document.addEventListener("submit", ({ target: form, submitter }) => {
  if (!form.matches("form[action$='/erasure']")) return;
  if (submitter?.name === "sure" || form.elements.sure?.checked) forgetReader();
});

// Sending: the draft is dropped when the server has it.
const sentBodies = new WeakMap();

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (!form?.matches(".comment-form")) return;
  sentBodies.set(form, form.elements.body.value);
  rememberReader(form);
});

document.addEventListener("htmx:after:request", (event) => {
  const form = formOf(event);
  if (form?.dataset.draft && wasSaved(event)) dropSentDraft(form, sentBodies.get(form));
});

// Focus goes to what a link asked for: the field of a form, or the first of more comments.
let toFocus = null;

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  toFocus = ctx.sourceElement.dataset?.thenFocus ?? null;
});

document.addEventListener("htmx:after:swap", () => {
  if (toFocus) document.querySelector(toFocus)?.focus();
  toFocus = null;
});

// A form that was opened in place is closed there by Cancel and by Escape; its words stay as a draft.
const findOpened = (element) => element?.closest?.("li [id^=reply-], li [id^=edit-]:not(form)");

function closeForm(opened, nextFocus) {
  const comment = opened.closest("li[id]");
  opened.className = "";
  opened.replaceChildren(...opened.querySelectorAll(":scope > .own-list"));
  (nextFocus ?? comment).focus({ preventScroll: true });
  if (comment.dataset.announcedState) fetchOwnComments();
}

document.addEventListener("click", (event) => {
  const opened = findOpened(event.target.closest(".comment-form .cancel"));
  if (!opened) return;
  event.preventDefault();
  closeForm(opened);
});

document.addEventListener("keydown", ({ key, target, isComposing }) => {
  // While a Korean syllable is put together, Escape is the input method's.
  if (key !== "Escape" || isComposing) return;
  const opened = findOpened(target.closest?.(".comment-form"));
  if (opened) closeForm(opened, document.querySelector(`a[data-hx-target="#${opened.id}"]`));
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
