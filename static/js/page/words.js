// The page holds what is said to people, in its own language. A page of before an update may lack a
// sentence; then nothing is said.

export const language = document.documentElement.lang || undefined;
const plurals = new Intl.PluralRules(language);

export function say(name, count) {
  const find = (form) => document.querySelector("#script-words")?.getAttribute(`data-${name}${form}`);
  const words = find("") ?? find(`-${plurals.select(count)}`) ?? find("-other") ?? "";
  return words.replace("{count}", () => count.toLocaleString(language));
}
