"""Makes a drawing (SVG) safe to show: what only draws is kept, everything else is left out.

A drawing is a document that can run scripts, fetch files and hold other documents. What is kept is
a list of elements and attributes that draw; no address leads out of the drawing; a document type,
in which entities are declared, is refused.
"""

import re
from xml.etree import ElementTree as ET

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
MOST_ELEMENTS = 20_000
ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "defs",
        "title",
        "desc",
        "symbol",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "marker",
    ]
)
ATTRIBUTES = frozenset(
    [
        "id",
        "viewBox",
        "width",
        "height",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "d",
        "points",
        "transform",
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "stroke-opacity",
        "opacity",
        "offset",
        "stop-color",
        "stop-opacity",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "patternUnits",
        "patternTransform",
        "patternContentUnits",
        "clip-path",
        "clip-rule",
        "clipPathUnits",
        "mask",
        "maskUnits",
        "maskContentUnits",
        "marker-start",
        "marker-mid",
        "marker-end",
        "markerWidth",
        "markerHeight",
        "markerUnits",
        "orient",
        "refX",
        "refY",
        "preserveAspectRatio",
        "font-family",
        "font-size",
        "font-weight",
        "font-style",
        "text-anchor",
        "dx",
        "dy",
        "rotate",
        "letter-spacing",
        "dominant-baseline",
        "display",
        "visibility",
        "color",
        "version",
        "role",
        "aria-label",
    ]
)
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|data:|expression\(|@import", re.IGNORECASE)
_BEGINS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE[^>]*>\s*)?<(?:\w+:)?svg[\s>]",
    re.DOTALL | re.IGNORECASE,
)


class DrawingError(Exception):
    """A drawing that is not taken; the message says why and what to do."""


def is_drawing(content: bytes) -> bool:
    """Whether a file begins as a drawing does."""
    return _BEGINS.match(content[:4096]) is not None


def made_safe(content: bytes) -> bytes:
    """Return the drawing with what only draws; raise `DrawingError` where it is none."""
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
        message = "the drawing declares a document type; save it as plain SVG, or as PNG"
        raise DrawingError(message)
    try:
        root = ET.fromstring(content)  # noqa: S314 - no entity can be declared, see above
    except (ET.ParseError, ValueError, LookupError) as error:
        message = "the drawing is damaged; save it again, or as PNG"
        raise DrawingError(message) from error
    if root.tag != f"{{{SVG_NAMESPACE}}}svg":
        message = "the drawing is no SVG; save it as plain SVG, or as PNG"
        raise DrawingError(message)
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        message = f"the drawing has more than {MOST_ELEMENTS} parts; save it as PNG"
        raise DrawingError(message)
    _clean(root)
    ET.register_namespace("", SVG_NAMESPACE)
    made: bytes = ET.tostring(root, encoding="utf-8")
    return made


def _clean(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        if not _is_harmless(name, value):
            del element.attrib[name]
    for child in list(element):
        if _draws(child):
            _clean(child)
        else:
            _take_out(element, child)


def _draws(child: ET.Element) -> bool:
    space, _, name = str(child.tag).rpartition("}")
    return space == f"{{{SVG_NAMESPACE}" and name in ELEMENTS


def _take_out(element: ET.Element, child: ET.Element) -> None:
    element.remove(child)  # with the text behind it, which nobody would see


def _is_harmless(name: str, value: str) -> bool:
    if name in {"href", f"{{{XLINK}}}href"}:
        return re.fullmatch(r"#[\w.-]+", value) is not None
    return name in ATTRIBUTES and _OUTSIDE.search(re.sub(r"\s|\\", "", value)) is None
