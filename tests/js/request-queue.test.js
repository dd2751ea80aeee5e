import assert from "node:assert/strict";
import test from "node:test";

import { makePendingActions, makeRequestQueue, makeUndoHistory } from "../../static/js/desk/request-queue.js";

// A job that ends when the test says so.
function held() {
  const job = { begun: false };
  const ended = new Promise((resolve, reject) => Object.assign(job, { resolve, reject }));
  job.run = () => {
    job.begun = true;
    return ended;
  };
  return job;
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a job begins when the one before it has ended", async () => {
  const queue = makeRequestQueue(assert.fail);
  const [verdict, undo] = [held(), held()];
  queue.add(verdict.run);
  const last = queue.add(undo.run);
  await settled();
  assert.deepEqual([verdict.begun, undo.begun], [true, false]);
  verdict.resolve();
  await settled();
  assert.ok(undo.begun);
  undo.resolve();
  await last;
});

test("a job that fails is reported, and the next one begins", async () => {
  const reported = [];
  const queue = makeRequestQueue((error) => reported.push(error.message));
  const order = [];
  queue.add(async () => {
    throw new Error("no response");
  });
  await queue.add(async () => {
    order.push("next");
  });
  assert.deepEqual(reported, ["no response"]);
  assert.deepEqual(order, ["next"]);
});

test("the queue is busy until the last job has ended, well or badly", async () => {
  const queue = makeRequestQueue(() => {});
  assert.ok(!queue.isBusy());
  const [first, second] = [held(), held()];
  queue.add(first.run);
  const last = queue.add(second.run);
  first.resolve();
  await settled();
  assert.ok(queue.isBusy());
  second.reject(new Error("no response"));
  await last;
  assert.ok(!queue.isBusy());
});

test("what is on its way about a comment is finished in order", () => {
  const pending = makePendingActions();
  pending.add("7", "verdict");
  pending.add("7", "undo");
  pending.add("8", "verdict");
  assert.equal(pending.last("7"), "undo");
  assert.deepEqual(pending.numbers(), ["7", "8"]);
  pending.finishFirst("7");
  assert.ok(pending.has("7"));
  pending.finishFirst("7");
  assert.ok(!pending.has("7"));
  assert.equal(pending.last("7"), undefined);
});

test("finishing what was never begun changes nothing", () => {
  const pending = makePendingActions();
  pending.finishFirst("7");
  assert.deepEqual(pending.numbers(), []);
});

test("the newest is undone first", () => {
  const history = makeUndoHistory();
  for (const number of ["7", "8", "7"]) history.add({ number });
  history.remove("7");
  assert.equal(history.last().number, "8");
  history.remove("8");
  assert.equal(history.last().number, "7");
  history.remove("9");
  history.remove("7");
  assert.equal(history.last(), undefined);
});

test("a bulk is found by its key and removed as one", () => {
  const history = makeUndoHistory();
  const bulk = { isBulk: true, numbers: ["7", "8"], key: "b1" };
  history.add(bulk);
  history.add({ number: "9" });
  assert.equal(history.findBulk("b1"), bulk);
  assert.equal(history.findBulk("b2"), undefined);
  history.removeBulk(bulk);
  history.removeBulk(bulk);
  assert.equal(history.last().number, "9");
});
