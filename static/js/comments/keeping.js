// Which drafts are kept, each under its form's name. This knows no page.

export const DRAFT_DAYS = 30;

export function dropOld(drafts, now) {
  const oldest = now - DRAFT_DAYS * 86400000;
  return Object.fromEntries(Object.entries(drafts).filter(([, draft]) => draft?.at > oldest));
}

// What was sent is no draft any more. What was written since, here or in another tab, is one, and a
// comment of its own.
export function dropSent(drafts, name, sent) {
  const { [name]: draft, ...others } = drafts;
  if (!draft || isSame(draft.body, sent)) return others;
  return { ...others, [name]: { ...draft, submission_id: undefined } };
}

// Words are compared as the server gives them back with a refusal.
export const isSame = (one, other) => bare(one) === bare(other);

const bare = (words) => String(words).normalize("NFC").trim();
