import assert from "node:assert/strict";
import test from "node:test";

import { findLater } from "../../static/js/comments/order.js";

const comments = (...numbers) => numbers.map((number) => ({ id: `comment-${number}` }));

test("the first one with a larger number is found", () => {
  const [own] = comments(5);
  assert.equal(findLater(comments(2, 4, 6, 8), own).id, "comment-6");
});

test("where none is larger there is none", () => {
  const [own] = comments(9);
  assert.equal(findLater(comments(2, 4), own), undefined);
  assert.equal(findLater([], own), undefined);
});

test("numbers are compared, and not their letters", () => {
  const [own] = comments(9);
  assert.equal(findLater(comments(8, 10), own).id, "comment-10");
});

test("a number of 64 bits keeps its last digit", () => {
  const [own] = comments("9223372036854775806");
  assert.equal(findLater(comments("9223372036854775805", "9223372036854775807"), own).id, "comment-9223372036854775807");
  assert.equal(findLater(comments("9223372036854775805"), own), undefined);
});
