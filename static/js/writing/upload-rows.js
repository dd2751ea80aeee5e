// The list of the pictures that are being uploaded: a bar for each, and what went wrong.

import { sentence } from "../page/language.js";

const place = () => document.querySelector("#uploads");
const news = () => document.querySelector("#uploads-news");

// Show a file; `again` and `leave` are called by the buttons of a failed upload.
export function addRow(name, { again, leave }) {
  const row = document.querySelector("#upload-row").content.firstElementChild.cloneNode(true);
  const bar = row.querySelector("progress");
  row.querySelector(".upload-name").textContent = name;
  bar.ariaLabel = name;
  row.querySelector("[data-again]").addEventListener("click", again);
  row.querySelector("[data-leaves]").addEventListener("click", leave);
  place().append(row);

  function say(text, isFault) {
    row.querySelector(".upload-says").textContent = text;
    row.classList.toggle("is-wrong", isFault);
    bar.hidden = isFault;
    for (const button of row.querySelectorAll("button")) button.hidden = !isFault;
    if (isFault) news().textContent = `${name}: ${text}`;
  }

  return {
    wait: () => say(sentence("upload-waits"), false),
    progress(part) {
      // A bar without a value shows that it is not known how long it takes.
      if (part < 1) bar.value = part;
      else bar.removeAttribute("value");
      say(part < 1 ? sentence("upload-sends") : sentence("upload-converts"), false);
    },
    fail: (fault) => say(fault, true),
    done(path) {
      row.remove();
      news().textContent = sentence("upload-done").replace("{path}", path);
    },
    remove: () => row.remove(),
  };
}
