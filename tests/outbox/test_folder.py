"""E-mails are written to a folder if no mail server is set."""

import stat

import pytest

from blog.outbox.delivery import Route
from blog.outbox.models import State
from blog.outbox.transports import MailFolder
from blog.web.current import current_time
from tests.outbox.sending import (
    PLAIN,
    compose_plain,
    deliver,
    enqueue_notices,
    later,
    make_notice,
    make_plain_courier,
    row,
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mail"


@pytest.fixture
def courier(folder):
    courier = make_plain_courier("smtp://nowhere.invalid")
    courier.routes[PLAIN] = Route(compose=compose_plain, transport=MailFolder(folder))
    return courier


def test_each_mail_is_a_file_that_only_its_owner_may_read(app, courier, folder):
    (key,) = enqueue_notices()
    deliver(courier)
    (file,) = folder.iterdir()
    assert file.name == f"{row(key).message_id}.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"\r\nMessage-ID: <" in file.read_bytes()


def test_an_email_sent_twice_is_one_file(app, courier, folder):
    enqueue_notices()
    message = courier._take()
    for _ in range(2):
        courier.routes[PLAIN].transport.send(compose_plain(message))
    assert len(list(folder.iterdir())) == 1


def test_an_international_address_is_written_to_the_file(app, courier, folder):
    enqueue_notices(make_notice(recipient="미나@한국.kr"))
    assert deliver(courier) == {State.SENT: 1}
    (file,) = folder.iterdir()
    assert "To: 미나@xn--3e0b707e.kr" in file.read_text(encoding="utf-8")


def test_an_email_waits_while_the_folder_cannot_be_written(app, courier, folder):
    folder.write_text("A file in its place.")
    (key,) = enqueue_notices()
    assert deliver(courier) == {State.WAITING: 1}
    assert row(key).note in ("FileExistsError", "NotADirectoryError")
    folder.unlink()
    later(minutes=1)
    assert deliver(courier) == {State.SENT: 1}
    assert current_time() > row(key).enqueued_at
