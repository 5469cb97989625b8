"""What somebody typed: read within limits, tied to the browser it was given to, kept on a fault.

A page that takes a form depends on `Posted`. Where something is wrong it collects `Faults` and
answers 422 with the same template, the form and the faults: nothing typed is lost.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from campaign.web.answers import StaleFormError
from campaign.web.visitors import Anyone

TOKEN = "form_token"  # noqa: S105 - the name of a field
MOST_FIELDS, MOST_FILES = 500, 50
_NOT_TYPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no keyboard sends and no database or network takes: control characters, half characters."""


class Form:
    """One form, as it was sent."""

    def __init__(self, sent: FormData) -> None:
        self._sent = sent

    def raw(self, name: str) -> str:
        """Return a field exactly as typed but for line ends, empty where it is absent."""
        value = self._sent.get(name, "")
        return _typable(value) if isinstance(value, str) else ""

    def text(self, name: str) -> str:
        """Return a field without white space around it."""
        return self.raw(name).strip()

    def all(self, name: str) -> list[str]:
        """Return every value of a field, such as of ticked boxes."""
        return [_typable(one) for one in self._sent.getlist(name) if isinstance(one, str)]

    def has(self, name: str, value: str) -> bool:
        """Whether a box or choice with this value is ticked."""
        return value in self.all(name)

    def holds(self, name: str) -> bool:
        """Whether a field was sent at all, empty or not."""
        return name in self._sent

    def only(self, wanted: Callable[[str], bool]) -> "Form":
        """Return the form with some of its fields alone."""
        return Form(FormData([pair for pair in self._sent.multi_items() if wanted(pair[0])]))

    def file(self, name: str) -> UploadFile | None:
        """Return what was uploaded, None where no file was chosen."""
        value = self._sent.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def typed(self) -> list[tuple[str, str]]:
        """Return all text that was typed, in order; no file, no token, no password."""
        return [
            (_typable(name), _typable(value))
            for name, value in self._sent.multi_items()
            if isinstance(value, str) and name != TOKEN and "password" not in name
        ]


def _typable(value: str) -> str:
    return _NOT_TYPED.sub("", value).replace("\r\n", "\n")


NO_FORM = Form(FormData())
"""A form that nobody has filled in yet."""


class Faults:
    """What is wrong with a form, field by field, in the order in which it was found."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}

    def add(self, field: str, sentence: str) -> None:
        """Say what is wrong with a field; the first sentence about it stands."""
        self._sentences.setdefault(field, sentence)

    def wanted(self, form: Form, field: str, sentence: str) -> str:
        """Return a field that may not be empty; say so where it is."""
        text = form.text(field)
        if not text:
            self.add(field, sentence)
        return text

    def one_of(self, form: Form, field: str, known: Sequence[str], sentence: str) -> str:
        """Return a choice that has to be among those offered; say so where it is not."""
        text = form.text(field)
        if text not in known:
            self.add(field, sentence)
        return text

    def of(self, field: str) -> str:
        """Return what is wrong with a field, nothing where all is well."""
        return self._sentences.get(field, "")

    @property
    def listed(self) -> list[tuple[str, str]]:
        """Field and sentence, in order."""
        return list(self._sentences.items())

    def __bool__(self) -> bool:
        return bool(self._sentences)


async def posted(request: Request, visitor: Anyone) -> AsyncIterator[Form]:
    """Read a form and see that this browser was given it: the second layer against forgery.

    Files that came along are gone once the page has answered.

    Raises:
        StaleFormError: it was given to another sign-in, such as one that has ended meanwhile.
    """
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as sent:
        form = Form(sent)
        if not visitor.signing.is_form_token(form.raw(TOKEN), visitor.visit_id):
            raise StaleFormError(form.typed())
        request.state.typed = form.typed()
        yield form


async def typed_into(request: Request) -> list[tuple[str, str]]:
    """Return what was typed into the form of a request that ends with a fault; nothing is lost.

    Nothing where the request brought no form, or one that cannot be read.
    """
    known: list[tuple[str, str]] | None = getattr(request.state, "typed", None)
    if known is not None or request.method != "POST":
        return known or []
    try:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as sent:
            return Form(sent).typed()
    except (HTTPException, RuntimeError):  # it is no form, or was read already
        return []


Posted = Annotated[Form, Depends(posted)]
