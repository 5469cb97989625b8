"""What the parts of a schedule are made of: strict models, texts, e-mail addresses, files."""

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from campaign.schedule.values import refuse

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Strict(BaseModel):
    """A part of the schedule: frozen, and without fields that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+", text, re.ASCII):
        refuse(f"“{text}” is no e-mail address; write for example ama@ico.example")
    return text


def _inside(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in path.parts[0]:
        refuse(f"“{text}” leads out of the campaign's folder; write for example partners/ndna.png")
    return text


Email = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_email)]
FileInside = Annotated[Text, AfterValidator(_inside)]
"""A file in the campaign's folder, by its path from there."""
