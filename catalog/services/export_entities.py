"""Exporting the entities of one API into a file that `import_entities` reads.

The same store always gives the same bytes: entities are sorted by type, id and version, attributes stand in
the order of the model, and what depends on the server (`href`) or follows from other entities is left out.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import IO, BinaryIO, Final, Literal

from django.db import connection, models, transaction

from catalog.services.import_entities import Progress, exchanged, model_of
from tmfsite.fields.json import Document, dump_bytes
from tmfsite.query.memory import matches
from tmfsite.query.parser import parse
from tmfsite.resources.errors import Invalid
from tmfsite.resources.registry import OpenApi
from tmfsite.resources.schema import Schema, schema_of
from tmfsite.wire.encode import document_of

_BATCH: Final = 500
_SMALLEST_DATE: Final = (1980, 1, 1, 0, 0, 0)

type FileFormat = Literal["json", "jsonl", "zip"]
type Keep = Callable[[models.Model], bool]

MEDIA_TYPES: Final[dict[FileFormat, str]] = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """How many entities of each type were written."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.counts.values())


def file_format(content_type: str | None, name: str = "") -> FileFormat:
    """Return the format that a media type, or else a file name, asks for; JSON lines when neither does.

    Raises `Invalid` for a media type of something else.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if not media_type:
        return next((each for each in MEDIA_TYPES if name.lower().endswith(f".{each}")), "jsonl")
    by_word: dict[str, FileFormat] = {"ndjson": "jsonl", "jsonl": "jsonl", "zip": "zip", "json": "json"}
    for word, found in by_word.items():
        if word in media_type.replace("-", "").replace("jsonlines", "jsonl"):
            return found
    known = ", ".join(MEDIA_TYPES.values())
    raise Invalid(f"contentType {media_type} is none of {known}", path="contentType")


def export_entities(
    out: BinaryIO,
    *,
    api: OpenApi,
    written_as: FileFormat,
    query: str = "",
    only: type[models.Model] | None = None,
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Write the entities of an API, of one model if `only` names it, that meet a query (TMF630 part 1).

    Raises `QueryError`, and `Invalid` when an entity of an extension type could not be read back.
    """
    paths = {each.model: each.path for each in reversed(exchanged(api))}  # a model's first path counts
    selected = sorted(
        (schema_of(model).type_name, path, model) for model, path in paths.items() if only in (None, model)
    )
    keep = _filter(query)
    with _snapshot():
        rows = {path: _keys(schema_of(model)) for _, path, model in selected}
        total = sum(map(len, rows.values()))
        writer = _Zip(out) if written_as == "zip" else _Plain(out, lines=written_as == "jsonl")
        counts: dict[str, int] = {}
        done = 0
        for _, path, model in selected:
            schema = schema_of(model)
            writer.begin(path)
            counts[schema.type_name] = 0
            for batch in batched(rows[path], _BATCH):
                progress(done, total)
                done += len(batch)
                for document in _documents(schema, batch, keep):
                    if written_as != "zip" and only is None:
                        _check_readable(api, document)
                    writer.write(document)
                    counts[schema.type_name] += 1
        writer.end()
    return Summary(counts)


def _filter(query: str) -> Keep:
    expression = parse(query).expression
    return lambda instance: expression is None or matches(expression, document_of(instance))


def _snapshot() -> transaction.Atomic:
    """One view of the store for the whole export; SQLite's transactions give it anyway."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        return _RepeatableRead(using=None, savepoint=True, durable=False)
    return transaction.atomic()


class _RepeatableRead(transaction.Atomic):
    def __enter__(self) -> None:
        super().__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _keys(schema: Schema) -> list[int]:
    """Return the primary keys in the order of the export, which no collation of a database decides."""
    names = ("uid", "version", "pk") if schema.versioned else ("uid", "pk")
    rows = schema.model._default_manager.values_list(*names)
    return [row[-1] for row in sorted(rows, key=lambda row: tuple(part or "" for part in row[:-1]))]


def _documents(schema: Schema, keys: Sequence[int], keep: Keep) -> Iterator[Document]:
    instances = schema.model._default_manager.in_bulk(keys)
    yield from (exported(instances[key]) for key in keys if key in instances and keep(instances[key]))


def exported(instance: models.Model) -> Document:
    """Return what a file says of an entity."""
    document = document_of(instance, derived=False)
    del document["href"]
    return {"@type": document.pop("@type"), **document}


def _check_readable(api: OpenApi, document: Document) -> None:
    if model_of(api, document) is None:
        raise Invalid(
            f"{document['@type']} {document['id']} has no @baseType that tells its resource; "
            f"export as {MEDIA_TYPES['zip']}, which has a file per resource"
        )


class _Plain:
    """One file with all entities: a JSON array, or JSON lines."""

    def __init__(self, out: BinaryIO, *, lines: bool) -> None:
        self._out = out
        self._lines = lines
        self._first = True

    def begin(self, path: str) -> None:
        """Entities of another resource follow."""

    def write(self, document: Document) -> None:
        before = b"" if self._lines else b"[\n" if self._first else b",\n"
        self._out.write(before + dump_bytes(document) + (b"\n" if self._lines else b""))
        self._first = False

    def end(self) -> None:
        if not self._lines:
            self._out.write(b"[]\n" if self._first else b"\n]\n")


class _Zip:
    """A zip with a file of JSON lines per resource, without dates and owners."""

    def __init__(self, out: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._path = ""
        self._member: IO[bytes] | None = None

    def begin(self, path: str) -> None:
        self._close()
        self._path = path

    def write(self, document: Document) -> None:
        member = self._member
        if member is None:
            info = zipfile.ZipInfo(f"{self._path}.jsonl", _SMALLEST_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            member = self._member = self._archive.open(info, "w")
        member.write(dump_bytes(document) + b"\n")

    def end(self) -> None:
        self._close()
        self._archive.close()

    def _close(self) -> None:
        if self._member is not None:
            self._member.close()
            self._member = None
