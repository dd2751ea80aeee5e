"""The pages in memory take no more than the bytes they may take."""

import pytest

from blog.web.kept.pages import Page
from blog.web.kept.store import Store

PLACE = 10 * Page(status="200 OK", body=b"x" * 1000, headers=[], view="", version=1).size


def make_page(size: int = 1000) -> Page:
    return Page(status="200 OK", body=b"x" * size, headers=[], view="", version=1)


def make_key(number: int) -> tuple[str, str, str, str]:
    return ("http", "drama.example", f"/{number}", "")


@pytest.fixture
def store():
    return Store(PLACE)


def kept(store):
    return [int(key[2][1:]) for key, _page in store.items()]


def test_pages_that_nobody_asked_for_twice_go_first(store):
    for number in range(10):
        store.put(make_key(number), make_page())
        if number < 3:
            store.get(make_key(number))
    for number in range(10, 100):
        store.put(make_key(number), make_page())
    assert sorted(kept(store)) == [0, 1, 2, *range(93, 100)]
    assert store.taken == PLACE


def test_then_goes_what_was_asked_for_longest_ago(store):
    for number in range(10):
        store.put(make_key(number), make_page())
        store.get(make_key(number))
    store.get(make_key(0))
    store.put(make_key(10), make_page())
    store.get(make_key(10))
    store.put(make_key(11), make_page())
    assert 0 in kept(store)
    assert not {1, 2} & set(kept(store))


def test_a_page_replaces_its_former_form_and_is_counted_once(store):
    for size in (1000, 3000, 500):
        store.put(make_key(1), make_page(size))
        assert store.taken == make_page(size).size
    assert len(store) == 1
    store.clear()
    assert (store.taken, len(store)) == (0, 0)


def test_a_page_larger_than_the_store_is_not_kept(store):
    store.put(make_key(1), make_page())
    store.put(make_key(2), make_page(PLACE))
    assert make_key(2) not in store
    assert store.taken <= PLACE
