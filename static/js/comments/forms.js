// Each comment form gets an id of its own, so that sending it twice is one comment; what was written
// in it before; and the reader's name.

import { restoreDraft } from "./drafts.js";
import { makeId, rememberBox, setHidden } from "./fields.js";
import { fillInReader } from "./reader.js";

function prepareForms() {
  for (const form of document.querySelectorAll(".comment-form:not([data-prepared])")) prepareForm(form);
}

function prepareForm(form) {
  form.dataset.prepared = "yes";
  restoreDraft(form);
  if (!rememberBox(form)) return;
  if (!form.elements.submission_id) setHidden(form, "submission_id", makeId());
  fillInReader(form);
}

document.addEventListener("htmx:after:swap", prepareForms);
prepareForms();
