// The list of a review's pictures below its text.

import { isNamed } from "./picture-lines.js";

export function showUses(section, text) {
  for (const row of section.querySelectorAll("[data-path]")) {
    const isUsed = isNamed(text.value, row.dataset.path);
    for (const words of row.querySelectorAll("[data-used]"))
      words.hidden = (words.dataset.used === "yes") !== isUsed;
  }
}

export function showList(section, list) {
  const old = section.querySelector("#picture-list");
  const { activeElement } = document;
  const fields = [...(old?.querySelectorAll("input[name]:not([type=file])") ?? [])];
  const typed = new Map(fields.map(({ name, value }) => [name, value]));
  const focused = old?.contains(activeElement) ? activeElement.name : null;
  const shown = document.importNode(list, true);
  for (const field of shown.querySelectorAll("input[name]:not([type=file])"))
    field.value = typed.get(field.name) ?? field.value;
  if (old) old.replaceWith(shown);
  else section.querySelector("#uploads").before(shown);
  if (focused) shown.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}
