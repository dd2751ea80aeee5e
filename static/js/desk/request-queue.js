// Decisions on their way to the server, and those that can be undone. This knows no page.

// Send one after the other: a job begins when the one before it has ended, well or badly.
export function makeRequestQueue(onError) {
  let last = Promise.resolve();
  let waiting = 0;
  return {
    isBusy: () => waiting > 0,
    add(job) {
      waiting += 1;
      last = last.then(job).catch(onError);
      last = last.finally(() => {
        waiting -= 1;
      });
      return last;
    },
  };
}

// Keep what is on its way about each comment ("verdict" or "undo"), in order.
export function makePendingActions() {
  const pending = new Map();
  return {
    has: (number) => pending.has(number),
    last: (number) => pending.get(number)?.at(-1),
    numbers: () => [...pending.keys()],
    add(number, action) {
      pending.set(number, [...(pending.get(number) ?? []), action]);
    },
    finishFirst(number) {
      const others = pending.get(number)?.slice(1) ?? [];
      if (others.length) pending.set(number, others);
      else pending.delete(number);
    },
  };
}

// Keep what can be undone, the newest last: a comment by its number, or a bulk by its key.
export function makeUndoHistory() {
  const entries = [];
  const removeAt = (index) => index >= 0 && entries.splice(index, 1);
  return {
    add: (entry) => entries.push(entry),
    last: () => entries.at(-1),
    findBulk: (key) => entries.find((entry) => entry.key === key),
    remove: (number) => removeAt(entries.findLastIndex((entry) => entry.number === number)),
    removeBulk: (entry) => removeAt(entries.indexOf(entry)),
  };
}
