import assert from "node:assert/strict";
import test from "node:test";

import {
  describe,
  insertLines,
  isNamed,
  lineOf,
  placeholderFor,
  replaceLine,
} from "../../static/js/writing/picture-lines.js";

// The cursor is at |.
function check(edit, before, after, ...values) {
  const at = before.indexOf("|");
  const value = before.replace("|", "");
  const { from, to, text, start } = edit(value, at, at, ...values);
  const whole = value.slice(0, from) + text + value.slice(to);
  assert.equal(`${whole.slice(0, start)}|${whole.slice(start)}`, after);
}

test("a description and a credit line may contain what would end them", () => {
  assert.equal(lineOf("pictures/a.jpg"), "![](pictures/a.jpg)");
  assert.equal(lineOf("pictures/a.jpg", "A [b]", 'c "d"'), '![A \\[b\\]](pictures/a.jpg "c \\"d\\"")');
  assert.equal(lineOf("a(1).jpg"), "![](<a(1).jpg>)");
});

test("two files with one name get different placeholders", () => {
  const first = placeholderFor("Rain.", "Uploading a[1].jpg…");
  assert.equal(first, "![Uploading a 1 .jpg…]()");
  assert.equal(placeholderFor(first, "Uploading a[1].jpg…"), "![Uploading a 1 .jpg… 2]()");
});

test("pictures become paragraphs of their own below the line of the cursor", () => {
  check(insertLines, "|", "![]()\n\n|", ["![]()"]);
  check(insertLines, "Ra|in.", "Rain.\n\n![1]()\n\n![2]()\n\n|", ["![1]()", "![2]()"]);
  check(insertLines, "Rain|.\n\nSnow.", "Rain.\n\n![]()|\n\nSnow.", ["![]()"]);
});

test("the picture takes the place of its placeholder and the cursor stays in its words", () => {
  check(replaceLine, "A\n\n![u]()\n\nB|", "A\n\n![](pictures/a.jpg)\n\nB|", "![u]()", "![](pictures/a.jpg)");
  check(replaceLine, "A|\n\n![u]()\n\nB", "A|\n\nB", "![u]()", "");
  assert.equal(replaceLine("Gone.", 0, 0, "![u]()", "![]()"), null);
});

test("a description is put where the text shows the picture without one", () => {
  const credited = '![](pictures/a.jpg "JTBC")|';
  check(describe, credited, '![A bench](pictures/a.jpg "JTBC")|', "pictures/a.jpg", "A bench");
  assert.equal(describe("![Old](pictures/a.jpg)", 0, 0, "pictures/a.jpg", "New"), null);
});

test("a text names a picture and not one whose name begins alike", () => {
  assert.ok(isNamed('![](pictures/a.jpg "JTBC")', "pictures/a.jpg"));
  assert.ok(!isNamed("![](pictures/a.jpg.png)", "pictures/a.jpg"));
});
