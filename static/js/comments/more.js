// "More comments" and "More replies": focus goes on to the first of those that come, and Back brings them
// all again, with the page where it was.

const COMMENTS = ".comment, .reply-item";
let lastBefore = null;
let isRestoring = false;

// The links that were followed, and the first comment on the screen, stand in the history entry. Without
// its own mark in there, htmx would write the entry anew.
function keepState(change) {
  history.replaceState({ ...history.state, htmx: true, ...change }, "");
}

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  const more = ctx.sourceElement.closest?.(".more");
  lastBefore = more?.previousElementSibling ?? null;
  if (more && !isRestoring) keepState({ more: [...(history.state?.more ?? []), hrefIn(more)] });
});

const hrefIn = (more) => more.querySelector("a").getAttribute("href");

document.addEventListener("htmx:after:swap", () => {
  if (!isRestoring) lastBefore?.nextElementSibling?.focus({ preventScroll: true });
  lastBefore = null;
});

addEventListener("pagehide", () => {
  if (!history.state?.more) return;
  const seen = [...document.querySelectorAll(COMMENTS)].find((one) => topOf(one.nextElementSibling) > 0);
  if (seen) keepState({ place: { id: seen.id, top: topOf(seen) } });
});

const topOf = (element) => element?.getBoundingClientRect().top ?? Infinity;

async function restore() {
  const { more, place } = history.state ?? {};
  if (!more || !window.htmx) return;
  let hasMoved = false;
  for (const name of ["wheel", "touchstart", "keydown"]) {
    addEventListener(name, () => (hasMoved = true), { once: true, passive: true });
  }
  isRestoring = true;
  try {
    for (const href of more) {
      const source = [...document.querySelectorAll(".more a")].find((a) => a.getAttribute("href") === href);
      if (source) await htmx.ajax("GET", href, { source });
    }
  } catch {
    return; // The links are still there.
  } finally {
    isRestoring = false;
  }
  const seen = !hasMoved && document.getElementById(place?.id);
  if (seen) scrollBy({ top: topOf(seen) - place.top, behavior: "instant" });
}

restore();
