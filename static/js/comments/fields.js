// The fields of a comment form, and those that a script adds to it.

export const rememberBox = (form) => form.querySelector("[data-remember]");
export const rememberedNames = (box) => box.dataset.remember.split(" ");
export const ownNames = (form) => form.dataset.fields.split(" ");
export const isTick = (field) => field.type === "checkbox";

export function setHidden(form, name, value) {
  const input = form.elements[name] ?? document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  if (!input.isConnected) form.append(input);
}

export function makeId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
