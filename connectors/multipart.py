"""A form with files (RFC 7578) that is read while it is sent: none of its files is held whole."""

import secrets
from collections.abc import Mapping

from urllib3.filepost import encode_multipart_formdata

from connectors.content import Content, Joined


def multipart(
    form: Mapping[str, str], files: Mapping[str, tuple[str, Content, str]]
) -> tuple[Joined, str]:
    """Return the body of a form and its media type; a file is its name, content and media type."""
    marks = {name: secrets.token_hex(16).encode() for name in files}
    fields = [*form.items()]
    standing = [(name, (file, marks[name], kind)) for name, (file, _, kind) in files.items()]
    rest, kind = encode_multipart_formdata([*fields, *standing])
    parts: list[Content] = []
    for name, (_, content, _) in files.items():
        before, _, rest = rest.partition(marks[name])
        parts += [before, content]
    return Joined(*parts, rest), kind
