# ruff: noqa: E501 - words of a page stand on its lines
"""Makes `docs/reference/schedule.md`: every field of schedule.yaml, out of its JSON Schema."""

from typing import Any

from campaign.schedule.schema import schedule_schema

HEAD = """\
# schedule.yaml

Every field, made from the schema that `campaign schema` prints. Do not edit this page. How they are used stands in the
[comms team's guide](../comms-team.md#say-when); a whole one is the sample's `schedule.yaml` at the root of the repository.
Fields in **bold** have to be there. No other field is taken: a word that nobody knows is a fault with its place.
"""


def schedule_page() -> str:
    """Return the page, the file itself first and then its parts by name."""
    whole: dict[str, Any] = schedule_schema()
    parts = sorted(whole["$defs"].items())
    sections = [_section("The file", whole), *[_section(name, one) for name, one in parts]]
    return "\n".join([HEAD, *[one for one in sections if one]])


def _section(name: str, part: dict[str, Any]) -> str:
    fields = part.get("properties")
    if not fields:
        return ""
    wanted = set(part.get("required", ()))
    rows = [_row(field, one, wanted=field in wanted) for field, one in fields.items()]
    words = part.get("description", "")
    return "\n".join([f"## {name}\n", f"{words}\n", _HEADINGS, *rows, ""])


_HEADINGS = "| field | takes | unless given | means |\n|---|---|---|---|"


def _row(name: str, field: dict[str, Any], *, wanted: bool) -> str:
    shown = f"**`{name}`**" if wanted else f"`{name}`"
    default = field.get("default")
    unless = "" if wanted or default in (None, [], {}) else f"`{_plain(default)}`"
    means = " ".join(str(field.get("description", "")).split())
    return f"| {shown} | {_takes(field)} | {unless} | {means} |".replace("  |", " |")


def _takes(field: dict[str, Any]) -> str:
    """Return in words what may be written for a field."""
    if "$ref" in field:
        return _link(field["$ref"])
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in field:
            known = dict.fromkeys(_takes(one) for one in field[several])
            return " or ".join(one for one in known if one != "nothing")
    return _plain_type(field)


def _plain_type(field: dict[str, Any]) -> str:
    kind = field.get("type", "any")
    if kind == "array":
        return f"a list of: {_takes(field.get('items', {}))}"
    if kind == "object":
        inner = [*field.get("patternProperties", {}).values(), field.get("additionalProperties")]
        found = [_takes(one) for one in inner if isinstance(one, dict)]
        return f"names, each with: {found[0]}" if found else "fields"
    words = {"string": "text", "integer": "a whole number", "number": "a number"}
    words |= {"boolean": "`true` or `false`", "null": "nothing", "any": "text"}
    return " or ".join(words[one] for one in ([kind] if isinstance(kind, str) else kind))


def _link(reference: str) -> str:
    name = reference.rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        given = {name: one for name, one in value.items() if one not in (None, [], {})}
        return "{" + ", ".join(f"{name}: {_plain(one)}" for name, one in given.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)
