import assert from "node:assert/strict";
import test from "node:test";

import { makeKept } from "../../static/js/writing/kept.js";
import { makeSaveLoop, PAUSE_MS } from "../../static/js/writing/save-loop.js";
import { judge, LOST } from "../../static/js/writing/save-results.js";
import { listDifferences } from "../../static/js/writing/words.js";

// A loop whose page, server and clock are in the hands of the test.
function make(more = {}) {
  const world = { words: "a", sent: [], shown: [], answers: [] };
  let now = 0;
  let due = null;
  world.loop = makeSaveLoop({
    saved: "a",
    read: () => world.words,
    send: (words) => {
      world.sent.push(words);
      return new Promise((resolve) => world.answers.push(resolve));
    },
    show: ({ state }) => world.shown.push(state),
    wait: (run, pause) => {
      const waiting = { run, at: now + pause };
      due = waiting;
      return () => {
        if (due === waiting) due = null;
      };
    },
    ...more,
  });
  world.type = (words) => {
    world.words = words;
    world.loop.change();
  };
  world.answer = async (result) => {
    const flight = world.loop.settled();
    world.answers.shift()(result);
    await flight;
  };
  world.wait = (time) => {
    const end = now + time;
    while (due && due.at <= end) {
      const { run, at } = due;
      due = null;
      now = at;
      run();
    }
    now = end;
  };
  return world;
}

const SAVED = { state: "saved" };

test("words are saved two seconds after the last key stroke, and nothing when nothing changed", async () => {
  const world = make();
  world.type("ab");
  world.wait(PAUSE_MS - 1);
  world.type("abc");
  world.wait(PAUSE_MS - 1);
  assert.deepEqual(world.sent, []);
  world.wait(1);
  assert.deepEqual(world.sent, ["abc"]);
  await world.answer(SAVED);
  world.loop.saveNow();
  world.type("abcd");
  world.type("abc");
  world.wait(PAUSE_MS);
  assert.deepEqual(world.sent, ["abc"]);
  assert.equal(world.shown.at(-1), "same");
});

test("one save is under way at a time, and the next has what was written meanwhile", async () => {
  const world = make();
  world.type("ab");
  world.loop.saveNow();
  world.type("abc");
  world.wait(PAUSE_MS);
  world.loop.saveNow();
  assert.deepEqual(world.sent, ["ab"]);
  await world.answer(SAVED);
  assert.ok(world.loop.isUnsaved());
  world.wait(PAUSE_MS);
  assert.deepEqual(world.sent, ["ab", "abc"]);
  await world.answer({ ...SAVED, words: "abc" });
  assert.ok(!world.loop.isUnsaved());
});

test("a save whose answer was lost is sent again as it was, and then what was written since", async () => {
  const world = make();
  world.type("ab");
  world.wait(PAUSE_MS);
  await world.answer(LOST);
  world.type("abc");
  world.wait(4999);
  assert.deepEqual(world.sent, ["ab"]);
  world.wait(1);
  await world.answer(LOST);
  world.wait(14999);
  assert.deepEqual(world.sent, ["ab", "ab"]);
  world.loop.saveNow(); // The browser is online again.
  await world.answer(SAVED);
  world.wait(PAUSE_MS);
  assert.deepEqual(world.sent, ["ab", "ab", "ab", "abc"]);
});

test("a busy site is left alone for as long as it says", async () => {
  const world = make();
  world.type("ab");
  world.wait(PAUSE_MS);
  await world.answer({ state: "failed", why: "busy", seconds: 40 });
  world.loop.saveNow();
  world.wait(39999);
  assert.equal(world.sent.length, 1);
  world.wait(1);
  assert.equal(world.sent.length, 2);
});

test("what was refused is sent again only when it is changed, and after a conflict nothing is", async () => {
  const world = make();
  world.type("ab");
  world.wait(PAUSE_MS);
  await world.answer({ state: "refused", why: "too-large" });
  world.wait(600000);
  assert.equal(world.sent.length, 1);
  world.type("abc");
  world.wait(PAUSE_MS);
  await world.answer({ state: "stopped", why: "conflict" });
  world.type("abcd");
  world.loop.saveNow();
  world.wait(600000);
  assert.equal(world.sent.length, 2);
  assert.ok(world.loop.isUnsaved());
});

test("half a syllable is not sent", () => {
  let isComposing = true;
  const world = make({ canSend: () => !isComposing });
  world.type("ㅎ");
  world.wait(3 * PAUSE_MS);
  world.loop.saveNow();
  assert.deepEqual(world.sent, []);
  isComposing = false;
  world.type("한");
  world.wait(PAUSE_MS);
  assert.deepEqual(world.sent, ["한"]);
});

test("a response tells whether to try again, to wait, or to stop", () => {
  const state = (status, headers = {}, answer = null) => {
    const { state, why, seconds } = judge(new Response("", { status, headers }), answer);
    return [state, why, seconds].filter(Boolean).join(" ");
  };
  assert.equal(state(200, {}, {}), "saved");
  assert.equal(state(200, { "HX-Redirect": "/admin/login" }), "failed signed-out");
  assert.equal(state(503, { "Retry-After": "7" }), "failed busy 7");
  assert.equal(state(500), "failed busy");
  assert.equal(state(409, {}, { isConflict: true }), "stopped conflict");
  assert.equal(state(409, {}, {}), "stopped deleted");
  assert.equal(state(404), "stopped gone");
  assert.equal(state(413), "refused too-large");
});

class Store extends Map {
  get length() {
    return this.size;
  }
  key = (index) => [...this.keys()][index];
  getItem = (name) => this.get(name);
  setItem = (name, value) => this.set(name, value);
  removeItem = (name) => this.delete(name);
}

test("each page keeps its own words, and only the same moderator gets them", () => {
  const store = new Store();
  const on = (page, moderator = "3") => makeKept({ moderator, page, open: () => store });
  const words = JSON.stringify([["body", "눈"]]);
  on("p1").keep("7", words);
  on("p2").keep("7", JSON.stringify([["body", "비"]]));
  assert.deepEqual(on("p2").list("7"), [["second-lead-words:3:7:p1", words]]);
  assert.deepEqual(on("p3", "4").list("7"), []);
  assert.deepEqual(on("p3").list("77"), []);
  on("p1").forget("7");
  assert.deepEqual(on("p2").list("7"), []);
  store.set("second-lead-words:3:7:p9", "[3]");
  assert.deepEqual(on("p2").list("7"), []);
});

test("a store that is full or forbidden is no error", () => {
  const kept = makeKept({
    moderator: "3",
    page: "p1",
    open: () => {
      throw new Error("SecurityError");
    },
  });
  assert.equal(kept.keep("7", "[]"), false);
  assert.deepEqual(kept.list("7"), []);
  kept.forget("7");
});

test("words differ by what the server would keep of them, never by age or space", () => {
  const words = (fields) => JSON.stringify(Object.entries(fields));
  const served = words({ title: "Café", body: "One\ntwo", tags: "" });
  assert.deepEqual(listDifferences(words({ title: " Cafe\u0301 ", body: "One\r\ntwo\n" }), served), []);
  assert.deepEqual(listDifferences(words({ title: "Café", body: "One", row: "Im" }), served), [
    "body",
    "row",
  ]);
});
