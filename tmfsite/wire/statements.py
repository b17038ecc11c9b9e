"""The one module that knows SQL text: reads and writes of resources as prepared statements.

Reads return rows for `encode.Composer`. A write is one statement on PostgreSQL (a CTE: row, links, change and events
live or die together without a transaction's round trips) and a transaction of the same parts on SQLite. Identifiers
come from model declarations only; every value is a parameter.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import uuid4

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

from tmfsite.fields import JsonField, json
from tmfsite.resources.schema import Attribute, Schema


@cache
def vendor() -> str:
    """Return Django's name of the database; asking the connection each time costs as much as a look into five dicts."""
    return str(connection.vendor)


def run(sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """Execute one statement and return its rows ([] if it has none); prepared on PostgreSQL.

    psycopg's cursor costs more than a small statement, so it is left to what exceeds the number of statements that a
    connection keeps prepared.
    """
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up at each mention
    if database.vendor != "postgresql" or database.queries_logged or database.execute_wrappers:
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []
    if database.connection is None:
        database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        raw = database.connection
        known = getattr(raw, "tmfsite_direct", None)
        if known is None:
            known = raw.tmfsite_direct = _Direct(raw)
        values, types, formats = known.dumped(parameters)
        if (sql, types) in known.names or len(known.names) < _DIRECT_STATEMENTS:
            return known.rows(sql, types, values, formats)
        other = psycopg.RawCursor(raw)
        other.execute(_numbered(sql), parameters)
        result = other.pgresult  # `description` would describe every column
        return other.fetchall() if result is not None and result.nfields else []


_DIRECT_STATEMENTS = 500


class _Direct:
    """Prepared statements of one connection, executed without a cursor."""

    def __init__(self, raw: psycopg.Connection) -> None:
        self.pgconn = raw.pgconn
        self.connection = raw
        self.adapter = Transformer.from_context(raw)
        self.names: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def dumped(self, parameters: Sequence[Any]) -> tuple[Sequence[Any], tuple[int, ...], Sequence[int] | None]:
        """Return parameters in PostgreSQL's form, their types, and which of them are binary."""
        if not parameters:
            return (), (), None
        values = self.adapter.dump_sequence(parameters, [PyFormat.AUTO] * len(parameters))
        return values, self.adapter.types or (), self.adapter.formats

    def rows(self, sql: str, types: tuple[int, ...], values: Sequence[Any], formats: Sequence[int] | None) -> list[Any]:
        """Execute a statement and return its rows, as the first of a transaction if one is to begin."""
        if not self.connection.autocommit and self.pgconn.transaction_status == TransactionStatus.IDLE:
            self._checked(self.pgconn.exec_(b"BEGIN"))
        name = self.names.get((sql, types))
        if name is None:
            name = f"tmf_{len(self.names)}".encode()
            self._checked(self.pgconn.prepare(name, _numbered(sql).encode(), types))
            self.names[sql, types] = name
        result = self._checked(self.pgconn.exec_prepared(name, values, formats))
        if not result.nfields:
            return []
        self.adapter.set_pgresult(result)
        return self.adapter.load_rows(0, result.ntuples, tuple)

    def _checked(self, result: Any) -> Any:
        if result.status not in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
            raise psycopg.errors.error_from_result(result)
        return result


@lru_cache(maxsize=2000)
def _numbered(sql: str) -> str:
    """Return a statement with PostgreSQL's own placeholders; psycopg would look for `%s` in long ones every time."""
    first, *rest = sql.split("%s")
    return "".join([first, *(f"${number}{part}" for number, part in enumerate(rest, 1))]).replace("%%", "%")


# --- reading -------------------------------------------------------------------------------------------------------


def _wire_column(attribute: Attribute, vendor: str) -> str:
    column = f't."{attribute.column}"'
    if vendor == "postgresql":
        if attribute.is_json:
            return f"{column}::text"
        if attribute.kind == "date-time":
            return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        return f"{column}::text" if attribute.kind == "date" else column
    return f"strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', {column})" if attribute.kind == "date-time" else column


@lru_cache(maxsize=1000)  # clients choose the names
def select(schema: Schema, vendor: str, names: frozenset[str] | None = None, *, more: str = "") -> str:
    """Return `SELECT ... FROM table t` whose rows `encode.Composer` reads; `names` limits the attributes.

    `more` is one further column, which comes last.
    """
    columns = ["t.id", "t.revision", "t.extension::text" if vendor == "postgresql" else "t.extension"]
    columns += [
        _wire_column(each, vendor)
        for each in schema.attributes.values()
        if names is None or each.wire in names or each.wire == "id"
    ]
    columns += [more] if more else []
    return f'SELECT {", ".join(columns)} FROM "{schema.table}" t'


@cache
def identity(schema: Schema, which: str) -> str:
    """Return the condition, over alias `t`, that picks one row by uid: `latest`, `current`, `version` or `any`."""
    if not schema.versioned:
        return "t.uid = %s"
    return {
        "latest": "t.uid = %s AND t.is_latest",
        "current": "t.uid = %s AND t.is_current",
        "version": "t.uid = %s AND t.version = %s",
    }[which]


@cache
def _load(schema: Schema, vendor: str, condition: str) -> tuple[str, list[str], list[Callable[[Any], Any] | None]]:
    fields = schema.model._meta.concrete_fields
    text = {each.column for each in fields if each.db_type(connection) == "json"}
    columns = [f't."{each.column}"' + ("::text" if each.column in text else "") for each in fields]
    sql = f'SELECT {", ".join(columns)} FROM "{schema.table}" t WHERE {condition}'
    return sql, [each.attname for each in fields], [_from_database(each, vendor) for each in fields]


def _from_database(field_: models.Field, vendor: str) -> Callable[[Any], Any] | None:
    if isinstance(field_, JsonField):
        return json.loads
    if vendor == "sqlite" and isinstance(field_, models.BooleanField):
        return bool
    if vendor == "sqlite" and isinstance(field_, models.DateTimeField):
        return lambda moment: moment.replace(tzinfo=UTC)
    return None


def load(schema: Schema, condition: str, parameters: Sequence[Any]) -> Any:
    """Return the instance a condition of `identity` picks, None when there is none."""
    sql, names, convert = _load(schema, vendor(), condition)
    rows = run(sql, parameters)
    if not rows:
        return None
    values = [
        value if value is None or to_python is None else to_python(value)
        for value, to_python in zip(rows[0], convert, strict=True)
    ]
    return schema.model.from_db(connection.alias, names, values)


# --- writing -------------------------------------------------------------------------------------------------------


@dataclass
class Links:
    """Link rows of a resource: (path, target content type id or None, target uid); `paths` are replaced whole."""

    paths: list[str]
    rows: list[tuple[str, int | None, str]]


@dataclass
class Record:
    """The Change row of a write; see `tmfsite.audit.models.Change`."""

    at: datetime
    actor_kind: str
    actor_name: str
    user_id: int | None
    request_id: str | None
    action: str
    resource_uid: str
    revision: int
    reason: str
    changes: str


@dataclass
class Outbox:
    """Event rows of a write, in their order (see `tmfsite.events`).

    Each of `events` is (event type, API key, resource path, payload).
    """

    uid: str
    correlation_id: str | None
    at: datetime
    events: list[tuple[str, str, str, str]]


@dataclass
class Write:
    """Everything one change puts into the database."""

    schema: Schema
    record: Record
    outbox: Outbox
    columns: list[str]
    values: list[Any]
    links: Links | None


_RECORD = "at, actor_kind, actor_name, user_id, request_id, action, resource_uid, revision, reason, changes"
_EVENT = "event_id, event_type, event_time, api, resource_path, resource_uid, correlation_id, payload"


def _record_values(write: Write) -> list[Any]:
    record = write.record
    return [
        _moment(record.at), record.actor_kind, record.actor_name, record.user_id, record.request_id, record.action,
        record.resource_uid, record.revision, record.reason, record.changes,
    ]  # fmt: skip


def _moment(moment: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(moment) if vendor() == "sqlite" else moment


@cache
def _tail(links: bool, replace: bool, events: int) -> str:
    """Return the CTE parts that follow the row's own, which is named `r` and returns its id."""
    parts = []
    if replace:
        parts.append(
            "dl AS (DELETE FROM resources_link l USING r WHERE l.source_type_id = %s AND l.source_id = r.id "
            "AND l.path = ANY(%s))"
        )
    if links:
        parts.append(
            "il AS (INSERT INTO resources_link (source_type_id, source_id, path, target_type_id, target_uid) "
            "SELECT %s, r.id, x.path, x.type, x.uid FROM r, "
            "unnest(%s::text[], %s::int[], %s::text[]) AS x(path, type, uid))"
        )
    parts.append(
        f"ch AS (INSERT INTO audit_change ({_RECORD}, resource_type_id, resource_id) "
        f"SELECT %s, %s, %s, %s::int, %s, %s, %s, %s, %s, %s::json, %s, r.id FROM r)"
    )
    if events:  # no arrays: a payload would be escaped in one
        texts = ", ".join(["%s::text"] * 5)
        rows = ", ".join(f"({number}, {texts})" for number in range(events))
        parts.append(
            f"ev AS (INSERT INTO events_event ({_EVENT}) "
            "SELECT x.event_id, x.event_type, %s::timestamptz, x.api, x.path, %s, %s, x.payload FROM r, "
            f"(VALUES {rows}) AS x(n, event_id, event_type, api, path, payload) ORDER BY x.n)"
        )
    return ", ".join(parts)


def _tail_values(write: Write, *, replace: bool) -> list[Any]:
    kind = write.schema.content_type_id()
    values: list[Any] = []
    links, outbox = write.links, write.outbox
    if replace and links is not None:
        values += [kind, links.paths]
    if links is not None and links.rows:
        paths, types, uids = zip(*links.rows, strict=True)
        values += [kind, list(paths), list(types), list(uids)]
    values += [*_record_values(write), kind]
    if outbox.events:
        values += [outbox.at, outbox.uid, outbox.correlation_id]
    for event in outbox.events:
        values += [str(uuid4()), *event]
    return values


def _portable_tail(write: Write, row_id: int, *, replace: bool) -> None:
    kind, links, outbox = write.schema.content_type_id(), write.links, write.outbox
    with connection.cursor() as cursor:
        if replace and links is not None:
            marks = ", ".join(["%s"] * len(links.paths))
            cursor.execute(
                f"DELETE FROM resources_link WHERE source_type_id = %s AND source_id = %s AND path IN ({marks})",
                [kind, row_id, *links.paths],
            )
        if links is not None and links.rows:
            cursor.executemany(
                "INSERT INTO resources_link (source_type_id, source_id, path, target_type_id, target_uid) "
                "VALUES (%s, %s, %s, %s, %s)",
                [(kind, row_id, *row) for row in links.rows],
            )
        marks = ", ".join(["%s"] * 12)
        cursor.execute(
            f"INSERT INTO audit_change ({_RECORD}, resource_type_id, resource_id) VALUES ({marks})",
            [*_record_values(write), kind, row_id],
        )
    announce(outbox)


def announce(outbox: Outbox) -> None:
    """Insert event rows by themselves; within a write of PostgreSQL they are part of its statement."""
    if not outbox.events:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO events_event ({_EVENT}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (str(uuid4()), kind, _moment(outbox.at), api, path, outbox.uid, outbox.correlation_id, payload)
                for kind, api, path, payload in outbox.events
            ],
        )


def _marks(schema: Schema, columns: Sequence[str], vendor: str) -> list[str]:
    if vendor != "postgresql":
        return ["%s"] * len(columns)
    kinds = {each.column: each for each in schema.model._meta.concrete_fields}
    return ["%s::json" if kinds[name].db_type(connection) == "json" else "%s" for name in columns]


@cache
def _insert(schema: Schema, columns: tuple[str, ...], vendor: str, links: bool, events: int) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    row = f'INSERT INTO "{schema.table}" ({names}) VALUES ({", ".join(_marks(schema, columns, vendor))}) RETURNING id'
    return f"WITH r AS ({row}), {_tail(links, False, events)} SELECT id FROM r" if vendor == "postgresql" else row


@cache
def _update(schema: Schema, columns: tuple[str, ...], vendor: str, links: bool, replace: bool, events: int) -> str:
    pairs = zip(columns, _marks(schema, columns, vendor), strict=True)
    row = (
        f'UPDATE "{schema.table}" SET {", ".join(f'"{name}" = {mark}' for name, mark in pairs)} '
        "WHERE id = %s AND revision = %s RETURNING id"
    )
    return f"WITH r AS ({row}), {_tail(links, replace, events)} SELECT id FROM r" if vendor == "postgresql" else row


def insert(write: Write) -> int:
    """Insert a resource with all that belongs to it; return its key. Raises Django's `IntegrityError`."""
    has_links = write.links is not None and bool(write.links.rows)
    sql = _insert(write.schema, tuple(write.columns), vendor(), has_links, len(write.outbox.events))
    if vendor() == "postgresql":
        return int(run(sql, [*write.values, *_tail_values(write, replace=False)])[0][0])
    with transaction.atomic():
        row_id = int(run(sql, write.values)[0][0])
        _portable_tail(write, row_id, replace=False)
    return row_id


def update(write: Write, row_id: int, revision: int) -> bool:
    """Update a resource if it still has this revision; False when somebody else was faster: nothing is written."""
    has_links = write.links is not None and bool(write.links.rows)
    replaced, events = write.links is not None, len(write.outbox.events)
    sql = _update(write.schema, tuple(write.columns), vendor(), has_links, replaced, events)
    values = [*write.values, row_id, revision]
    if vendor() == "postgresql":
        return bool(run(sql, [*values, *_tail_values(write, replace=write.links is not None)]))
    with transaction.atomic():
        if not run(sql, values):
            return False
        _portable_tail(write, row_id, replace=True)
    return True


def delete(write: Write, row_id: int, revision: int) -> bool:
    """Delete a resource and its links if it still has this revision."""
    kind = write.schema.content_type_id()
    with transaction.atomic():
        if not run(
            f'DELETE FROM "{write.schema.table}" WHERE id = %s AND revision = %s RETURNING id',
            [row_id, revision],
        ):
            return False
        run("DELETE FROM resources_link WHERE source_type_id = %s AND source_id = %s", [kind, row_id])
        _portable_tail(write, row_id, replace=False)
    return True


def column_values(instance: models.Model, columns: Iterable[str]) -> list[Any]:
    """Return the parameters that store columns of an instance."""
    sqlite = vendor() == "sqlite"
    by_column = _fields_by_column(type(instance))
    values = []
    for name in columns:
        field_ = by_column[name]
        value = field_.get_prep_value(getattr(instance, field_.attname))
        values.append(field_.get_db_prep_value(value, connection, prepared=True) if sqlite else value)
    return values


@cache
def _fields_by_column(model: type[models.Model]) -> dict[str, models.Field]:
    return {str(each.column): each for each in model._meta.concrete_fields}


def serialize(what: str) -> None:
    """Let only one transaction at a time pass here for the same `what`; a SQLite transaction is alone anyway."""
    if vendor() == "postgresql":
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
