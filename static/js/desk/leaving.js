// Leaving the page: after signing in again it goes on where the moderator was, and whoever leaves while
// decisions are on their way, or words are not sent yet, is asked first.

import { rows } from "./rows.js";
import { line } from "./sending.js";
import { holdsWords } from "./written.js";

let isSentAway = false;

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!ctx.hx?.redirect) return;
  const url = new URL(ctx.hx.redirect, location.href);
  url.searchParams.set("next", location.pathname + location.search);
  ctx.hx.redirect = url.href;
  isSentAway = true;
});

addEventListener("beforeunload", (event) => {
  if ((line.isBusy() || rows().some(holdsWords)) && !isSentAway) event.preventDefault();
});
