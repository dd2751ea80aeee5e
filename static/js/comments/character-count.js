// How many characters are left, shown near the limit of a text. Screen readers hear it when the limit
// comes near, is close and is passed, not at every key.

import { sentence } from "../page/language.js";
import { countCharacters, nearness } from "./characters.js";

function showCount(place, isTyping) {
  const field = place.parentElement.querySelector("textarea");
  const most = Number(place.dataset.most);
  const left = most - countCharacters(field.value);
  const now = nearness(left, most);
  const inWords = left < 0 ? sentence("characters-over", -left) : sentence("characters-left", left);
  place.textContent = now && inWords;
  place.classList.toggle("is-over", now === "over");
  if (place.dataset.nearness === now) return;
  place.dataset.nearness = now;
  if (isTyping) place.nextElementSibling.textContent = place.textContent;
}

function showCounts() {
  for (const place of document.querySelectorAll("[data-most]")) showCount(place, false);
}

document.addEventListener("input", ({ target }) => {
  const place = target.matches("textarea") && target.parentElement.querySelector("[data-most]");
  if (place) showCount(place, true);
});

// form.js fills in and empties fields at these events, and hears them first.
for (const type of ["htmx:after:swap", "own-comments-shown"]) document.addEventListener(type, showCounts);
document.addEventListener("click", ({ target }) => {
  if (target.closest(".draft-offer")) showCounts();
});
showCounts();
