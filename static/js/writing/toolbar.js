// The toolbar of a Markdown textarea: its buttons, its keys, and an address pasted over words. The toolbar is in
// the page but hidden, since without this script its buttons do nothing.

import { keyOf } from "../desk/keyboard.js";
import { sentence } from "../page/language.js";
import { apply } from "./editing.js";
import { insertLink, insertPicture, insertSpoiler, insertTable, pasteLink } from "./insertions.js";
import { toggleLines, toggleMark } from "./marks.js";

const TEXT = "textarea[data-markdown]";
const TOOLS = "[data-markdown-tools]";
const TOOLBAR = `${TOOLS} [role="toolbar"]`;
const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.platform);
const ACTIONS = {
  bold: (...selection) => toggleMark(...selection, "**"),
  italic: (...selection) => toggleMark(...selection, "*"),
  heading: (...selection) => toggleLines(...selection, "heading"),
  quote: (...selection) => toggleLines(...selection, "quote"),
  list: (...selection) => toggleLines(...selection, "list"),
  link: (...selection) => insertLink(...selection, sentence("words-of-link")),
  picture: (...selection) => insertPicture(...selection, sentence("description-of-picture")),
  table: (...selection) => insertTable(...selection, sentence("column")),
  spoiler: (...selection) => insertSpoiler(...selection, sentence("spoiler")),
};

// The textarea in which a syllable or word is still being put together by an input method.
let composing = null;

const textOf = (toolbar) => document.getElementById(toolbar.getAttribute("aria-controls"));
const toolbarsOf = (text) => [...document.querySelectorAll(`${TOOLBAR}[aria-controls="${text.id}"]`)];
const buttonsOf = (toolbar) => [...toolbar.querySelectorAll("button")];

function act(text, name) {
  if (text.disabled || text.readOnly) return;
  // A phone's keyboard puts every word together: leaving the text ends that, and keeps the word.
  if (composing === text) text.blur();
  const { value, selectionStart, selectionEnd } = text;
  if (name === "picture") {
    const asks = new CustomEvent("writing:picture", { bubbles: true, cancelable: true });
    // Whoever uploads pictures takes the event, and inserts one by itself.
    if (!text.dispatchEvent(asks)) return;
  }
  apply(text, ACTIONS[name](value, selectionStart, selectionEnd));
}

function show() {
  for (const tools of document.querySelectorAll(`${TOOLS}[hidden]`)) {
    tools.hidden = false;
    const toolbar = tools.querySelector(TOOLBAR);
    focusable(toolbar, buttonsOf(toolbar)[0]);
    for (const key of tools.querySelectorAll("kbd")) key.textContent = keysFor(key.dataset.shortcut);
    for (const button of tools.querySelectorAll("button[data-shortcut]")) {
      const { shortcut } = button.dataset;
      button.title = `${button.textContent.trim()} (${keysFor(shortcut)})`;
      button.setAttribute("aria-keyshortcuts", `${IS_APPLE ? "Meta" : "Control"}+${shortcut.toUpperCase()}`);
    }
  }
}

const keysFor = (key) => `${IS_APPLE ? "⌘" : "Ctrl+"}${key.toUpperCase()}`;

// The Tab key comes to one button of the toolbar; the arrow keys go on from there.
function focusable(toolbar, button) {
  for (const each of buttonsOf(toolbar)) each.tabIndex = each === button ? 0 : -1;
}

function move(event, toolbar) {
  const buttons = buttonsOf(toolbar);
  const at = buttons.indexOf(event.target.closest("button"));
  const places = { ArrowRight: at + 1, ArrowLeft: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 };
  if (event.key === "Escape") textOf(toolbar).focus();
  else if (event.key in places) buttons[places[event.key] % buttons.length].focus();
  else return;
  event.preventDefault();
}

function press(event, text) {
  const isShortcut = IS_APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!isShortcut || event.altKey || event.shiftKey) return;
  const key = keyOf(event);
  const button = toolbarsOf(text)
    .flatMap(buttonsOf)
    .find(({ dataset }) => key && dataset.shortcut === key);
  if (!button) return;
  event.preventDefault();
  act(text, button.dataset.writes);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest?.(`${TOOLBAR} button`);
  if (button) act(textOf(button.closest(TOOLBAR)), button.dataset.writes);
});

// The text keeps the focus and the selection, and a phone its keyboard.
for (const type of ["pointerdown", "mousedown"]) {
  document.addEventListener(type, (event) => {
    if (event.target.closest?.(`${TOOLBAR} button`)) event.preventDefault();
  });
}

document.addEventListener("focusin", ({ target }) => {
  const button = target.closest?.(`${TOOLBAR} button`);
  if (button) focusable(button.closest(TOOLBAR), button);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const toolbar = event.target.closest?.(TOOLBAR);
  if (toolbar) move(event, toolbar);
  else if (event.target.matches?.(TEXT)) press(event, event.target);
});

document.addEventListener("paste", (event) => {
  const text = event.target;
  if (event.defaultPrevented || composing || !text.matches?.(TEXT)) return;
  const pasted = event.clipboardData.getData("text/plain");
  const edit = pasteLink(text.value, text.selectionStart, text.selectionEnd, pasted);
  if (!edit) return;
  event.preventDefault();
  apply(text, edit);
});

document.addEventListener("compositionstart", ({ target }) => {
  composing = target;
});
document.addEventListener("compositionend", () => {
  composing = null;
});
document.addEventListener("htmx:after:swap", show);
show();
