// What is put into the form of a review, and into its page, while somebody writes.

import { fieldsOf, valuesOf } from "./words.js";

// Put what the server has answered into the page; return the words that the server has, as the form has them.
export function takeAnswer(form, answer, words) {
  const values = valuesOf(words);
  for (const [name, value] of answer.changed) {
    const field = form.elements[name];
    // What is being written is left alone.
    if (!field || field === document.activeElement || field.value !== values.get(name)) continue;
    field.value = value;
    values.set(name, value);
  }
  for (const version of document.querySelectorAll("input[name=version]")) version.value = answer.version;
  form.elements.keeps_former?.remove();
  for (const part of answer.parts) showPart(part);
  if (answer.address !== form.getAttribute("action")) {
    form.setAttribute("action", answer.address);
    history.replaceState(history.state, "", answer.page);
  }
  return JSON.stringify([...values]);
}

function showPart(part) {
  const old = document.getElementById(part.id);
  if (!old || old.contains(document.activeElement)) return;
  // A list that was opened stays open.
  for (const list of part.querySelectorAll("details")) {
    list.open = document.getElementById(list.id)?.open ?? false;
  }
  old.replaceWith(document.importNode(part, true));
}

export function fillIn(form, words) {
  const values = valuesOf(words);
  for (const field of fieldsOf(form)) {
    field.value = values.get(field.name) ?? "";
    values.delete(field.name);
  }
  // What has no field here, such as a row, is sent all the same, and is shown when the page is opened again.
  for (const [name, value] of values) addHidden(form, name, value);
  if (!form.elements.keeps_former) addHidden(form, "keeps_former", "1");
  form.elements.title.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.title.focus();
}

function addHidden(form, name, value) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}
