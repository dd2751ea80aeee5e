// Dates are absolute in the page, so that it is the same for everybody; here they become relative.

import { measure } from "./ago.js";
import { language, say } from "./words.js";

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

export function showRelativeTimes() {
  for (const time of document.querySelectorAll(".comment time[datetime]")) {
    const moment = new Date(time.dateTime);
    const away = measure((moment - Date.now()) / 1000);
    if (!away) continue;
    time.title = moment.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    const words = away.unit === "second" ? say("just-now") : relative.format(away.count, away.unit);
    if (words) time.textContent = words;
  }
}

document.addEventListener("htmx:after:swap", showRelativeTimes);
showRelativeTimes();
