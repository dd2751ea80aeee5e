import assert from "node:assert/strict";
import test from "node:test";

import {
  insertLink,
  insertPicture,
  insertSpoiler,
  insertTable,
  pasteLink,
} from "../../static/js/writing/insertions.js";
import { toggleLines, toggleMark } from "../../static/js/writing/marks.js";

// A text with its selection between brackets [ and ], or the cursor at |; "‹" and "›" where the text has brackets.
function read(marked) {
  const text = marked.replace("|", "⟦⟧").replace("‹", "⟦").replace("›", "⟧");
  const start = text.indexOf("⟦");
  const end = text.indexOf("⟧") - 1;
  return [text.replace(/[⟦⟧]/g, ""), start, end];
}

function write(value, { from, to, text, start, end }) {
  const whole = value.slice(0, from) + text + value.slice(to);
  if (start === end) return `${whole.slice(0, start)}|${whole.slice(start)}`;
  return `${whole.slice(0, start)}‹${whole.slice(start, end)}›${whole.slice(end)}`;
}

function check(change, before, after, ...rest) {
  const selection = read(before);
  assert.equal(write(selection[0], change(...selection, ...rest)), after);
}

const bold = (before, after) => check(toggleMark, before, after, "**");
const italic = (before, after) => check(toggleMark, before, after, "*");
const lines = (kind, before, after) => check(toggleLines, before, after, kind);

test("bold on a bold selection takes it off, wherever its marks are", () => {
  bold("He ‹waits› here", "He **‹waits›** here");
  bold("He **‹waits›** here", "He ‹waits› here");
  bold("He ‹**waits**› here", "He ‹waits› here");
  bold("He *‹waits›* here", "He ***‹waits›*** here");
  bold("‹***waits***›", "*‹waits›*");
});

test("italic knows one star from two", () => {
  italic("‹waits›", "*‹waits›*");
  italic("**‹waits›**", "***‹waits›***");
  italic("***‹waits›***", "**‹waits›**");
});

test("two bold parts and what is between them become one", () => {
  bold("‹**a** b **c**›", "**‹a b c›**");
  italic("‹a *b* **c** d›", "*‹a b **c** d›*");
});

test("without a selection the word or the bold words at the cursor are meant", () => {
  bold("벤치|에서", "**벤치|에서**");
  bold("so **two wo|rds** here", "so two wo|rds here");
  bold("|", "**|**");
  bold("**|**", "|");
  bold("a |", "a **|**");
});

test("spaces, and quotation marks before a letter, stay outside", () => {
  bold("a‹ b ›c", "a **‹b›** c");
  bold("‹'런온'›은 좋다", "**‹'런온›**'은 좋다");
  bold("이 ‹“런온”›은", "이 **‹“런온›**”은");
  bold("‹[런온](/a)›은", "**‹[런온](/a)›**은");
  bold("‹👍🏽 눈›", "**‹👍🏽 눈›**");
});

test("each line of a selection has its own marks, and none before its first word", () => {
  bold("‹One\n\n- two\n> # three›", "**‹One**\n\n- **two**\n> # **three›**");
  bold("‹**One**\n\n- **two**›", "‹One\n\n- two›");
  bold("‹**One**\n\ntwo›", "**‹One**\n\n**two›**");
  bold("* one ‹two› three", "* one **‹two›** three");
});

test("lines become a list, a quote or a heading, and plain again", () => {
  lines("list", "o‹ne\n\ntw›o", "‹- one\n\n- two›");
  lines("list", "‹- one\n* two\n›three", "‹one\ntwo›\nthree");
  lines("list", "‹- one\ntwo›", "‹- one\n- two›");
  lines("heading", "#### o|ne", "o|ne");
  lines("heading", "o|ne\ntwo", "## o|ne\ntwo");
  lines("quote", "‹one\n\ntwo›", "‹> one\n>\n> two›");
  lines("quote", "‹> one\n>\n> two›", "‹one\n\ntwo›");
  lines("quote", "|", "> |");
  lines("list", "|\nabove", "- |\n\nabove");
});

test("a list or a quote does not swallow the paragraphs beside it", () => {
  lines("list", "above\n‹one›\nbelow", "above\n\n‹- one›\n\nbelow");
  lines("list", "- above\no|ne", "- above\n- o|ne");
});

test("a link leaves what is still to type selected", () => {
  const link = (before, after) => check(insertLink, before, after, "words");
  link("see ‹this ›now", "see [this](‹https://›) now");
  link("see |now", "see [‹words›](https://)now");
  link("‹https://a.example/b›", "[‹words›](https://a.example/b)");
});

test("an address pasted over words makes them a link, and over anything else is pasted as it is", () => {
  const paste = (before, address) => {
    const selection = read(before);
    const edit = pasteLink(...selection, address);
    return edit && write(selection[0], edit);
  };
  assert.equal(paste("‹눈 ›온다", " https://a.example/b\r\n"), "[눈](https://a.example/b)| 온다");
  assert.equal(paste("‹a›", "https://a.example/b_(c)"), "[a](<https://a.example/b_(c)>)|");
  assert.equal(paste("|a", "https://a.example"), null);
  assert.equal(paste("‹a›", "https://a.example and more"), null);
  assert.equal(paste("‹a›", "ftp://a.example"), null);
  assert.equal(paste("‹https://b.example›", "https://a.example"), null);
  assert.equal(paste("[a](‹b›)", "https://a.example"), null);
  assert.equal(paste("‹a] b›", "https://a.example"), null);
  assert.equal(paste("‹a\n\nb›", "https://a.example"), null);
});

test("a picture, a table and a spoiler stand between empty lines", () => {
  const picture = (before, after) => check(insertPicture, before, after, "description");
  picture("|", "![‹description›](pictures/name.jpg)");
  picture("o|ne\ntwo", "one\n\n![‹description›](pictures/name.jpg)\n\ntwo");
  picture("one\n\n‹A bench ›", "one\n\n![‹A bench›](pictures/name.jpg)\n\n ");
  check(insertTable, "one\n|", "one\n\n| ‹Column› | Column |\n| --- | --- |\n|  |  |", "Column");
  const spoiler = (before, after) => check(insertSpoiler, before, after, "Spoiler");
  spoiler("‹He dies.›\n\nEnd", "<details><summary>‹Spoiler›</summary>\n\nHe dies.\n\n</details>\n\nEnd");
  spoiler("One|", "One\n\n<details><summary>Spoiler</summary>\n\n|\n\n</details>");
});
