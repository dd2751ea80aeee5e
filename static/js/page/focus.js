// Focus goes where the reader was sent: to the comments just shown, or to the field asked for.

let thenFocus = null;
let before = null;

document.addEventListener("htmx:before:swap", (event) => {
  const source = event.detail.ctx.sourceElement;
  thenFocus = source.dataset?.thenFocus ?? null;
  before = source.closest?.("#more-comments")?.previousElementSibling ?? null;
});

document.addEventListener("htmx:after:swap", () => {
  if (thenFocus) document.querySelector(thenFocus)?.focus();
  before?.nextElementSibling?.focus({ preventScroll: true });
  thenFocus = before = null;
});
