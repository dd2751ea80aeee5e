"""Host names in the form in which programs exchange them."""

import idna


def to_ascii(host: str) -> str:
    """Return a host name as the DNS knows it: `드라마.kr` is `xn--2e0bw9p3ay9a.kr`.

    Characters are mapped as browsers map them (UTS #46). Raises UnicodeError for a name that is
    none.
    """
    return host if host.isascii() else idna.encode(host, uts46=True).decode()


def to_unicode(host: str) -> str:
    """Return a host name in its own letters, the other way of `to_ascii`."""
    return idna.decode(host)
