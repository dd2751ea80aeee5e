// The line that says whether what is written is saved. Who listens to the page hears only of trouble, and
// that it is over.

import { sentence } from "../page/language.js";

const line = document.querySelector("#saving");
const trouble = document.querySelector("#saving-trouble");
let lastSaved = "";

// `result` is of save-loop.js; `isKept` tells whether this browser keeps what is not saved.
export function showSaving(result, isKept) {
  if (result.state === "saved") lastSaved = sentence("saved-at").replace("{time}", timeOfDay);
  const text = textOf(result, isKept);
  line.querySelector("span").textContent = text;
  line.hidden = !text;
  line.classList.toggle("is-trouble", Boolean(result.why));
  for (const each of line.querySelectorAll("[data-for]")) each.hidden = each.dataset.for !== result.why;
  announce(result, text);
}

const timeOfDay = () => new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });

function textOf({ state, why, says }, isKept) {
  if (state === "same" || state === "saved") return lastSaved;
  if (state === "saving") return sentence("saving");
  const kept = isKept ? sentence("not-saved-kept") : sentence("not-saved-not-kept");
  return `${kept} ${says || reasonOf(why)}`;
}

function reasonOf(why) {
  if (why === "no-response") return sentence("save-no-response");
  if (why === "busy") return sentence("save-busy");
  if (why === "signed-out") return sentence("save-signed-out");
  if (why === "someone-else") return sentence("save-someone-else");
  if (why === "gone") return sentence("save-gone");
  if (why === "too-large") return sentence("save-too-large");
  return sentence("save-refused");
}

function announce({ state, why }, text) {
  if (!why && (state === "saving" || !trouble.textContent)) return;
  // A state is said once, however often it is tried again.
  if ((trouble.dataset.why ?? "") === (why ?? "")) return;
  trouble.dataset.why = why ?? "";
  trouble.textContent = text;
}
