"""Reads an SVG logo so that nothing in it is followed, run or fetched, and nothing blows it up.

Only plain shapes are let through, and what is drawn is written anew from them: no scripts, no
entities, no references out of the file, no lettering that would hang on a machine's fonts. A file
of a few lines can ask for millions of shapes by referring to itself; so what it comes to is counted
before anything is drawn.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
MOST_BYTES = 512 * 1024
MOST_DRAWN = 20_000
"""Elements, each counted as often as it is drawn."""
WIDEST = 12.0
"""A logo is at most so many times as wide as it is high, or the other way round."""

_SHAPES = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "switch", "style", "title", "desc"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask"),
    }
)
_LEFT_OUT = frozenset({"metadata", "title", "desc"})
_REFERENCE = re.compile(r"url\(\s*[\"']?\s*(#?)([^\"')\s]*)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(?:px)?\s*")


class LogoError(Exception):
    """A logo that cannot be used; the message ends a sentence that begins with its file's name."""


def safe_svg(content: bytes) -> str:
    """Return the markup to draw; raise `LogoError` for what is no SVG or asks for too much."""
    if len(content) > MOST_BYTES:
        raise LogoError(f"has {len(content) // 1024} kB; an SVG logo has at most 512 kB")
    root = _parsed(content)
    _strip(root)
    for element in root.iter():
        _check(element)
    _check_cost(root)
    _set_size(root)
    register_namespace("", SVG[1:-1])
    return tostring(root, encoding="unicode")


def _parsed(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise LogoError("declares entities, which can hide anything; save it without") from None
    except (ParseError, ValueError, LookupError):
        raise LogoError("cannot be read as SVG; export it again") from None
    if root.tag != f"{SVG}svg":
        raise LogoError("is no SVG picture; export the logo as SVG or PNG")
    return root


def _strip(parent: Element) -> None:
    """Leave out what drawing programs keep for themselves, and what is not drawn."""
    for child in list(parent):
        name = str(child.tag)  # of a comment, a function
        if not name.startswith(SVG) or name.removeprefix(SVG) in _LEFT_OUT:
            parent.remove(child)
        else:
            _strip(child)


def _check(element: Element) -> None:
    name = element.tag.removeprefix(SVG)
    if name in {"text", "tspan", "textPath"}:
        raise LogoError("holds lettering as text; turn it into paths, so that it looks the same")
    if name not in _SHAPES:
        raise LogoError(f"holds a “{name}”; a logo has plain shapes only")
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].lower().startswith("on"):
            raise LogoError(f"holds a script ({key}); save it without")
        if key in {"href", XLINK_HREF} and not value.startswith("#"):
            raise LogoError("refers to something outside the file; save it with everything in it")
        _check_references(value)
    if name == "style":
        _check_style(element.text or "")


def _check_references(text: str) -> None:
    if any(not found[1] for found in _REFERENCE.finditer(text)):
        raise LogoError("refers to something outside the file; save it with everything in it")


def _check_style(text: str) -> None:
    _check_references(text)
    if "@" in text or "\\" in text:
        raise LogoError("holds style rules that could fetch something; save it without them")
    if re.search(r"(clip-path|mask)\s*:", text):
        raise LogoError("cuts shapes out by style rules; save it with attributes in their place")


def _check_cost(root: Element) -> None:
    named = {one.attrib["id"]: one for one in root.iter() if "id" in one.attrib}
    costs: dict[Element, int] = {}
    if _cost(root, named, costs, ()) > MOST_DRAWN:
        raise LogoError("draws far too many shapes; simplify it")


def _cost(
    element: Element,
    named: dict[str, Element],
    costs: dict[Element, int],
    above: tuple[Element, ...],
) -> int:
    """Return how many elements are drawn for one, those it refers to included."""
    if element in above:
        raise LogoError("refers to itself; simplify it")
    if len(above) > 100:
        raise LogoError("is nested too deep; simplify it")
    if element not in costs:
        nearer = (*above, element)
        referred = [named[one] for one in _references(element) if one in named]
        costs[element] = 1 + sum(_cost(one, named, costs, nearer) for one in (*element, *referred))
    return costs[element]


def _references(element: Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        if key in {"href", XLINK_HREF}:
            yield value.removeprefix("#")
        yield from (found[2] for found in _REFERENCE.finditer(value))


def _set_size(root: Element) -> None:
    """Let the drawing's own box alone say its shape, whatever width and height claim."""
    box = [float(one) for one in re.findall(r"-?[0-9]*\.?[0-9]+", root.get("viewBox", ""))]
    if len(box) != 4:
        sizes = [_NUMBER.fullmatch(root.get(one, "")) for one in ("width", "height")]
        box = [0.0, 0.0, *(float(one[1]) for one in sizes if one)]
    if len(box) != 4 or min(box[2:]) <= 0:
        raise LogoError("does not say how large it is; export it with a viewBox")
    if not 1 / WIDEST <= box[2] / box[3] <= WIDEST:
        raise LogoError(f"is more than {WIDEST:.0f} times as long as it is narrow; no logo is")
    for name in ("width", "height", "preserveAspectRatio"):
        root.attrib.pop(name, None)
    root.set("viewBox", " ".join(f"{one:g}" for one in box))
