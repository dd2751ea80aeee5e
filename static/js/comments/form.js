// A comment form, from when it comes to the page until it is sent or closed.

import { sentence } from "../page/language.js";
import { formOf, showProgress, wasSaved } from "../page/requests.js";
import { showContact } from "./contact.js";
import {
  dropSentDrafts,
  emptyForm,
  exchangeDrafts,
  fillInReader,
  forgetReader,
  isSame,
  lastShown,
  rememberBox,
  rememberReader,
  rememberShown,
  restoreDraft,
  saveDraft,
  setHidden,
  setNewId,
} from "./drafts.js";
import { fetchOwnComments } from "./own-comments.js";

const findForms = (more) => document.querySelectorAll(`.comment-form${more}`);

function prepareForms() {
  for (const form of findForms(":not([data-prepared])")) prepareForm(form);
}

function prepareForm(form) {
  form.dataset.prepared = "yes";
  const isRestored = restoreDraft(form);
  if (isRestored) showProgress(form, sentence("draft-is-here"));
  if (rememberBox(form)) {
    if (!form.elements.submission_id) setNewId(form);
    fillInReader(form);
  }
  showContact(form);
  // Typed before this script came.
  const { value, defaultValue } = form.elements.body;
  if (!isRestored && value !== defaultValue) saveDraft(form);
}

// Own comments that are shown are no drafts any more. A form that still holds the text of one, filled in
// by a script or by the browser, is emptied; one in which the reader writes is left alone.
function dropShown() {
  const shown = [...document.querySelectorAll(".own[data-source]")];
  for (const { id, dataset } of shown) rememberShown(dataset.draft, id.split("-")[1]);
  dropSentDrafts(
    shown.flatMap(({ dataset: { draft, editDraft, source } }) => [
      [draft, source],
      [editDraft, source],
    ]),
  );
  for (const form of findForms("[data-prepared]")) {
    const { value } = form.elements.body;
    const isShown = ({ dataset }) => dataset.draft === form.dataset.draft && isSame(dataset.source, value);
    if (isWrittenIn.has(form) || !shown.some(isShown)) continue;
    emptyForm(form);
    showProgress(form, "");
  }
}

// Writing: a draft is saved with every key stroke, and the time of typing begins with the first.
const beganTyping = new WeakMap();
const isWrittenIn = new WeakSet();

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".comment-form");
  if (!form) return;
  isWrittenIn.add(form);
  saveDraft(form);
  if (beganTyping.has(form) || !rememberBox(form)) return;
  // A form that was refused brings back the time that had gone by until then.
  const secondsBefore = Number(form.elements.typed_seconds?.value ?? 0);
  beganTyping.set(form, performance.now() - secondsBefore * 1000);
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest(".draft-offer button");
  if (!button) return;
  exchangeDrafts(button.form);
  showContact(button.form);
  button.form.elements.body.focus();
});

// On the form itself htmx gathers what is sent, so the time is added while the event is on its way down.
document.addEventListener("submit", completeForm, true);

function completeForm({ target: form }) {
  if (!form.matches(".comment-form") || form.dataset.waits) return;
  isWrittenIn.delete(form);
  rememberReader(form);
  const shown = lastShown(form);
  if (shown && rememberBox(form)) setHidden(form, "last_shown_id", shown);
  if (!beganTyping.has(form)) return;
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
});

document.addEventListener("htmx:after:request", (event) => {
  const form = formOf(event);
  if (form?.dataset.draft && wasSaved(event)) dropSentDrafts([[form.dataset.draft, sentBodies.get(form)]]);
});

// Focus goes to the field that a link asked for.
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

document.addEventListener("htmx:after:swap", () => {
  prepareForms();
  dropShown();
});
document.addEventListener("own-comments-shown", dropShown);
prepareForms();
dropShown();
