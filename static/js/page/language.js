// The language of the page: its sentences, its plurals, and how long ago something was.

// Node, where it runs tests/js, has no document.
const language = globalThis.document?.documentElement.lang || undefined;
const plurals = new Intl.PluralRules(language);
const relativeTimes = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS = Object.entries({ day: 86400, hour: 3600, minute: 60, second: 1 });
const LONGEST_SECONDS = 7 * 86400;

// Return a sentence of templates/macros/_words.html, or "" where a page from before an update lacks it.
export function sentence(name, count) {
  const find = (form) => document.querySelector("#script-words")?.getAttribute(`data-${name}${form}`);
  const text = find("") ?? find(`-${plurals.select(count)}`) ?? find("-other") ?? "";
  return text.replace("{count}", () => count.toLocaleString(language));
}

// Return a distance in time in the largest unit that it fills; seconds below zero are in the past.
// Beyond a week a date says more: then it is null.
export function inLargestUnit(seconds) {
  if (Math.abs(seconds) > LONGEST_SECONDS) return null;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return { count: Math.round(seconds / size), unit };
}

// Dates are absolute in the page, so that it is the same for everybody; here they become relative.
export function showRelativeTimes() {
  for (const time of document.querySelectorAll(".comment time[datetime]")) {
    const moment = new Date(time.dateTime);
    const distance = inLargestUnit((moment - Date.now()) / 1000);
    if (!distance) continue;
    const { count, unit } = distance;
    const text = unit === "second" ? sentence("just-now") : relativeTimes.format(count, unit);
    time.title = moment.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    if (text) time.textContent = text;
  }
}
