// Pictures in the text of a review: dropped, pasted, chosen or taken with the camera, they are uploaded one after
// the other. A line in the text keeps the place of each until it is there.

import { sentence } from "../page/language.js";
import { apply } from "./editing.js";
import { describe, insertLines, lineOf, placeholderFor, replaceLine } from "./picture-lines.js";
import { showList, showUses } from "./picture-list.js";
import { sendPicture } from "./upload-request.js";
import { addRow } from "./upload-rows.js";

const form = document.querySelector("#editor");
const section = form?.querySelector("#pictures");
const text = form?.querySelector("textarea[data-markdown]");
const MOST_BYTES = Number(section?.dataset.mostBytes);
// Those that are not in the text yet, and those whose connection was lost.
const open = new Set();
const lost = new Set();
let turn = Promise.resolve();
let composing = null;

function begin() {
  for (const button of section.querySelectorAll("[data-needs-no-script]")) button.hidden = true;
  listenForFiles();
  section.addEventListener("click", insertFromList);
  section.addEventListener("change", ({ target }) => {
    const { describes } = target.dataset;
    if (describes) change(describe, describes, target.value.trim());
  });
  text.addEventListener("input", () => showUses(section, text));
  document.addEventListener("compositionstart", () => {
    composing = Promise.withResolvers?.() ?? deferred();
  });
  document.addEventListener("compositionend", () => {
    composing?.resolve();
    composing = null;
  });
  addEventListener("online", () => {
    for (const again of [...lost]) again();
  });
  addEventListener("beforeunload", (event) => {
    if (open.size) event.preventDefault();
  });
}

function deferred() {
  const result = {};
  result.promise = new Promise((resolve) => Object.assign(result, { resolve }));
  return result;
}

function listenForFiles() {
  text.addEventListener("writing:picture", (event) => {
    event.preventDefault();
    choose();
  });
  section.addEventListener("change", ({ target }) => {
    if (target.matches("[data-uploads]")) take(target);
  });
  text.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  text.addEventListener("drop", (event) => {
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    upload(files);
  });
  text.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    const words = event.clipboardData.getData("text/plain");
    // What is copied from a document comes as words and as a picture of them; a file comes with its name.
    if (!files.length || (words && words !== files[0].name)) return;
    event.preventDefault();
    upload(files);
  });
}

function choose() {
  const input = Object.assign(document.createElement("input"), {
    type: "file",
    accept: "image/*",
    multiple: true,
  });
  input.addEventListener("change", () => take(input));
  input.click();
}

function take(input) {
  upload([...input.files]);
  input.value = "";
}

async function upload(files) {
  await composing?.promise;
  const lines = [];
  for (const { name } of files) {
    const words = sentence("uploading").replace("{name}", () => name);
    lines.push(placeholderFor(text.value + lines.join(), words));
  }
  await change(insertLines, lines);
  files.forEach((file, place) => {
    begins(file, lines[place]);
  });
}

function begins(file, line) {
  const row = addRow(file.name, { again, leave });
  again();

  function again() {
    lost.delete(again);
    open.add(row);
    row.wait();
    turn = turn.then(send);
  }

  async function send() {
    const result =
      file.size > MOST_BYTES ? { fault: sentence("upload-too-large") } : await sendTwice(file, row);
    if (result.list) {
      showList(section, result.list);
      showUses(section, text);
    }
    if (result.isLost) lost.add(again);
    else open.delete(row);
    if (!result.path) return row.fail(result.fault);
    await change(replaceLine, line, lineOf(result.path));
    row.done(result.path);
  }

  function leave() {
    lost.delete(again);
    open.delete(row);
    row.remove();
    change(replaceLine, line, "");
  }
}

// A page that was open for long gets a new token with the refusal.
async function sendTwice(file, { progress }) {
  const token = form.elements.csrf_token;
  const address = await addressOf();
  const first = await sendPicture({ address, token: token.value, file, progress });
  if (!first.isExpired) return first;
  token.value = first.token;
  return sendPicture({ address, token: token.value, file, progress });
}

// Return where pictures are sent to: a new review has an address once it is saved for the first time.
function addressOf() {
  const find = () => /^.*\/reviews\/\d+$/.exec(form.getAttribute("action"))?.[0];
  return new Promise((resolve) => {
    if (find()) return resolve(`${find()}/pictures`);
    const observer = new MutationObserver(() => {
      if (!find()) return;
      observer.disconnect();
      resolve(`${find()}/pictures`);
    });
    observer.observe(form, { attributeFilter: ["action"] });
  });
}

// Change the text as one of the functions of picture-lines.js says; return whether it did. Who is writing
// elsewhere goes on there, and no syllable is torn apart.
async function change(edit, ...values) {
  await composing?.promise;
  const found = edit(text.value, text.selectionStart, text.selectionEnd, ...values);
  if (!found) return false;
  const writingIn = document.activeElement;
  apply(text, found);
  if (writingIn !== text && writingIn !== document.body) writingIn.focus({ preventScroll: true });
  showUses(section, text);
  return true;
}

function insertFromList(event) {
  const path = event.target.closest("[data-inserts]")?.dataset.inserts;
  if (!path) return;
  event.preventDefault();
  const words = ["description", "credit"].map((name) => form.elements[`${name}:${path}`].value.trim());
  change(insertLines, [lineOf(path, ...words)]);
}

if (section && text) begin();
