// What is told to people: to screen readers alone, or to the eyes as well.

const said = document.querySelector("#said");

export function announce(words) {
  said.className = "unseen";
  said.textContent = words;
}

// Why a key or a tap did nothing is for the eyes as well, until the next.
export function tell(words) {
  announce(words);
  said.className = "told";
}

for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => { said.className = "unseen"; }, true);
}
