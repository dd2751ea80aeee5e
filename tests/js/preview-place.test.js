import assert from "node:assert/strict";
import test from "node:test";

import { blockAt, lineAt } from "../../static/js/writing/preview-place.js";

test("the line of the cursor counts from the first line with words", () => {
  assert.equal(lineAt("One\n\nTwo", 0), 0);
  assert.equal(lineAt("One\n\nTwo", 3), 0);
  assert.equal(lineAt("One\n\nTwo", 5), 2);
  assert.equal(lineAt("\n\n One\n\nTwo", 1), 0);
  assert.equal(lineAt("\n\n One\n\nTwo", 11), 2);
  assert.equal(lineAt("", 0), 0);
});

test("the block of a line is the last that begins above it", () => {
  assert.equal(blockAt([0, 2, 2, 7], 0), 0);
  assert.equal(blockAt([0, 2, 2, 7], 1), 0);
  assert.equal(blockAt([0, 2, 2, 7], 6), 2);
  assert.equal(blockAt([0, 2, 2, 7], 99), 3);
  assert.equal(blockAt([], 3), -1);
});
