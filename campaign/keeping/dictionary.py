"""The data dictionary of an export, made from the tables themselves and what their code says."""

import ast
import inspect
import textwrap
from collections.abc import Iterator

from sqlalchemy import Table
from sqlalchemy.orm import Mapper
from sqlmodel import SQLModel

from campaign.keeping.open_values import kind_of
from campaign.store.copying import TABLES


def data_dictionary() -> str:
    """Return every table with every column as Markdown: kind, whether it may be empty, meaning."""
    models = {one.local_table: one.class_ for one in _mappers()}
    parts = ["# Data dictionary\n", "Times are in UTC. Bytes are written in base64.\n"]
    for table in TABLES:
        parts += _section(table, models[table])
    return "\n".join(parts)


def _mappers() -> Iterator[Mapper[object]]:
    yield from SQLModel._sa_registry.mappers  # noqa: SLF001 - the registry has no other door


def _section(table: Table, model: type) -> list[str]:
    about, said = inspect.cleandoc(model.__doc__ or ""), _docstrings(model)
    lines = [f"## {table.name}\n", f"{about}\n"]
    lines += ["| column | kind | may be empty | means |", "|---|---|---|---|"]
    for column in table.columns:
        kind = "key, " * column.primary_key + _kind(kind_of(column))
        points = "".join(f"; names a row of {one.column.table.name}" for one in column.foreign_keys)
        empty = "yes" if column.nullable else "no"
        words = " ".join(said.get(column.name, "").split())
        lines.append(f"| {column.name} | {kind}{points} | {empty} | {words} |")
    return [*lines, ""]


def _kind(python_type: type) -> str:
    names = {"str": "text", "int": "whole number", "bool": "true or false", "bytes": "bytes"}
    return names.get(python_type.__name__, python_type.__name__)


def _docstrings(model: type) -> dict[str, str]:
    """Return what stands below each field in the source of a model."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    if not isinstance(tree, ast.ClassDef):
        return {}
    found = {}
    for field, words in zip(tree.body, tree.body[1:], strict=False):
        match field, words:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                found[name] = said
    return found
