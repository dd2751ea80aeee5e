"""The address of a review that is published without one."""

from blog.text.slugs import make_slug
from tests.desk.drafts.writing import FILLED, form_of, public_page, send, write_new


def test_a_review_published_without_an_address_gets_one_of_its_titles_and_keeps_it(desk):
    response = write_new(desk, "publish", slug="")
    assert response.location.endswith("?done=published")
    slug = make_slug(FILLED["drama-title"], FILLED["title"])
    assert public_page(desk, slug).status_code == 200
    assert form_of(desk)["slug"] == slug
    assert send(desk, form_of(desk), "publish", title="Another headline").status_code == 303
    assert public_page(desk, slug).status_code == 200
