import hashlib
import tomllib
from typing import Any

import pytest

from campaign.web.assets import FOLDER, assets

VENDOR = FOLDER / "vendor"


def vendored() -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text("utf-8"))["file"]
    return files


@pytest.mark.parametrize("file", vendored(), ids=lambda one: one["name"])
def test_a_file_of_others_is_as_it_was_made_and_says_its_licence(file: dict[str, Any]) -> None:
    content = (VENDOR / file["name"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    licence = (VENDOR / file["licence_file"]).read_text("utf-8")
    assert {"MIT": "MIT License", "0BSD": "Zero-Clause BSD"}[file["licence"]] in licence


def test_no_file_of_others_is_there_unlisted() -> None:
    listed = {one["name"] for one in vendored()} | {one["licence_file"] for one in vendored()}
    assert {one.name for one in VENDOR.iterdir()} == listed | {"vendor.toml"}


@pytest.mark.parametrize("words", ["GDS Transport", "govuk-crest", "govuk-logotype", "crown.svg"])
def test_nothing_holds_what_only_gov_uk_may_show(words: str) -> None:
    assert [name for name, one in assets().items() if words.encode() in one.content] == []


def test_every_file_leads_browsers_to_no_other_site() -> None:
    styles = [one.content for name, one in assets().items() if name.endswith(".css")]
    assert styles
    assert [one for one in styles if b"url(http" in one or b"@import" in one] == []
