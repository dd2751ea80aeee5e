// A form that was opened in place closes there, and a comment on this page is gone to at once.

import { fetchOwnComments } from "./own.js";

// Closing a form that was opened in place; its words stay as a draft.
document.addEventListener("click", (event) => {
  const cancel = event.target.closest(".comment-form .cancel");
  const opened = cancel?.closest("li [id^=reply-], li [id^=edit-]:not(form)");
  if (!opened) return;
  event.preventDefault();
  const comment = opened.closest("li[id]");
  opened.className = "";
  opened.replaceChildren(...opened.querySelectorAll(":scope > .own-list"));
  comment.focus({ preventScroll: true });
  if (comment.dataset.told) fetchOwnComments();
});

// A comment that is named on this page is gone to without asking the server where it stands.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-comment]");
  const comment = link && document.getElementById(`comment-${link.dataset.comment}`);
  if (!comment || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  location.hash = comment.id;
  comment.focus();
});
