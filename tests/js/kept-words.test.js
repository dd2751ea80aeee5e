import assert from "node:assert/strict";
import test from "node:test";

import { dropForeignAndOld, isSameForm, KEPT_MS } from "../../static/js/desk/kept-words.js";

const NOW = Date.UTC(2026, 10, 28);
const kept = (more = {}) => ({ moderator: "3", at: NOW, page: "/admin/comments", values: [], ...more });

test("what was written is kept for an hour and not longer", () => {
  const young = kept({ at: NOW - KEPT_MS + 1 });
  assert.deepEqual(dropForeignAndOld([young, kept({ at: NOW - KEPT_MS })], "3", NOW), [young]);
});

test("another moderator, or nobody, gets nothing of it", () => {
  for (const reader of ["4", undefined, ""]) assert.deepEqual(dropForeignAndOld([kept()], reader, NOW), []);
});

test("what is no list of forms is dropped", () => {
  for (const odd of [null, 5, "x", {}, [null, 1, {}]]) assert.deepEqual(dropForeignAndOld(odd, "3", NOW), []);
});

test("two forms of a row that are sent to the same address are told apart by their fields", () => {
  const form = (names, more = {}) => kept({ action: "/a", values: names.map((name) => ({ name })), ...more });
  assert.ok(isSameForm(form(["reason", "note"]), form(["reason", "note"])));
  assert.ok(!isSameForm(form(["reason"]), form(["body"])));
  assert.ok(!isSameForm(form(["body"]), form(["body"], { action: "/b" })));
  assert.ok(!isSameForm(form(["body"]), form(["body"], { page: "/admin/rules" })));
});
