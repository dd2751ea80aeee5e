// The language of the page: its sentences, its plurals, and how long ago something was.

// Node, where it runs tests/js, has no document.
const language = globalThis.document?.documentElement.lang || undefined;
const plurals = new Intl.PluralRules(language);
const relativeTimes = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const MINUTE_MS = 60000;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_DAYS = 7;
const timesAgo = new Intl.RelativeTimeFormat(language);
const LONG_UNITS = [
  ["day", 24 * HOUR_MS],
  ["hour", HOUR_MS],
  ["minute", MINUTE_MS],
];

// Return a sentence of templates/macros/_words.html, or "" where a page from before an update lacks it.
export function sentence(name, count) {
  const find = (form) => document.querySelector("#script-words")?.getAttribute(`data-${name}${form}`);
  const text = find("") ?? find(`-${plurals.select(count)}`) ?? find("-other") ?? "";
  return text.replace("{count}", () => count.toLocaleString(language));
}

// Return how long ago `then` was as a count and a unit, both moments being Date objects: "minute", or
// "hour" within the same day, or "day" by the calendar of the reader, so that "yesterday" is yesterday.
// Less than a minute ago, and what a slow clock takes for the future, is 0 minutes. After a week, when a
// date says more, it is null.
export function timeSince(then, now) {
  const passed = Math.max(now - then, 0);
  if (passed < HOUR_MS) return { count: Math.floor(passed / MINUTE_MS), unit: "minute" };
  const days = dayNumber(now) - dayNumber(then);
  if (days === 0) return { count: Math.floor(passed / HOUR_MS), unit: "hour" };
  return days > LONGEST_DAYS ? null : { count: days, unit: "day" };
}

// Return a length of time in its largest unit, rounded down, as blog/text/formatting.py does: "3 days", or
// "3 days ago". Below a minute it is "".
export function timeInWords(passed, isAgo) {
  const [unit, size] = LONG_UNITS.find(([, each]) => passed >= each) ?? [];
  if (!unit) return "";
  const count = Math.floor(passed / size);
  if (isAgo) return timesAgo.format(-count, unit);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

const dayNumber = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (24 * HOUR_MS);

// Dates are absolute in the page, so that it is the same for everybody; here they become relative.
export function showRelativeTimes() {
  for (const time of document.querySelectorAll(".comment time[datetime]")) {
    const moment = new Date(time.dateTime);
    // The date of the page, which is shown again after a week.
    time.dataset.date ??= time.textContent;
    time.title = moment.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    time.textContent = inWords(timeSince(moment, new Date())) || time.dataset.date;
  }
}

function inWords(since) {
  if (!since) return "";
  return since.count ? relativeTimes.format(-since.count, since.unit) : sentence("just-now");
}
