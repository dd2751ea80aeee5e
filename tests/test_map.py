"""docs/pictures/map.svg is up to date, and forbidden imports are red in it."""

from xml.etree import ElementTree as ET

from tools.map import PICTURE, count_imports, draw, find_faults, read_sizes


def test_the_map_is_up_to_date():
    drawn = PICTURE.read_text(encoding="utf-8")
    assert drawn == draw(read_sizes(), count_imports()), "The code has changed: run make map."


def test_only_forbidden_imports_are_red():
    right = {("reviews", "limits"): 1, ("desk", "web"): 2, ("site", "text"): 12}
    wrong = {("limits", "reviews"): 1, ("web", "reviews"): 3, ("site", "desk"): 1}
    assert not find_faults(right)
    assert 'class="fault"' not in draw(read_sizes(), right)
    picture = draw(read_sizes(), right | wrong)
    assert picture.count('class="fault"') == len(wrong)
    assert "Points the wrong way: limits → reviews, site → desk, web → reviews" in picture


def test_the_map_uses_no_other_files():
    picture = draw(read_sizes(), count_imports())
    elements = {element.tag.partition("}")[2] for element in ET.fromstring(picture).iter()}
    assert elements == {"svg", "style", "rect", "path", "circle", "text"}
    assert "url(" not in picture
