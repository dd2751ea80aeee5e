"""Accessibility checks of a page: axe-core, target sizes, small screens, forced colours."""

from playwright.sync_api import Page, expect

from tests.browser.steps import check_axe

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 640}

# WCAG 2.5.8: return the targets smaller than 24 pixels, except links within a sentence.
SMALL_TARGETS = """() => {
  const seen = [...document.querySelectorAll("a[href], button, input, textarea, select, summary")]
    .filter((el) => el.type !== "hidden" && el.checkVisibility() && !el.closest(".unseen, .skip"))
    .filter((el) => !el.closest("[aria-hidden=true]"));
  const inSentence = (el) => getComputedStyle(el).display === "inline"
    && [...el.parentElement.childNodes].some((n) => n !== el && n.textContent.trim());
  return seen.filter((el) => {
    const box = (el.closest("label") ?? el).getBoundingClientRect();
    return (box.width < 23.9 || box.height < 23.9) && !inSentence(el);
  }).map((el) => el.outerHTML.slice(0, 160) + JSON.stringify(el.getBoundingClientRect()));
}"""
# What a thumb aims at: 44 pixels high and wide, a label standing for its field.
SMALLER_THAN_A_THUMB = """(selector) => [...document.querySelectorAll(selector)]
  .filter((el) => el.checkVisibility() && !el.closest(".unseen, [aria-hidden=true]"))
  .filter((el) => {
    const box = (el.closest("label") ?? el).getBoundingClientRect();
    return box.width < 43.9 || box.height < 43.9;
  }).map((el) => el.outerHTML.slice(0, 160) + JSON.stringify(el.getBoundingClientRect()))"""
# Two targets on the same spot. What stays on the screen lies over what scrolls, and is left out.
OVERLAPPING = """() => {
  const stays = (el) => el && (["fixed", "sticky"].includes(getComputedStyle(el).position)
    || stays(el.parentElement));
  const targets = [...document.querySelectorAll("a[href], button, label:has(input), summary")]
    .filter((el) => el.checkVisibility() && !el.closest(".unseen, .skip") && !stays(el))
    // A link that goes on in a second line has a box in each.
    .map((el) => [el, [...el.getClientRects()]]);
  const meet = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right
    && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  return targets.flatMap(([one, boxes], at) => targets.slice(at + 1)
    .filter(([other, others]) => !one.contains(other)
      && boxes.some((a) => others.some((b) => meet(a, b))))
    .map(([other]) => [one.outerHTML.slice(0, 160), other.outerHTML.slice(0, 160)]));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check_everywhere(page: Page) -> None:
    """Check a page in light colours on a desktop, in dark colours on a phone, and at 320 px."""
    page.emulate_media(reduced_motion="no-preference", forced_colors="none")
    for size, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        # What does not depend on colours or size has been checked once.
        check_axe(page, colours_alone=scheme == "dark")
        small = page.evaluate(SMALL_TARGETS)
        assert not small, f"targets too small on {page.url} at {size}: {small}"
    check_narrowest(page)


def check_colours(page: Page) -> None:
    """Check colour contrast in dark colours on a desktop and in light colours on a phone."""
    for size, scheme in ((DESKTOP, "dark"), (PHONE, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, forced_colors="none")
        check_axe(page, colours_alone=True)


def check_narrowest(page: Page) -> None:
    """Check a page 320 px wide, with forced colours and reduced motion."""
    page.set_viewport_size(NARROWEST)
    assert page.evaluate(OVERFLOW) <= 0, "scrolls sideways at 320 px"
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert page.evaluate("document.getAnimations().length") == 0
    expect(page.locator("h1")).to_be_attached()
    expect(page.locator("main")).to_be_visible()
