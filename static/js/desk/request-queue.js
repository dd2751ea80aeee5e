// Decisions on their way to the server, and those that can be undone. This knows no page.

// One after the other: a job begins when the one before it has ended, well or badly.
export function makeLine(onError) {
  let chain = Promise.resolve();
  let pending = 0;
  return {
    isBusy: () => pending > 0,
    add(job) {
      pending += 1;
      chain = chain.then(job).catch(onError).finally(() => { pending -= 1; });
      return chain;
    },
  };
}

// What is on its way about each comment, in order.
export function makeUnderway() {
  const underway = new Map();
  return {
    has: (number) => underway.has(number),
    last: (number) => underway.get(number)?.at(-1),
    numbers: () => [...underway.keys()],
    setOut(number, what) {
      underway.set(number, [...(underway.get(number) ?? []), what]);
    },
    arrive(number) {
      const others = underway.get(number)?.slice(1) ?? [];
      if (others.length) underway.set(number, others);
      else underway.delete(number);
    },
  };
}

// What can be undone, the newest last: a comment by its number, or many at once by their key.
export function makeUndoable() {
  const entries = [];
  const drop = (at) => { if (at >= 0) entries.splice(at, 1); };
  return {
    add: (entry) => { entries.push(entry); },
    last: () => entries.at(-1),
    findBulk: (key) => entries.find((entry) => entry.key === key),
    forget: (number) => drop(entries.findLastIndex((entry) => entry.number === number)),
    forgetBulk: (entry) => drop(entries.indexOf(entry)),
  };
}
