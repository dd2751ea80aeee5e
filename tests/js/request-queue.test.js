import assert from "node:assert/strict";
import test from "node:test";

import { makeLine, makeUnderway, makeUndoable } from "../../static/js/desk/line.js";

// A job that ends when the test says so.
function held() {
  const job = { begun: false };
  const ended = new Promise((resolve, reject) => Object.assign(job, { resolve, reject }));
  job.run = () => { job.begun = true; return ended; };
  return job;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a job begins when the one before it has ended", async () => {
  const line = makeLine(assert.fail);
  const [verdict, undo] = [held(), held()];
  line.add(verdict.run);
  const last = line.add(undo.run);
  await settled();
  assert.deepEqual([verdict.begun, undo.begun], [true, false]);
  verdict.resolve();
  await settled();
  assert.ok(undo.begun);
  undo.resolve();
  await last;
});

test("a job that fails is told and holds up nobody", async () => {
  const told = [];
  const line = makeLine((error) => told.push(error.message));
  const order = [];
  line.add(async () => { throw new Error("no answer"); });
  await line.add(async () => { order.push("next"); });
  assert.deepEqual(told, ["no answer"]);
  assert.deepEqual(order, ["next"]);
});

test("the line is busy until the last job has ended, well or badly", async () => {
  const line = makeLine(() => {});
  assert.ok(!line.isBusy());
  const [first, second] = [held(), held()];
  line.add(first.run);
  const last = line.add(second.run);
  first.resolve();
  await settled();
  assert.ok(line.isBusy());
  second.reject(new Error("no answer"));
  await last;
  assert.ok(!line.isBusy());
});

test("what is on its way about a comment arrives in its order", () => {
  const underway = makeUnderway();
  underway.setOut("7", "verdict");
  underway.setOut("7", "undo");
  underway.setOut("8", "verdict");
  assert.equal(underway.last("7"), "undo");
  assert.deepEqual(underway.numbers(), ["7", "8"]);
  underway.arrive("7");
  assert.ok(underway.has("7"));
  underway.arrive("7");
  assert.ok(!underway.has("7"));
  assert.equal(underway.last("7"), undefined);
});

test("what arrives unasked changes nothing", () => {
  const underway = makeUnderway();
  underway.arrive("7");
  assert.deepEqual(underway.numbers(), []);
});

test("the newest is undone first", () => {
  const undoable = makeUndoable();
  for (const number of ["7", "8", "7"]) undoable.add({ number });
  undoable.forget("7");
  assert.equal(undoable.last().number, "8");
  undoable.forget("8");
  assert.equal(undoable.last().number, "7");
  undoable.forget("9");
  undoable.forget("7");
  assert.equal(undoable.last(), undefined);
});

test("many at once are found by their key and forgotten as one", () => {
  const undoable = makeUndoable();
  const bulk = { isBulk: true, numbers: ["7", "8"], key: "b1" };
  undoable.add(bulk);
  undoable.add({ number: "9" });
  assert.equal(undoable.findBulk("b1"), bulk);
  assert.equal(undoable.findBulk("b2"), undefined);
  undoable.forgetBulk(bulk);
  undoable.forgetBulk(bulk);
  assert.equal(undoable.last().number, "9");
});
