// How long the writing took, from the first key stroke on: what took no time was hardly typed.

import { rememberBox, setHidden } from "./fields.js";

const begun = new WeakMap();

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".comment-form");
  if (!form || begun.has(form) || !rememberBox(form)) return;
  // A form that was refused brings back the time that had gone by until then.
  const before = Number(form.elements.typed_seconds?.value ?? 0);
  begun.set(form, performance.now() - before * 1000);
});

// While the event is on its way down: on the form itself htmx gathers what is sent.
document.addEventListener("submit", ({ target: form }) => {
  if (begun.has(form) && !form.dataset.waits) setHidden(form, "typed_seconds", ((performance.now() - begun.get(form)) / 1000).toFixed(1));
}, true);
