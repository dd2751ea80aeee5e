// The words that this browser has and the server has not, offered above the form.

import { listDifferences, valuesOf } from "./words.js";

const place = document.querySelector("#kept-words");
let answer = null;

// Offer the first of these words that differ from the form's as it was opened; drop those that do not.
// `use` is called with words, `drop` with their name.
export function offerWords(form, served, kept, { use, drop }) {
  const [first, ...rest] = kept;
  place.hidden = !first;
  if (!first) return;
  const [name, words] = first;
  const names = listDifferences(words, served);
  const goOn = () => {
    drop(name);
    offerWords(form, served, rest, { use, drop });
  };
  if (!names.length) return goOn();
  answer = (isUsed) => {
    if (isUsed) use(words);
    goOn();
  };
  show(form, names, valuesOf(words));
}

function show(form, names, values) {
  const list = place.querySelector(".kept-fields");
  const template = list.querySelector("template");
  for (const shown of list.querySelectorAll("label")) shown.remove();
  for (const name of names) {
    const label = template.content.firstElementChild.cloneNode(true);
    label.querySelector("span").textContent = form.elements[name]?.labels?.[0]?.textContent ?? name;
    label.querySelector("textarea").value = values.get(name) ?? "";
    list.append(label);
  }
}

place?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-keeps]");
  if (button) answer(button.dataset.keeps === "use");
});
