// The fields for mail are folded behind one line of the form. What is in them does not stay hidden:
// the fold opens for what a script or the browser fills in. For the link of an error, the browser opens it.

const isFilled = ({ type, checked, value }) => (type === "checkbox" ? checked : value !== "");

export function showContact(form) {
  const fold = form.querySelector("details.contact");
  if ([...fold.querySelectorAll("input")].some(isFilled)) fold.open = true;
}

for (const type of ["input", "change"]) {
  document.addEventListener(type, ({ target }) => {
    const form = target.closest(".contact:not([open])")?.closest("form");
    if (form) showContact(form);
  });
}
