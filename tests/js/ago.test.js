import assert from "node:assert/strict";
import test from "node:test";

import { measure } from "../../static/js/page/ago.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

test("the largest unit that fills once is named", () => {
  assert.deepEqual(measure(-MINUTE), { count: -1, unit: "minute" });
  assert.deepEqual(measure(-59 * MINUTE), { count: -59, unit: "minute" });
  assert.deepEqual(measure(-HOUR), { count: -1, unit: "hour" });
  assert.deepEqual(measure(-23 * HOUR), { count: -23, unit: "hour" });
  assert.deepEqual(measure(-DAY), { count: -1, unit: "day" });
});

test("counts are rounded", () => {
  assert.equal(measure(-1.6 * HOUR).count, -2);
  assert.equal(measure(-1.4 * DAY).count, -1);
});

test("less than a minute is counted in seconds", () => {
  assert.equal(measure(-59).unit, "second");
  assert.equal(measure(0).unit, "second");
});

test("a clock that is behind makes times to come", () => {
  assert.deepEqual(measure(2 * HOUR), { count: 2, unit: "hour" });
});

test("after a week the date says more", () => {
  assert.deepEqual(measure(-7 * DAY), { count: -7, unit: "day" });
  assert.equal(measure(-7 * DAY - 1), null);
  assert.equal(measure(7 * DAY + 1), null);
});
