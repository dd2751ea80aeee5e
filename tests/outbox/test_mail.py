"""The bytes of an e-mail: headers, encoding and line lengths."""

import random
from datetime import timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest

from blog.outbox.mail import MailContent, Sender, mail_bytes, make_mail
from tests.builders import NOON

HOST = "a-rather-long-name.of-a-site-that-is.about-dramas-and-nothing-else.example"
SYLLABLES = "가나다라마바사아자차abcж👩‍💻"


def make_bytes(
    *, subject="Hello", name="Second Lead", recipient="reader@example.org", **more
) -> bytes:
    content = MailContent(
        recipient=recipient,
        subject=subject,
        text=more.get("text", "Words."),
        html="<p>Words.</p>",
        stop_link=more.get("stop_link", "https://drama.example/mail/stop"),
    )
    sender = Sender(name=name, address="no-reply@drama.example", host="drama.example")
    return mail_bytes(make_mail(content=content, sender=sender, message_id="0a1b", now=NOON))


def read(raw: bytes):
    """Parse an e-mail with Python's older policy, which corrects less."""
    return message_from_bytes(raw, policy=policy.compat32)


def decoded(header: str) -> str:
    return str(make_header(decode_header(header)))


def some_words(count: int, source: random.Random) -> str:
    return " ".join(
        "".join(source.choices(SYLLABLES, k=source.randint(1, 9))) for _ in range(count)
    )


def test_a_long_subject_or_name_keeps_every_space():
    for seed in range(40):
        source = random.Random(seed)
        subject = some_words(source.randint(1, 40), source)
        name = some_words(12, source)[:80].strip()
        mail = read(make_bytes(subject=subject, name=name))
        assert decoded(mail["Subject"]) == subject, seed
        assert decoded(mail["From"]).rpartition(" <")[0].strip() == name, seed


def test_the_unsubscribe_link_is_not_folded():
    link = f"https://{HOST}/mail/stop-1-{'0' * 32}"
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in make_bytes(stop_link=link)


@pytest.mark.parametrize("text", ["런온", "런온 " * 600 + "x" * 2000])
def test_an_email_has_only_ascii_and_short_lines(text):
    raw = make_bytes(subject="런온 " * 60, name="두 번째 주인공", text=text)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("field", ["subject", "name", "recipient"])
def test_a_line_break_in_a_header_is_refused(field):
    for ending in ("\r\n", "\n", "\r"):
        with pytest.raises(ValueError, match=r"(?i)cr or lf|linefeed|carriage|invalid|part"):
            make_bytes(**{field: f"a@example.org{ending}Bcc: evil@example.org"})


def test_an_email_has_its_date_and_keeps_its_message_id_when_repeated():
    first, second = read(make_bytes()), read(make_bytes())
    assert first["Message-ID"] == second["Message-ID"] == "<0a1b@drama.example>"
    assert first["Date"] == "Fri, 01 May 2026 12:00:00 +0000"
    assert timedelta(0) == NOON.utcoffset()
