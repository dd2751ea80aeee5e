// How much of the page a phone's keyboard covers, as --keyboard-space: what sticks to the bottom (.writing-bar)
// stays above the keyboard. Where the browser makes the page smaller instead, it is 0.

const view = globalThis.visualViewport;
const root = document.documentElement;

function measure() {
  // Who has zoomed in sees a part of the page, which is no keyboard.
  const covered = view.scale > 1.01 ? 0 : root.clientHeight - view.height - view.offsetTop;
  root.style.setProperty("--keyboard-space", `${Math.max(Math.round(covered), 0)}px`);
}

if (view) {
  for (const type of ["resize", "scroll"]) view.addEventListener(type, measure);
  measure();
}
