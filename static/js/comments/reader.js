// The reader's name and address are remembered in this browser, unless the reader unticks the box.

import { formOf } from "../page/sending.js";
import { keep, readKept } from "../page/kept.js";
import { rememberBox, rememberedNames } from "./fields.js";

const REMEMBERED = "second-lead-reader";

export function fillInReader(form) {
  const remember = rememberBox(form);
  remember.closest(".remember").hidden = false;
  const reader = readKept(REMEMBERED);
  remember.checked = reader.remember !== false;
  for (const name of rememberedNames(remember)) {
    if (!form.elements[name].value && reader[name]) form.elements[name].value = reader[name];
  }
}

function rememberReader(form) {
  const box = rememberBox(form);
  if (!box) return;
  const reader = { remember: box.checked };
  if (box.checked) for (const name of rememberedNames(box)) reader[name] = form.elements[name].value;
  keep(REMEMBERED, reader);
}

document.addEventListener("htmx:before:request", (event) => {
  const form = formOf(event);
  if (form?.matches(".comment-form")) rememberReader(form);
});

// Whoever has everything deleted is not to find their name in the next form.
document.addEventListener("submit", ({ target: form, submitter }) => {
  if (form.matches("form[action$='/erasure']") && (submitter?.name === "sure" || form.elements.sure?.checked)) keep(REMEMBERED, {});
});
