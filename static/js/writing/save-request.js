// One save: the form as the script sends it, and what the response says.

import { isOurs } from "../page/requests.js";
import { judge, LOST } from "./save-results.js";

const LONGEST_MS = 20000;
// Browsers finish a request of a closed page up to this size, in bytes; what is sent has only ASCII.
const LARGEST_LASTING = 60000;

// Send these words as the form's; return the result and the answer, null where there is none.
export async function sendWords(form, words, moderator, isSecond = false) {
  const body = new URLSearchParams(JSON.parse(words));
  for (const name of ["csrf_token", "version", "keeps_former"]) {
    if (form.elements[name]) body.set(name, form.elements[name].value);
  }
  body.set("action", "autosave");
  let response;
  let text;
  try {
    response = await post(form.getAttribute("action"), String(body));
    text = await response.text();
  } catch {
    return { result: LOST, answer: null };
  }
  if (!isOurs(response)) return { result: LOST, answer: null };
  const answer = readAnswer(text);
  if (response.status !== 422 || !answer) return { result: judge(response, answer), answer };
  // The session is a new one: of the same person, who signed in again, or of somebody else.
  if (answer.moderator !== moderator) return { result: { state: "failed", why: "someone-else" }, answer };
  setTokens(answer.token);
  return isSecond ? { result: judge(response, answer), answer } : sendWords(form, words, moderator, true);
}

const post = (address, body) =>
  fetch(address, {
    method: "POST",
    body,
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "HX-Request": "true",
      "HX-Request-Type": "partial",
    },
    keepalive: body.length < LARGEST_LASTING,
    signal: AbortSignal.timeout?.(LONGEST_MS),
  });

function readAnswer(text) {
  const fragment = new DOMParser().parseFromString(text, "text/html");
  const place = fragment.querySelector("#saved");
  if (!place) return null;
  const { moderator, version, address, page, conflict } = place.dataset;
  const changed = [...place.querySelectorAll("[data-normalised]")].map(({ name, value }) => [name, value]);
  return {
    ...{ moderator, version, address, page, changed, isConflict: conflict !== undefined },
    token: place.querySelector("[name=csrf_token]").value,
    problem: place.querySelector("p").textContent,
    parts: [...fragment.querySelectorAll("hx-partial > *")],
  };
}

function setTokens(token) {
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
}
