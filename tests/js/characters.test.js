import assert from "node:assert/strict";
import test from "node:test";

import { countCharacters, nearness } from "../../static/js/comments/characters.js";

test("a character is a code point, whatever it takes to store it", () => {
  assert.equal(countCharacters("가나다"), 3);
  assert.equal(countCharacters("😍👍🏽"), 3);
});

test("what the server makes one character is one", () => {
  assert.equal(countCharacters("e\u0301"), 1);
  assert.equal(countCharacters("a\r\nb\rc\u2028d"), 7);
});

test("what the server takes away is not counted", () => {
  assert.equal(countCharacters(" \n\t a b \n\u3000"), 3);
  assert.equal(countCharacters("a\u0007b\u0085"), 2);
  assert.equal(countCharacters("\ufeffa"), 2);
});

test("the limit is near in the last tenth, close in the last hundredth, and passed beyond it", () => {
  const found = [501, 500, 51, 50, 0, -1].map((left) => nearness(left, 5000));
  assert.deepEqual(found, ["", "near", "near", "close", "close", "over"]);
});
