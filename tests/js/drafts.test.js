import assert from "node:assert/strict";
import test from "node:test";

import { DRAFT_DAYS, dropOld, dropSent, isSame } from "../../static/js/comments/drafts.js";

const NOW = Date.UTC(2026, 10, 28);
const DAY = 86400000;
const draft = (more = {}) => ({ at: NOW, body: "Lovely.", submission_id: "a1", ...more });

test("a draft is kept for its days and not longer", () => {
  const drafts = {
    fresh: draft({ at: NOW - (DRAFT_DAYS - 1) * DAY }),
    old: draft({ at: NOW - DRAFT_DAYS * DAY }),
  };
  assert.deepEqual(Object.keys(dropOld(drafts, NOW)), ["fresh"]);
});

test("what is no draft is dropped", () => {
  assert.deepEqual(dropOld({ none: null, word: "x", without: {} }, NOW), {});
});

test("what was sent is no draft any more", () => {
  const others = { "other-review": draft() };
  assert.deepEqual(dropSent({ ...others, here: draft() }, "here", "Lovely."), others);
});

test("what was written since is a draft", () => {
  const written = draft({ body: "Lovely. And more." });
  assert.deepEqual(dropSent({ here: written }, "here", "Lovely."), {
    here: { ...written, earlier: undefined },
  });
});

test("what was kept beside what was sent is the draft then", () => {
  const earlier = draft({ body: "Earlier.", earlier: draft({ body: "The first." }) });
  const after = dropSent({ here: draft({ earlier }) }, "here", "Lovely.").here;
  assert.equal(after.body, "Earlier.");
  assert.equal(after.earlier.body, "The first.");
  assert.equal(dropSent({ here: after }, "here", "The first.").here.earlier, undefined);
});

test("where there is no draft the others stay as they are", () => {
  const others = { "other-review": draft() };
  assert.deepEqual(dropSent(others, "here", "Lovely."), others);
});

test("the words are the same when the server would say so", () => {
  assert.ok(isSame("  Lovely.\n", "Lovely."));
  assert.ok(isSame("e\u0301", "\u00e9"));
  assert.ok(!isSame("Lovely.", "Lovely"));
  assert.ok(!isSame("Lovely.", undefined));
});
