"""Statements that sending runs many times a second: compiled once, then run by the driver itself.

They are written with SQLAlchemy like all others, so that there is one SQL for both databases, and
run inside its transactions. What is saved is the way through it, which takes several times as long
as the statement: sending a post costs a dozen of them.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, DateTime, Delete, Insert, Select, TypeDecorator, Update
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import CompoundSelect
from sqlalchemy.types import TypeEngine

Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete
Process = Callable[[Any], Any]

LONGEST_KEPT = 256
"""Forms for longer lists are not kept: there would be too many of them."""


class Prepared:
    """One statement; lists may stand where it has expanding parameters."""

    def __init__(self, statement: Statement, *columns: str) -> None:
        """Prepare a statement; `columns` are those that an insert or an update is given."""
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}
        self._forms: dict[tuple[str, tuple[int, ...]], _Form] = {}
        _ALL.append(self)

    def compile(self, dialect: Dialect) -> "_Compiled":
        """Compile the statement for one kind of database, once."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = _compile(self._statement, self._columns, dialect)
            self._compiled[dialect.name] = compiled
        return compiled

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run a query and return its rows, whose fields have the columns' names."""
        form = self._form(connection.dialect, values)
        found = _run(connection, form, lambda cursor: cursor.execute(form.text, form.bind(values)))
        return [form.row(one) for one in found[0]]

    def change(self, connection: Connection, lines: Sequence[Mapping[str, Any]]) -> int:
        """Run a changing statement for each line, and return how many rows it changed in all."""
        form = self._form(connection.dialect, lines[0])
        bound = [form.bind(one) for one in lines]
        if len(bound) == 1:
            return _run(connection, form, lambda cursor: cursor.execute(form.text, bound[0]))[1]
        return _run(connection, form, lambda cursor: cursor.executemany(form.text, bound))[1]

    def _form(self, dialect: Dialect, values: Mapping[str, Any]) -> "_Form":
        lengths = tuple(len(one) for one in values.values() if isinstance(one, list))
        form = self._forms.get((dialect.name, lengths))
        if form is None:
            form = _form_of(self.compile(dialect), values)
            if sum(lengths) <= LONGEST_KEPT:
                self._forms[dialect.name, lengths] = form
        return form


_ALL: list[Prepared] = []
INSTANTS: dict[tuple[str, type], Process] = {}
"""Writes an instant for one kind of database. All statements of a transaction say the same few
instants; each is written out once."""


def compile_all(dialect: Dialect) -> None:
    """Compile every statement now, so that the first post does not have to wait for it."""
    for one in _ALL:
        one.compile(dialect)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one kind of database, whatever the lengths of its lists."""

    sql: SQLCompiler
    processes: Mapping[str, Process]
    """What makes a value one that the driver takes; most are as they are."""
    row: Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as text, for one kind of database and lists of certain lengths."""

    text: str
    order: tuple[str, ...] | None
    """Of the parameters; None where they have names."""
    fixed: Mapping[str, Any]
    """Parameters that stand in the statement itself."""
    parts: Mapping[str, Sequence[str]]
    """The names that the items of a list go by."""
    processes: Mapping[str, Process]
    row: Callable[[Sequence[Any]], Any]

    plain: Sequence[tuple[str, Process | None]] | None
    """The parameters in their order and what makes them fit, where every one is given and none is
    a list or has a name."""

    def bind(self, values: Mapping[str, Any]) -> Any:
        if self.plain is not None:
            return [
                values[name] if process is None else process(values[name])
                for name, process in self.plain
            ]
        bound = dict(self.fixed)
        for name, value in values.items():
            process = self.processes.get(name)
            if name in self.parts:
                bound.update(zip(self.parts[name], value, strict=True))
            elif process is not None:
                bound[name] = process(value)
            else:
                bound[name] = value
        return bound if self.order is None else [bound[one] for one in self.order]


def _compile(statement: Statement, columns: Sequence[str], dialect: Dialect) -> _Compiled:
    if columns:
        keys = list(columns)
        sql = statement.compile(dialect=dialect, column_keys=keys, for_executemany=True)
    else:
        sql = statement.compile(dialect=dialect)
    assert isinstance(sql, SQLCompiler)  # noqa: S101 - what statements are compiled by
    processes = {
        name: process
        for name, bind in sql.binds.items()
        if (process := _bind_process(bind.type, dialect)) is not None
    }
    return _Compiled(sql, processes, _row_of(statement, dialect))


def _form_of(compiled: _Compiled, values: Mapping[str, Any]) -> _Form:
    sql, processes = compiled.sql, compiled.processes
    given = {name: list(one) if isinstance(one, list) else one for name, one in values.items()}
    expanded = sql.construct_expanded_state(given)
    fixed = {
        name: processes[name](value) if name in processes else value
        for name, value in sql.params.items()
        if name not in values
    }
    order = tuple(expanded.positiontup or ()) if sql.positional else None
    is_plain = order is not None and not fixed and not expanded.parameter_expansion
    return _Form(
        text=expanded.statement,
        order=order,
        fixed=fixed,
        parts=expanded.parameter_expansion,
        processes=processes,
        row=compiled.row,
        plain=[(name, processes.get(name)) for name in order or ()] if is_plain else None,
    )


def _bind_process(type_: TypeEngine[Any], dialect: Dialect) -> Process | None:
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    stored_as = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    if process is None or not isinstance(stored_as, DateTime):
        return process
    kind = (dialect.name, type(type_))
    return INSTANTS.setdefault(kind, lru_cache(maxsize=256)(process))


def _row_of(statement: Statement, dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    if not isinstance(statement, Select | CompoundSelect):
        return tuple
    columns = statement.selected_columns
    names = [str(one.key) for one in columns]
    make: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - known only here
    processes = [
        (place, process)
        for place, one in enumerate(columns)
        if (process := one.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]

    def row(values: Sequence[Any]) -> Any:
        made = list(values)
        for place, process in processes:
            made[place] = process(made[place])
        return make._make(made)

    return row


def _run(
    connection: Connection, form: _Form, execute: Callable[[Any], Any]
) -> tuple[Sequence[Any], int]:
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    try:
        execute(cursor)
        return cursor.fetchall() if cursor.description else (), cursor.rowcount
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says_it(connection, form.text, error, cursor) from error
    finally:
        cursor.close()


def _as_sqlalchemy_says_it(
    connection: Connection, text: str, error: Exception, cursor: Any
) -> BaseException:
    """Wrap a driver's error as SQLAlchemy does, and let go of a connection that is gone."""
    dialect, raw = connection.dialect, connection.connection.dbapi_connection
    is_gone = dialect.is_disconnect(error, raw, cursor)  # type: ignore[arg-type]  # the driver's own
    wrapped = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=dialect,
    )
    if is_gone:
        connection.invalidate()
    return wrapped
