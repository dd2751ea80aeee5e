// What a moderator wrote in forms before the session ended. The tab keeps it while the moderator signs in
// again, and the page on which it was written puts it back. It is never shown to another moderator.

import { sentence } from "../page/language.js";
import { formOf } from "../page/requests.js";
import { isSameForm, readKept, storeKept } from "./kept-words.js";

const SIGN_IN = "/admin/login";
const WORDS = "textarea, input[type=text]";
const FIELDS = [WORDS, "select", "input[type=checkbox]", "input[type=radio]"].join();

const here = () => location.pathname + location.search;
const moderator = () => document.querySelector("meta[name=moderator]")?.content;
const formsOnPage = () => [...document.querySelectorAll("main form[method=post]")];
const wordsIn = (form) => [...form.querySelectorAll(WORDS)];
const fieldsOf = (form) => [...form.querySelectorAll(FIELDS)].filter((field) => field.name);

function describe(form) {
  const values = fieldsOf(form).map(({ name, type, value, checked }) => ({ name, type, value, checked }));
  const action = form.getAttribute("action");
  return { moderator: moderator(), at: Date.now(), page: here(), action, values };
}

const keptOfOthers = (forms) =>
  readKept(moderator()).filter((entry) => !forms.some((one) => isSameForm(one, entry)));

const isWritten = (form) =>
  fieldsOf(form).some((field) => {
    if (!field.options) return field.matches(WORDS) && field.value.trim();
    const options = [...field.options];
    return !(options.find((option) => option.defaultSelected) ?? options[0])?.selected;
  });

// Keep what is written in any form of the page; return whether the page can be left.
function keepWords() {
  const entries = formsOnPage().filter(isWritten).map(describe);
  return !entries.length || storeKept([...keptOfOthers(entries), ...entries]);
}

document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  if (request.method !== "POST") return;
  const form = formOf(event);
  const url = new URL(response.headers.get("HX-Redirect") ?? "", location.href);
  // Whatever else the server responds, it has had the words.
  if (url.pathname !== SIGN_IN) return form && storeKept(keptOfOthers([describe(form)]));
  if (keepWords()) return;
  event.preventDefault();
  showNotice(sentence("signed-out"));
});

// Where the browser tells no server which page it was on.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const url = new URL(ctx.hx?.redirect ?? "", location.href);
  if (url.pathname !== SIGN_IN || url.searchParams.has("next")) return;
  url.searchParams.set("next", here());
  ctx.hx.redirect = url.href;
});

function restoreWords() {
  const kept = readKept(moderator());
  storeKept(kept.filter((entry) => entry.page !== here()));
  const forms = formsOnPage().filter(isAsSent);
  const restored = [];
  for (const entry of kept.filter((one) => one.page === here())) {
    const form = forms.find((one) => isSameForm(describe(one), entry));
    if (form) restored.push(fillIn(form, entry.values));
    else showNotice(sentence("unsent-has-no-form"), textOf(entry));
  }
  if (!restored.length) return;
  showNotice(sentence("unsent-is-here"));
  wordsIn(restored[0])
    .find((field) => field.value)
    ?.focus();
}

// What the browser itself or the moderator has put into a form since is left alone.
const isAsSent = (form) => wordsIn(form).every((field) => field.value === field.defaultValue);

function fillIn(form, values) {
  for (const [index, field] of fieldsOf(form).entries()) fillInField(field, values[index], values);
  const menu = form.closest("details");
  if (menu) menu.open = true;
  return form;
}

function fillInField(field, { value, checked }, values) {
  const isSame = (one) => one.name === field.name && one.value === field.value;
  if (field.type === "radio") field.checked = values.some((one) => one.checked && isSame(one));
  else if (field.type === "checkbox") field.checked = checked === true;
  else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
}

const textOf = (entry) => {
  const written = entry.values.filter(({ type }) => type === "text" || type === "textarea");
  return written.map(({ value }) => value).join("\n");
};

// With a text, the notice has it to be copied.
function showNotice(words, text) {
  const notice = document.createElement("div");
  notice.classList.add("done", "unsent");
  notice.setAttribute("role", "status");
  notice.append(words);
  if (text) {
    const area = Object.assign(document.createElement("textarea"), { readOnly: true, value: text, rows: 4 });
    area.setAttribute("aria-label", words);
    notice.append(area);
  }
  document.querySelector("main").prepend(notice);
}

restoreWords();
