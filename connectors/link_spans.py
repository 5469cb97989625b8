r"""Where X and Mastodon see a link in a text; only `connectors.counting` asks.

Both servers descend from the public rules of twitter-text 3.1.0: a domain is a run of labels
that ends in a top-level domain in use, then port, path and query may follow. X also takes
`example.com` without a scheme; Mastodon wants one (`https://`, or one of the peer-to-peer ones)
and lets a path run on until white space, a bracket or a question mark, so that Japanese text
right after a path becomes part of the link. The patterns below are written for the `regex`
package: `++` and `*+` never give back, which keeps long runs of letters linear.
"""

from collections.abc import Iterator
from functools import cache

import regex  # type: ignore[import-untyped]  # the package ships no types

from connectors.tlds import TOP_LEVEL_DOMAINS

Span = tuple[int, int]
"""Start and end in code points, end exclusive."""

_LONGEST_LABEL = 63
_LONGEST_LINK = 4096
_LONGEST_SHORTENED_SLUG = 40
_MOST_SUBDOMAINS = 30
"""A bound of ours, far beyond any real address: it keeps `a.a.a.a…` from taking minutes."""

_INVALID = r"\uFFFE\uFEFF\uFFFF"
_DIRECTION = r"\u202A-\u202E\u061C\u200E\u200F\u2066-\u2069"
_SPACE = r"\x09-\x0D\x20\x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]\^_{|}~$"
_ACCENTED = (
    r"\xC0-\xD6\xD8-\xF6\xF8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272"
    r"\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF"
)

_BEFORE = rf"(?P<before>[^A-Za-z0-9@＠$#＃{_INVALID}]|[{_DIRECTION}]|^)"  # noqa: RUF001 - the signs people type
_LETTER = rf"[^{_PUNCTUATION}{_SPACE}{_INVALID}{_DIRECTION}]"
_TOP_LEVEL = r"(?:\L<top_level>(?=[^0-9A-Za-z@+\-]|$)|xn--[\-0-9a-z]+)"
_DOMAIN = (
    rf"(?P<domain>(?:{_LETTER}++(?:[_\-]++{_LETTER}++)*+\.){{0,{_MOST_SUBDOMAINS}}}"
    rf"{_LETTER}++(?:-++{_LETTER}++)*+\.{_TOP_LEVEL})"
)
_ASCII_DOMAIN = rf"(?:[\-a-z0-9{_ACCENTED}]++\.){{1,{_MOST_SUBDOMAINS}}}{_TOP_LEVEL}"
_PORT = r"(?::[0-9]++)?"


def _path(inside: str, last: str, *, after_at: str) -> str:
    """Give the pattern of a path: `inside` may stand anywhere, `last` may end it."""
    nested = rf"{inside}*+\({inside}++\){inside}*+"
    brackets = rf"\((?:{inside}++|{nested})\)"
    run = rf"{inside}*(?:{brackets}{inside}*)*(?:{last}|{brackets})"
    return rf"(?P<path>/(?:{run}|{after_at}{inside}+/)*)?"


_X_INSIDE = rf"[a-z\u0400-\u04FF0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}]"
_X_LAST = rf"[+\-a-z\u0400-\u04FF0-9=_#/{_ACCENTED}]"
_X_QUERY = r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?"
_X_LINK = (
    rf"{_BEFORE}(?P<link>(?P<scheme>https?://)?{_DOMAIN}{_PORT}"
    rf"{_path(_X_INSIDE, _X_LAST, after_at='@')}{_X_QUERY})"
)

_FREE_INSIDE = r"[^\p{White_Space}<>()?]"
_FREE_LAST = r"[^\p{White_Space}()?!*\"'「」<>;:=,.$%\[\]~&|@]"
_BEYOND_ASCII = r"\u00A0-\uD7FF\uE000-\uFDCF\uFDF0-\uFFEF\U00010000-\U0010FFFD"
_FREE_QUERY = (
    rf"(?:\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@\^{_BEYOND_ASCII}]*"
    rf"[a-z0-9_&=#/\-{_BEYOND_ASCII}])?"
)
_MASTODON_LINK = (
    rf"{_BEFORE}(?P<link>(?P<scheme>(?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://)?{_DOMAIN}"
    rf"{_PORT}{_path(_FREE_INSIDE, _FREE_LAST, after_at='')}{_FREE_QUERY})"
)
_SHORTENED = rf"https?://t\.co/(?P<slug>[a-z0-9]++){_X_QUERY}"


@cache
def _compiled(pattern: str) -> "regex.Pattern[str]":
    """Compile when a text is counted: with all top-level domains that takes 60 ms a pattern."""
    names = {"top_level": TOP_LEVEL_DOMAINS} if _TOP_LEVEL in pattern else {}
    return regex.compile(pattern, regex.IGNORECASE | regex.VERSION0, **names)


def x_links(text: str) -> list[Span]:
    """Find what X turns into a t.co link: with or without a scheme, left to right."""
    return list(_spans(_X_LINK, text, bare=True)) if "." in text else []


def mastodon_links(text: str) -> list[Span]:
    """Find what Mastodon turns into a link: only with a scheme, left to right."""
    return list(_spans(_MASTODON_LINK, text, bare=False)) if "://" in text else []


def _spans(pattern: str, text: str, *, bare: bool) -> Iterator[Span]:
    for match in _compiled(pattern).finditer(text):
        if not _fits_dns(match):
            continue
        if match["scheme"]:
            yield from _with_scheme(match)
        elif bare and not match["before"].endswith(("-", "_", ".", "/")):
            yield from _without_scheme(match)


def _fits_dns(match: "regex.Match[str]") -> bool:
    """Say whether every label is short enough once it is written in ASCII."""
    scheme = match["scheme"] or "https://"
    if len(scheme) + len(match["link"]) > _LONGEST_LINK:
        return False
    return all(_encoded_length(label) <= _LONGEST_LABEL for label in match["domain"].split("."))


def _encoded_length(label: str) -> int:
    if label.isascii():
        return len(label)
    return len("xn--") + len(label.encode("punycode"))


def _with_scheme(match: "regex.Match[str]") -> Iterator[Span]:
    start, end = match.span("link")
    shortened = _compiled(_SHORTENED).match(match["link"])
    if shortened is None:
        yield start, end
    elif len(shortened["slug"]) <= _LONGEST_SHORTENED_SLUG:
        yield start, start + shortened.end()


def _without_scheme(match: "regex.Match[str]") -> Iterator[Span]:
    """Without a scheme only the ASCII parts of a domain are links; a path belongs to the last.

    Port and query alone do not count as a path, so `example.com?q=1` is a link of 23 and four
    characters.
    """
    start = match.start("domain")
    found = [
        (start + one.start(), start + one.end())
        for one in _compiled(_ASCII_DOMAIN).finditer(match["domain"])
    ]
    if not found:
        return
    yield from found[:-1]
    first, last = found[-1]
    yield first, last + (match.end("link") - match.end("domain") if match["path"] else 0)
