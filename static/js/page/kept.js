// What this browser keeps for the next time, each under a name of ours.

export function readKept(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {}; // A browser that keeps nothing, or something else under our name.
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // The words stay in the form, as long as the page does.
  }
}
