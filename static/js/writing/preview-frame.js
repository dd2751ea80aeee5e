// The frame with the preview of a review: the page that the server makes of what is saved. It runs no scripts.

// Where a block comes to stand, as a share of the frame's height.
const PLACE = 0.3;
const blocksOf = (page) => [...page.querySelectorAll(".prose [data-line]")];

// Show what is at the address now. Later its content is replaced, so that nothing flickers.
export async function load(frame, address) {
  if (frame.getAttribute("src") === address && frame.contentDocument?.querySelector("main")) {
    await replace(frame.contentDocument, address);
  } else {
    const loaded = new Promise((done) => frame.addEventListener("load", done, { once: true }));
    frame.src = address;
    await loaded;
  }
  if (frame.contentDocument) openLinksElsewhere(frame.contentDocument);
}

async function replace(page, address) {
  const response = await fetch(address);
  // The sign-in page, or one of a wireless network, is no preview.
  if (response.redirected || !response.headers.has("X-Second-Lead")) return;
  const { title, body } = new DOMParser().parseFromString(await response.text(), "text/html");
  page.title = title;
  page.body.className = body.className;
  page.querySelector("main").replaceWith(page.adoptNode(body.querySelector("main")));
}

function openLinksElsewhere(page) {
  // It is for the page of its own; here the editor is beside it.
  page.querySelector(".preview-note")?.remove();
  for (const link of page.querySelectorAll("a[href]:not([href^='#'])")) link.target = "_blank";
}

// Scroll the frame to one of its blocks, which `choose` returns the number of from all their lines.
export function scrollToBlock(frame, choose) {
  const page = frame.contentDocument;
  if (!page) return;
  const blocks = blocksOf(page);
  const block = blocks[choose(blocks.map((each) => Number(each.dataset.line)))];
  if (!block) return;
  const { top, bottom } = block.getBoundingClientRect();
  const height = frame.clientHeight;
  if (top >= 0 && bottom <= height) return;
  frame.contentWindow.scrollBy({ top: top - height * PLACE, behavior: "instant" });
}
