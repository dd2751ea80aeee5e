// What a comment form holds, and what this browser, and nobody else, keeps of it: drafts until the
// server has them, which comments were shown, and the reader's name. Nothing here listens to the page:
// that is done in form.js.

import { normalise } from "./characters.js";

export const DRAFT_DAYS = 30;
const DRAFTS = "second-lead-drafts";
const READER = "second-lead-reader";
const SHOWN = "second-lead-shown";
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

// What was sent, or stands among the reader's own comments, is no draft any more. What was written
// since, here or in another tab, is one, and so is an earlier draft that was kept beside it.
export function dropSent(drafts, name, sent) {
  const { [name]: draft, ...others } = drafts;
  const kept = keepUnsent(draft, sent);
  return kept ? { ...others, [name]: kept } : others;
}

function keepUnsent(draft, sent) {
  if (!draft) return undefined;
  const earlier = keepUnsent(draft.earlier, sent);
  return isSame(draft.body, sent) ? earlier : { ...draft, earlier };
}

// Words are compared as the server gives them back with a refusal.
export const isSame = (one, other) => normalise(String(one)) === normalise(String(other));

const readDrafts = () => dropOld(readStored(DRAFTS), Date.now());

// Drafts that are offered beside a form, because they were not filled in.
const offered = new WeakMap();

export function saveDraft(form) {
  if (!form.dataset.draft) return;
  const draft = { ...readForm(form), earlier: offered.get(form) };
  store(DRAFTS, { ...readDrafts(), [form.dataset.draft]: draft });
}

function readForm(form) {
  // The same form sent again after its response was lost is the same comment.
  const draft = { at: Date.now(), submission_id: form.elements.submission_id?.value };
  // The version of the comment that is edited.
  draft.version = form.elements.version?.value;
  for (const field of draftedFields(form)) draft[field.name] = fieldValue(field);
  return draft;
}

const fieldValue = (field) => (isCheckbox(field) ? field.checked : field.value);

const isAsServed = (field) =>
  isCheckbox(field) ? field.checked === field.defaultChecked : field.value === field.defaultValue;

function fillIn(form, draft, fields) {
  for (const field of fields) {
    const value = draft[field.name];
    if (isCheckbox(field)) field.checked = value === true;
    else if (typeof value === "string") field.value = value;
  }
  if (draft.submission_id && rememberBox(form)) setHidden(form, "submission_id", draft.submission_id);
}

// Fill the draft into the fields that are as the server sent them, and return whether the form holds a
// draft now. One that is about an older version of the comment, or for whose place something else was
// typed before this script came, is only offered.
export function restoreDraft(form) {
  const draft = readDrafts()[form.dataset.draft];
  if (!draft) return false;
  const { body, version } = form.elements;
  const isHere = isSame(body.value, draft.body);
  // What the server gives back with a refusal is newer than any draft.
  const isRefused = Boolean(form.querySelector(".faults"));
  const isFree = isHere || (isAsServed(body) && !isRefused);
  const isRestored = Boolean(draft.body) && isFree && draft.version === version?.value;
  offer(form, isRestored || isHere || !draft.body ? draft.earlier : draft);
  if (!isRestored || isRefused) return false;
  fillIn(form, draft, draftedFields(form).filter(isAsServed));
  return !draftedFields(form).every(isAsServed);
}

function offer(form, draft) {
  const differs = (field) => draft[field.name] !== fieldValue(field);
  const isOther = Boolean(draft?.body) && draftedFields(form).some(differs);
  if (isOther) offered.set(form, draft);
  else offered.delete(form);
  form.querySelector(".draft-offer").hidden = !isOther;
}

// Fill in the draft that is offered, and offer what was in the form.
export function exchangeDrafts(form) {
  const { earlier, ...draft } = offered.get(form);
  const present = { ...readForm(form), earlier };
  fillIn(form, draft, draftedFields(form));
  offer(form, present);
  saveDraft(form);
}

// Drop the drafts of texts that the server has, given as pairs of a form's name and a text.
export function dropSentDrafts(pairs) {
  store(
    DRAFTS,
    pairs.reduce((drafts, [name, sent]) => dropSent(drafts, name, sent), readDrafts()),
  );
}

// Empty a form whose text is a comment already; what is written next is another comment.
export function emptyForm(form) {
  form.elements.body.value = "";
  form.elements.is_spoiler.checked = false;
  setNewId(form);
}

// The newest of the reader's own comments that was shown, by the name of the form it was written in. The
// server replaces none that was shown, if its form is sent again with another text.
export function rememberShown(name, id) {
  const shown = dropOld(readStored(SHOWN), Date.now());
  if (BigInt(shown[name]?.id ?? 0) >= BigInt(id)) return;
  store(SHOWN, { ...shown, [name]: { at: Date.now(), id } });
}

export const lastShown = (form) => readStored(SHOWN)[form.dataset.draft]?.id;

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

export function forgetReader() {
  store(READER, {});
  store(SHOWN, {});
}
