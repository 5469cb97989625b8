"""Which files are logos, and in one sentence why the others are none."""

import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from campaign.branding.logos import read_logo
from campaign.branding.svg import LogoError, safe_svg
from tests.campaign.branding.pictures import SVG_LOGO, plain, png_logo, saved

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
BOX = f'{HEAD}viewBox="0 0 300 100">'


def refused(folder: Path, name: str, content: bytes) -> str:
    file = folder / name
    file.write_bytes(content)
    with pytest.raises(LogoError) as found:
        read_logo(file)
    return str(found.value)


def bomb() -> bytes:
    """A PNG of a few bytes that claims to have 40,000 by 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def test_png_and_svg_are_read_with_their_shape(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_logo())
    (tmp_path / "a.svg").write_text(SVG_LOGO)
    assert (read_logo(tmp_path / "a.png").ratio, read_logo(tmp_path / "a.png").longest) == (3, 600)
    assert (read_logo(tmp_path / "a.svg").ratio, read_logo(tmp_path / "a.svg").longest) == (3, None)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.png", b"", "is empty"),
        ("a.png", png_logo((90, 30)), "has 90 by 30 pixels, too few to be seen well"),
        ("a.png", png_logo()[:300], "is broken; export it again"),
        ("a.png", bomb(), "has 40,000 by 40,000 pixels; 16 million are the most"),
        ("a.png", saved(Image.new("RGB", (400, 200)), "JPEG"), "is a JPEG picture, and a logo"),
        ("a.svg", png_logo(), "is a PNG picture, and a logo is a PNG named .png"),
        ("a.png", SVG_LOGO.encode(), "is no picture, and a logo is a PNG"),
        ("a.png", saved(Image.new("RGBA", (300, 100), (0, 0, 0, 0))), "shows nothing"),
        ("a.png", plain((2600, 200)), "more than 12 times as long as it is narrow"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * (6 * 1024 * 1024), "has 6 MB; a logo has at"),
        ("a.svg", b"<svg" + b" " * 600_000, "has 585 kB; an SVG logo has at most 512 kB"),
        ("a.svg", b"<html><body/></html>", "is no SVG picture"),
        ("a.svg", b"<svg", "cannot be read as SVG"),
        ("a.svg", f"{BOX}</svg>".encode(), "shows nothing"),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    assert re.search(says, refused(tmp_path, name, content))


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<script>alert(1)</script>", "holds a “script”"),
        ('<rect width="9" height="9" onclick="x()"/>', "holds a script"),
        ('<image href="file:///etc/passwd"/>', "holds a “image”"),
        ('<use href="https://evil.example/a.svg#b"/>', "outside the file"),
        ('<use xlink:href="other.svg#b"/>', "outside the file"),
        ('<rect fill="url(https://evil.example/#a)"/>', "outside the file"),
        ("<rect style=\"fill: url( '//evil.example')\"/>", "outside the file"),
        ("<style>@import 'https://evil.example/a.css';</style>", "could fetch something"),
        ("<style>rect { fill: \\75 rl(x) }</style>", "could fetch something"),
        ("<foreignObject/>", "holds a “foreignObject”"),
        ("<filter id='a'/>", "holds a “filter”"),
        ("<text>Nurseries</text>", "turn it into paths"),
        ("<g id='a'><use href='#a'/></g>", "refers to itself"),
        ("<clipPath id='a' clip-path='url(#b)'/><clipPath id='b' clip-path='url(#a)'/>", "itself"),
        ("<g>" * 200 + "</g>" * 200, "nested too deep"),
    ],
)
def test_what_an_svg_could_fetch_run_or_hide_is_refused(inside: str, says: str) -> None:
    with pytest.raises(LogoError, match=says):
        safe_svg(f"{BOX}{inside}</svg>".encode())


def test_entities_are_refused_before_they_are_read() -> None:
    tens = [f"&l{number - 1};" * 10 for number in range(1, 12)]
    laughs = "".join(f'<!ENTITY l{number} "{ten}">' for number, ten in enumerate(tens, start=1))
    text = f'<!DOCTYPE svg [<!ENTITY l0 "ha">{laughs}]>{BOX}<desc>&l11;</desc></svg>'
    with pytest.raises(LogoError, match="declares entities"):
        safe_svg(text.encode())


def test_a_few_lines_that_draw_millions_of_shapes_are_refused() -> None:
    lines = ['<g id="g0"><rect width="9" height="9"/></g>']
    for number in range(1, 10):
        ten = f'<use href="#g{number - 1}"/>' * 10
        lines.append(f'<g id="g{number}">{ten}</g>')
    with pytest.raises(LogoError, match="far too many shapes"):
        safe_svg(f"{BOX}<defs>{''.join(lines)}</defs><use href='#g9'/></svg>".encode())


@pytest.mark.parametrize(
    "size", ['width="1" height="99999999"', 'viewBox="0 0 1 99999"', 'viewBox="0 0 0 5"', ""]
)
def test_a_shape_that_no_logo_has_is_refused_before_it_is_drawn(size: str) -> None:
    with pytest.raises(LogoError, match=r"narrow; no logo is|how large it is"):
        safe_svg(f"{HEAD}{size}><rect width='9' height='9'/></svg>".encode())


def test_what_drawing_programs_leave_behind_is_left_out() -> None:
    text = (
        f'<?xml version="1.0"?><!-- made by hand -->{BOX}<metadata><a xmlns="urn:b"/></metadata>'
        '<a:view xmlns:a="urn:c"/><rect width="9" height="9" class="d"/></svg>'
    )
    clean = safe_svg(text.encode())
    assert "urn:" not in clean
    assert "made by hand" not in clean
    assert "<rect" in clean
