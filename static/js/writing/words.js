// What is written in the form of a review, as one string that can be compared and kept: the names and values
// of its fields.

import { normalise } from "../comments/characters.js";

const NOT_WORDS = ["csrf_token", "version", "keeps_former"];
// A file is sent by itself (pictures.js), and no script can fill it in again.
const NOT_TYPES = ["submit", "file"];

export const fieldsOf = (form) =>
  [...form.elements].filter(
    ({ name, type }) => name && !NOT_TYPES.includes(type) && !NOT_WORDS.includes(name),
  );

export const readWords = (form) => write(form, ({ value }) => value);

// Return the words with which the page was opened, whatever was typed since.
export const readServedWords = (form) => write(form, servedValue);

const write = (form, read) => JSON.stringify(fieldsOf(form).map((field) => [field.name, read(field)]));

const servedValue = (field) =>
  field.options
    ? ([...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0].value)
    : field.defaultValue;

export const valuesOf = (words) => new Map(JSON.parse(words));

// Return the names of the fields that differ, for the server as well. One that is missing is empty.
export function listDifferences(words, others) {
  const [one, other] = [valuesOf(words), valuesOf(others)];
  const names = [...new Set([...one.keys(), ...other.keys()])];
  return names.filter((name) => normalise(one.get(name) ?? "") !== normalise(other.get(name) ?? ""));
}
