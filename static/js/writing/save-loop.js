// When words are saved: two seconds after the last key stroke, one save at a time, and again after a failure.
// What is saved, and how, is handed in; this knows no page.

export const PAUSE_MS = 2000;
const RETRY_MS = [5000, 15000, 30000, 60000];

// `saved` are the words that the server has, null if that is not known; `read` returns those of the page.
// `send` returns what became of them: `state` is "saved", perhaps with `words` as the page has them now;
// "failed", which is tried again, after `seconds` if the server said so, and with `isUnsure` if the server may
// have them; "refused", until they change; or "stopped". `show` is told each state, "saving" too.
export function makeSaveLoop({ saved, read, send, show, canSend = () => true, wait = waitInPage }) {
  let flight = null;
  let cancel = () => {};
  let failures = 0;
  let unsure = null;
  let isStopped = false;
  let isPaused = false;
  let isAskedToWait = false;

  const isUnsaved = () => read() !== saved;

  function schedule(pause) {
    cancel();
    cancel = wait(run, pause);
  }

  function run() {
    if (isStopped || isPaused || flight) return;
    cancel();
    if (unsure === null && !isUnsaved()) {
      failures = 0;
      return show({ state: "same" });
    }
    if (!canSend()) return schedule(PAUSE_MS);
    // What the server may have already goes first, unchanged: so its answer brings the version.
    flight = go(unsure ?? read());
  }

  async function go(words) {
    show({ state: "saving" });
    const result = await send(words);
    flight = null;
    take(result, words);
    show(result);
  }

  function take(result, words) {
    isAskedToWait = Boolean(result.seconds);
    if (result.isUnsure) unsure = words;
    if (result.state === "stopped") isStopped = true;
    if (result.state === "failed") {
      const pause = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
      failures += 1;
      return schedule(Math.max(pause, (result.seconds ?? 0) * 1000));
    }
    failures = 0;
    unsure = null;
    if (result.state !== "saved") return;
    saved = result.words ?? words;
    if (isUnsaved()) schedule(PAUSE_MS);
  }

  return {
    isUnsaved,
    isBusy: () => flight !== null,
    isUnsure: () => unsure !== null,
    settled: () => flight,
    change() {
      if (isStopped || failures) return;
      show({ state: "saving" });
      schedule(PAUSE_MS);
    },
    saveNow() {
      if (!isAskedToWait) run();
      return flight;
    },
    stop() {
      isStopped = true;
      cancel();
    },
    pause() {
      isPaused = true;
      cancel();
    },
    goOn() {
      isPaused = false;
    },
  };
}

function waitInPage(run, pause) {
  const timer = setTimeout(run, pause);
  return () => clearTimeout(timer);
}
