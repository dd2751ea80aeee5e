// "More" under a comment closes like a menu: by Escape, and by a click elsewhere. The browser itself opens
// it, and closes it when another one is opened.

const OPEN = "details.more-tools[open]";

document.addEventListener("keydown", ({ key, target }) => {
  const more = key === "Escape" && target.closest?.(OPEN);
  if (!more) return;
  more.open = false;
  more.querySelector("summary").focus();
});

document.addEventListener("click", ({ target }) => {
  for (const more of document.querySelectorAll(OPEN)) {
    if (!more.contains(target)) more.open = false;
  }
});
