import assert from "node:assert/strict";
import test from "node:test";

import { inLargestUnit } from "../../static/js/page/language.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

test("the largest unit that fills once is named", () => {
  assert.deepEqual(inLargestUnit(-MINUTE), { count: -1, unit: "minute" });
  assert.deepEqual(inLargestUnit(-59 * MINUTE), { count: -59, unit: "minute" });
  assert.deepEqual(inLargestUnit(-HOUR), { count: -1, unit: "hour" });
  assert.deepEqual(inLargestUnit(-23 * HOUR), { count: -23, unit: "hour" });
  assert.deepEqual(inLargestUnit(-DAY), { count: -1, unit: "day" });
});

test("counts are rounded", () => {
  assert.equal(inLargestUnit(-1.6 * HOUR).count, -2);
  assert.equal(inLargestUnit(-1.4 * DAY).count, -1);
});

test("less than a minute is counted in seconds", () => {
  assert.equal(inLargestUnit(-59).unit, "second");
  assert.equal(inLargestUnit(0).unit, "second");
});

test("a clock that is behind makes times to come", () => {
  assert.deepEqual(inLargestUnit(2 * HOUR), { count: 2, unit: "hour" });
});

test("after a week the date says more", () => {
  assert.deepEqual(inLargestUnit(-7 * DAY), { count: -7, unit: "day" });
  assert.equal(inLargestUnit(-7 * DAY - 1), null);
  assert.equal(inLargestUnit(7 * DAY + 1), null);
});
