// How far away a moment is, in the largest unit that it fills. This knows no page.

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const LONGEST = 7 * 86400;

// Seconds below zero lie in the past. Beyond a week a date says more: then it is null.
export function measure(seconds) {
  if (Math.abs(seconds) > LONGEST) return null;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return { count: Math.round(seconds / size), unit };
}
