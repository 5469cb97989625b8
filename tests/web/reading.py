"""Reads a page as somebody does who fills in its forms: the fields with what they hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """One form: where it goes, what it sends as it stands, and its buttons."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **typed: Any) -> dict[str, Any]:
        """Return what is sent after somebody has typed something."""
        return {**self.fields, **typed}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "option" and self._select is not None:
            self._offer(self._select, known)
            return
        if tag == "form":
            self.forms.append(Form(known.get("action", "")))
        elif not self.forms or "name" not in known:
            return
        elif tag == "textarea":
            self._area = known["name"]
            self.forms[-1].fields.setdefault(self._area, [""])
        elif tag == "select":
            self._select = known["name"]
        elif tag == "button":
            self.forms[-1].buttons.append((known["name"], known.get("value", "")))
        elif tag == "input" and "disabled" not in known:
            ticks = known.get("type") in {"checkbox", "radio"}
            if not ticks or "checked" in known:
                self.forms[-1].fields.setdefault(known["name"], []).append(known.get("value", ""))

    def _offer(self, select: str, option: dict[str, str]) -> None:
        """Take what is chosen, or the first thing that is offered."""
        if "selected" in option or select not in self.forms[-1].fields:
            self.forms[-1].fields[select] = [option.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1].fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def all_forms(page: str) -> list[Form]:
    """Return the forms of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def forms_to(page: str, action: str) -> list[Form]:
    """Return the forms of a page that go to an address, whatever is asked behind it."""
    return [one for one in all_forms(page) if one.action.partition("?")[0] == action]


def form_to(page: str, action: str) -> Form:
    """Return the one form that goes to an address."""
    (found,) = forms_to(page, action)
    return found
