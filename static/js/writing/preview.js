// The preview beside the text, on wide screens; elsewhere and without scripts there is a link to it. It is loaded
// again after each save, and follows the cursor.

import { load, scrollToBlock } from "./preview-frame.js";
import { blockAt, lineAt } from "./preview-place.js";

const STORED = "second-lead-preview";
const WAIT_MS = 200;
const wide = matchMedia("(min-width: 75rem)");
const form = document.querySelector("#editor");
const pane = document.querySelector("#preview");
const toggle = document.querySelector("#preview-toggle");
let isLoading = false;
let isOutdated = false;

// A review has an address when it is saved for the first time; the script that saves it sets the form's.
function address() {
  const saved = form.getAttribute("action");
  return /\/\d+$/.test(saved) ? `${saved}/preview` : null;
}

function isOn() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // A browser that stores nothing.
  }
}

function store(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // It holds for this page.
  }
}

function show(isShown = isOn()) {
  toggle.hidden = !wide.matches || !address();
  pane.hidden = toggle.hidden || !isShown;
  toggle.setAttribute("aria-expanded", String(!pane.hidden));
  refresh();
}

async function refresh() {
  if (pane.hidden) return;
  isOutdated = isLoading;
  if (isLoading) return;
  isLoading = true;
  try {
    await load(pane.querySelector("iframe"), address());
    follow();
  } catch {
    // Without a connection the preview stays as it was.
  }
  isLoading = false;
  if (isOutdated) refresh();
}

function follow() {
  const { value, selectionStart } = form.elements.body;
  if (!pane.hidden)
    scrollToBlock(pane.querySelector("iframe"), (lines) => blockAt(lines, lineAt(value, selectionStart)));
}

function later(act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, WAIT_MS);
  };
}

function begin() {
  form.addEventListener("writing:saved", later(show));
  form.elements.body.addEventListener("selectionchange", later(follow));
  wide.addEventListener("change", () => show());
  toggle.addEventListener("click", () => {
    store(pane.hidden ? "on" : "off");
    show(pane.hidden);
  });
  show();
}

if (form && pane) begin();
