// What became of words that were sent to be saved, see save-loop.js.

// There was no response of the site, which may have saved them.
export const LOST = { state: "failed", why: "no-response", isUnsure: true };

// Return it by the site's response, and by what it says about the save; null if it says nothing.
export function judge({ status, headers }, answer) {
  if (headers.has("HX-Redirect")) return { state: "failed", why: "signed-out" };
  if (status === 200 && answer) return { state: "saved" };
  if (status === 409 && answer)
    return { state: "stopped", why: answer.isConflict ? "conflict" : "deleted", says: answer.problem };
  if (status === 404) return { state: "stopped", why: "gone" };
  if (status === 429 || status >= 500)
    return { state: "failed", why: "busy", seconds: Number(headers.get("Retry-After")) || undefined };
  return { state: "refused", why: status === 413 ? "too-large" : "refused", says: answer?.problem };
}
