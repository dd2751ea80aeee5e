// What a comment form holds, and what this browser, and nobody else, keeps of it: drafts until the
// server has them, and the reader's name. Nothing here listens to the page: that is done in form.js.

export const DRAFT_DAYS = 30;
export const DRAFTS = "second-lead-drafts";
const READER = "second-lead-reader";
const DAY_MS = 86400000;

function readStored(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {}; // A browser that stores nothing, or something else under our name.
  }
}

function store(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The words stay in the form, as long as the page does.
  }
}

// The fields of a form. A form of the reader's own comment, to change it, has no checkbox to remember
// the reader: such a form is sent without an id and a time of typing.
export const rememberBox = (form) => form.querySelector("[data-remember]");
const rememberedNames = (box) => box.dataset.remember.split(" ");
const draftedFields = (form) => form.dataset.fields.split(" ").map((name) => form.elements[name]);
const isCheckbox = (field) => field.type === "checkbox";

export function setHidden(form, name, value) {
  const input = form.elements[name] ?? document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  if (!input.isConnected) form.append(input);
}

// Sending the same form twice sends the same id, and is one comment.
export function setNewId(form) {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  setHidden(form, "submission_id", bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}

// Drafts, each under the name of its form.
export function dropOld(drafts, now) {
  const oldest = now - DRAFT_DAYS * DAY_MS;
  return Object.fromEntries(Object.entries(drafts).filter(([, draft]) => draft?.at > oldest));
}

// What was sent is no draft any more. What was written since, here or in another tab, is one, and a
// comment of its own.
export function dropSent(drafts, name, sent) {
  const { [name]: draft, ...others } = drafts;
  if (!draft || isSame(draft.body, sent)) return others;
  return { ...others, [name]: { ...draft, submission_id: undefined } };
}

// Words are compared as the server gives them back with a refusal.
export const isSame = (one, other) => normalise(one) === normalise(other);
const normalise = (words) => String(words).normalize("NFC").trim();

const readDrafts = () => dropOld(readStored(DRAFTS), Date.now());

export function saveDraft(form) {
  if (!form.dataset.draft) return;
  const draft = { at: Date.now() };
  for (const field of draftedFields(form)) {
    draft[field.name] = isCheckbox(field) ? field.checked : field.value;
  }
  // The same form sent again after its response was lost is the same comment.
  draft.submission_id = form.elements.submission_id?.value;
  store(DRAFTS, { ...readDrafts(), [form.dataset.draft]: draft });
}

// Return whether there was a draft to fill in.
export function restoreDraft(form) {
  const draft = readDrafts()[form.dataset.draft];
  // What the server gives back with a refusal is newer than any draft.
  if (!draft?.body || form.querySelector(".faults")) return false;
  for (const field of draftedFields(form)) {
    const value = draft[field.name];
    if (isCheckbox(field)) field.checked = value === true;
    else if (typeof value === "string") field.value = value;
  }
  if (draft.submission_id && rememberBox(form)) setHidden(form, "submission_id", draft.submission_id);
  return true;
}

export function dropSentDraft(form, sent) {
  store(DRAFTS, dropSent(readDrafts(), form.dataset.draft, sent));
}

export const hasDraftWithId = (form) => Boolean(readDrafts()[form.dataset.draft]?.submission_id);

// The reader's name and address, unless the reader unticks the box.
export function fillInReader(form) {
  const box = rememberBox(form);
  const reader = readStored(READER);
  box.closest(".remember").hidden = false;
  box.checked = reader.remember !== false;
  for (const name of rememberedNames(box)) {
    if (!form.elements[name].value && reader[name]) form.elements[name].value = reader[name];
  }
}

export function rememberReader(form) {
  const box = rememberBox(form);
  if (!box) return;
  const reader = { remember: box.checked };
  if (box.checked) for (const name of rememberedNames(box)) reader[name] = form.elements[name].value;
  store(READER, reader);
}

export const forgetReader = () => store(READER, {});
