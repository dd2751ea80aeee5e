// A draft is kept in this browser, and nowhere else, until the server has the words.

import { say } from "../page/words.js";
import { formOf, hasArrived, tellProgress } from "../page/sending.js";
import { keep, readKept } from "../page/kept.js";
import { dropOld, dropSent } from "./keeping.js";
import { isTick, makeId, ownNames, rememberBox, setHidden } from "./fields.js";

const DRAFTS = "second-lead-drafts";
const sentWords = new WeakMap();

const readDrafts = () => dropOld(readKept(DRAFTS), Date.now());

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

export function restoreDraft(form) {
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

addEventListener("storage", ({ key }) => {
  if (key !== DRAFTS) return;
  const drafts = readDrafts();
  for (const form of document.querySelectorAll(".comment-form[data-prepared]")) {
    if (rememberBox(form) && !drafts[form.dataset.draft]?.submission_id) setHidden(form, "submission_id", makeId());
  }
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".comment-form");
  if (form) saveDraft(form);
});

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (form?.matches(".comment-form")) sentWords.set(form, form.elements.body.value);
});

// The server has the words: they need not be kept here any more.
document.addEventListener("htmx:after:request", (event) => {
  const form = formOf(event);
  if (!form?.dataset.draft || !hasArrived(event)) return;
  keep(DRAFTS, dropSent(readDrafts(), form.dataset.draft, sentWords.get(form)));
});
