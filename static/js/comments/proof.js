// An invisible proof of work. From the first key stroke in a comment form on, the browser computes
// for about a second beside the writing; what it finds goes with the comment. Everything here is an
// addition: a comment that comes without a proof is read like any other.

import { sentence } from "../page/language.js";
import { showProgress } from "../page/requests.js";
import { setHidden } from "./drafts.js";

// The server takes one for four hours.
const RENEWED_MS = 3 * 3600 * 1000;
const PATIENCE_MS = 3000;
const LONGEST_MS = 90000;
const PROVING = "form.comment-form[data-challenge]";
// Browsers give the first two not to a page that came over plain http. Without the third, a form that was
// held back could not be sent again.
const canProve = Boolean(
  globalThis.crypto?.subtle && globalThis.Worker && HTMLFormElement.prototype.requestSubmit,
);

// Forms at work, with what ends when their proof is there or will not come.
const working = new WeakMap();
// Forms whose proof did not come: trying again waits until they are sent.
const failed = new WeakSet();
// When each proof was seen first. A form that was refused brings its own back.
const seen = new Map();

document.addEventListener("input", ({ target }) => {
  const form = target.closest(PROVING);
  if (form && canProve && !failed.has(form) && !hasProof(form)) prove(form);
});

function hasProof(form) {
  const proof = form.elements.proof?.value;
  if (!proof) return false;
  if (!seen.has(proof)) seen.set(proof, Date.now());
  return Date.now() - seen.get(proof) < RENEWED_MS;
}

function prove(form) {
  const known = working.get(form);
  if (known) return known;
  const work = findProof(form).finally(() => working.delete(form));
  working.set(form, work);
  return work;
}

async function findProof(form) {
  try {
    const challenge = await fetchChallenge(form.dataset.challenge);
    const solution = await solve(form.dataset.worker, challenge);
    const proof = btoa(JSON.stringify({ challenge, solution }));
    seen.set(proof, Date.now());
    setHidden(form, "proof", proof);
  } catch {
    failed.add(form); // The comment goes without one, and says so by having none.
  }
}

async function fetchChallenge(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout?.(LONGEST_MS) });
  if (!response.ok) throw new Error(`no challenge: ${response.status}`);
  return response.json();
}

function solve(address, challenge) {
  const worker = new Worker(address);
  const solved = new Promise((resolve, reject) => {
    worker.onerror = reject;
    worker.onmessage = ({ data }) => (data?.derivedKey ? resolve(data) : reject(new Error("no solution")));
    worker.postMessage({ type: "work", challenge, counterStart: 0, counterStep: 1, timeout: LONGEST_MS });
  });
  return solved.finally(() => worker.terminate());
}

// Sending waits a moment for a proof that is on its way. On its way down, before htmx or the browser
// take the event; sent again afterwards, it passes.
document.addEventListener("submit", waitForProof, true);

function waitForProof(event) {
  const form = event.target;
  if (!canProve || !form.matches(PROVING)) return;
  if (form.dataset.waits === "sent") return;
  if (!form.dataset.waits && hasProof(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!form.dataset.waits) sendWithProof(form, event.submitter);
}

async function sendWithProof(form, submitter) {
  form.dataset.waits = "yes";
  showProgress(form, sentence("sending"));
  await Promise.race([prove(form), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  form.dataset.waits = "sent";
  // A button that the page has lost meanwhile cannot be the one that sends.
  if (form.isConnected) form.requestSubmit(submitter?.form === form ? submitter : null);
  delete form.dataset.waits;
}

// A page that comes back from the browser's memory was sent already, its proof with it.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const form of document.querySelectorAll(PROVING)) form.elements.proof?.remove();
});
