// What of the page is on the screen: between the heading, which stays there, and the bars below.

// Between the heading and a row that is brought under it.
const GAP_PX = 8;

// What is on the screen whole stays where it is: a list that moves is hard to read.
export function show(row) {
  const { top, bottom } = row.getBoundingClientRect();
  if (top >= screenTop() && bottom <= screenBottom()) return;
  scrollBy({ top: top - screenTop() - GAP_PX, behavior: "instant" });
}

export function screenTop() {
  const heading = document.querySelector(".queue-title");
  return heading && getComputedStyle(heading).position === "sticky" ? heading.offsetHeight : 0;
}

export function screenBottom() {
  const bars = document.querySelectorAll("#thumb, #bulk.has-picked, #bulk-result > *");
  const tops = [...bars].map((bar) => bar.getBoundingClientRect()).filter((box) => box.height).map((box) => box.top);
  return Math.min(innerHeight, ...tops);
}
