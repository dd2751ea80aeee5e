// Dates are absolute in the page, so that it is the same for everybody; here they become relative.

import { language, say } from "./words.js";

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function showRelativeTimes() {
  for (const time of document.querySelectorAll(".comment time[datetime]")) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    if (Math.abs(seconds) > 7 * 86400) continue;
    const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
    time.title = new Date(time.dateTime).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    const words = unit === "second" ? say("just-now") : relative.format(Math.round(seconds / size), unit);
    if (words) time.textContent = words;
  }
}

document.addEventListener("htmx:after:swap", showRelativeTimes);
showRelativeTimes();
