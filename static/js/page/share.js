// Sharing a review by the browser's own dialog, and copying its link; without a script the link itself
// is there. The buttons are shown only where the browser can do what they say.

import { sentence } from "./language.js";

const place = document.querySelector("#share");
const status = place?.querySelector('[role="status"]');

offer("[data-share]", Boolean(navigator.share), share);
offer("[data-copy]", Boolean(navigator.clipboard), copy);

function offer(selector, isPossible, act) {
  const button = place?.querySelector(selector);
  if (!button || !isPossible) return;
  button.hidden = false;
  button.addEventListener("click", act);
}

// The address of the review, without what the reader's own has at its end.
const address = () => place.querySelector('[rel="bookmark"]').href;

async function share() {
  try {
    await navigator.share({ title: document.title, url: address() });
  } catch (error) {
    // The reader closed the dialog.
    if (error.name !== "AbortError") await copy();
  }
}

async function copy() {
  // What is announced again must have been gone.
  status.textContent = "";
  try {
    await navigator.clipboard.writeText(address());
    status.textContent = sentence("link-copied");
  } catch {
    status.textContent = sentence("link-not-copied");
  }
}
