import assert from "node:assert/strict";
import test from "node:test";

import { keyOf } from "../../static/js/desk/keyboard.js";

const press = (key, code, shiftKey = false) => keyOf({ key, code, shiftKey });

test("Shift tells a from A, Caps Lock does not", () => {
  assert.equal(press("a", "KeyA"), "a");
  assert.equal(press("A", "KeyA", true), "A");
  assert.equal(press("A", "KeyA"), "a");
});

test("with a Korean input method on the place of the key counts", () => {
  assert.equal(press("ㅁ", "KeyA"), "a");
  assert.equal(press("Process", "KeyA", true), "A");
  assert.equal(press("Process", "Slash"), "/");
  assert.equal(press("Process", "Slash", true), "?");
});

test("a Latin key counts wherever it lies", () => {
  assert.equal(press("a", "KeyQ"), "a");
  assert.equal(press("?", "Minus", true), "?");
});

test("other keys are none of ours", () => {
  assert.ok(!press("Enter", "Enter"));
  assert.ok(!press("ㅁ", "F13"));
});
