// One picture on its way to the server, and what the response says.

import { sentence } from "../page/language.js";

// Send a file; `progress` is called with the part that has arrived, 0 to 1. Return `path`, that of the picture in
// the text, or else `fault`, a sentence, and `isLost` where the server may never have had the picture. `list` is
// the list of the review's pictures, `token` a new one for the next request, which `isExpired` tells to send again.
export function sendPicture({ address, token, file, progress }) {
  const body = new FormData();
  body.set("csrf_token", token);
  body.set("file", file, file.name);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Request-Type", "partial");
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    for (const type of ["error", "abort", "timeout"]) request.addEventListener(type, () => resolve(lost()));
    request.addEventListener("load", () => resolve(read(request)));
    request.send(body);
  });
}

const lost = () => ({ fault: sentence("upload-lost"), isLost: true });

function read(request) {
  if (!request.getResponseHeader("X-Second-Lead")) return lost();
  if (request.getResponseHeader("HX-Redirect")) return { fault: sentence("signed-out") };
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const results = answer.querySelector("#upload-results");
  const path = results?.querySelector("[data-path]")?.dataset.path;
  const fault = answer.querySelector(".fault, .notice")?.textContent.trim();
  return {
    path,
    fault: path ? "" : fault || sentence("upload-refused"),
    isExpired: results?.dataset.expired !== undefined,
    token: results?.querySelector("[name=csrf_token]").value,
    list: answer.querySelector("#picture-list"),
  };
}
