import assert from "node:assert/strict";
import test from "node:test";

import { timeSince } from "../../static/js/page/language.js";

// Wednesday, 2 o'clock in the afternoon, in the time zone of whoever runs this.
const NOW = new Date(2026, 10, 25, 14, 0, 0);
const at = (day, hour, minute = 0, second = 0) =>
  timeSince(new Date(2026, 10, day, hour, minute, second), NOW);

test("within an hour minutes are counted, and only those that are full", () => {
  assert.deepEqual(at(25, 13, 59), { count: 1, unit: "minute" });
  assert.deepEqual(at(25, 13, 0, 1), { count: 59, unit: "minute" });
  assert.deepEqual(at(25, 13, 59, 1), { count: 0, unit: "minute" });
});

test("within a day full hours are counted", () => {
  assert.deepEqual(at(25, 13), { count: 1, unit: "hour" });
  assert.deepEqual(at(25, 0), { count: 14, unit: "hour" });
});

test("yesterday is yesterday by the calendar", () => {
  assert.deepEqual(at(24, 23, 59), { count: 1, unit: "day" });
  assert.deepEqual(at(24, 0), { count: 1, unit: "day" });
  assert.deepEqual(at(23, 23, 59), { count: 2, unit: "day" });
});

test("shortly after midnight the last minutes are still minutes", () => {
  const midnight = new Date(2026, 10, 25, 0, 10);
  assert.deepEqual(timeSince(new Date(2026, 10, 24, 23, 50), midnight), { count: 20, unit: "minute" });
});

test("no clock that is slow makes a time to come", () => {
  assert.deepEqual(timeSince(new Date(NOW.getTime() + 600000), NOW), { count: 0, unit: "minute" });
});

test("a day with a change of the clock is one day", () => {
  assert.deepEqual(timeSince(new Date(2026, 2, 28, 12), new Date(2026, 2, 30, 12)), {
    count: 2,
    unit: "day",
  });
});

test("after a week the date says more", () => {
  assert.deepEqual(at(18, 0), { count: 7, unit: "day" });
  assert.equal(at(17, 23, 59), null);
});
