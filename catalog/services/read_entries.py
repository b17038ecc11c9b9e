"""Reading entities from a file: a JSON object or array, JSON lines, or a zip of such files.

Every fault is reported with file and position, and reading goes on where it can. What is read is bounded: a
zip counts by what it unpacks to.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from tmfsite.fields.json import Document, Json
from tmfsite.rest.body import parsed
from tmfsite.rest.errors import ApiError

MAX_MEMBERS: Final = 1000
LINES: Final = (".jsonl", ".ndjson")
_ZIP: Final = b"PK"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity as it was read; `position` is its place in the file: `entity 3` or `line 12`."""

    file: str
    position: str
    document: Document


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was not read or not stored; file and position may be empty."""

    file: str
    position: str
    reason: str

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self.position) if part)
        return f"{where}: {self.reason}" if where else self.reason


type Found = Entry | Problem


def read_entries(content: BinaryIO, name: str, *, content_type: str = "", max_bytes: int) -> Iterator[Found]:
    """Yield the entities and problems of a seekable file; its content, type and name tell the format."""
    start = content.read(len(_ZIP))
    content.seek(0)
    if start == _ZIP:
        yield from _zip(content, name, max_bytes)
        return
    data = content.read(max_bytes + 1)
    if len(data) > max_bytes:
        yield Problem(name, "", f"is larger than {max_bytes} bytes")
    else:
        yield from _text(data, name, lines=_names_lines(content_type, name))


def _names_lines(content_type: str, name: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return name.lower().endswith(LINES) or any(each in media_type for each in ("ndjson", "jsonl", "json-lines"))


def _zip(content: BinaryIO, name: str, max_bytes: int) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(content)
    except (zipfile.BadZipFile, ValueError) as error:
        yield Problem(name, "", f"is not a zip file: {error}")
        return
    with archive:
        members = [each for each in archive.infolist() if _is_data(each)]
        if not members:
            yield Problem(name, "", "holds no .json, .jsonl or .ndjson file")
        if len(members) > MAX_MEMBERS:
            yield Problem(name, "", f"holds more than {MAX_MEMBERS} files")
            return
        left = max_bytes
        for member in sorted(members, key=lambda each: each.filename):
            file = f"{name}/{member.filename}"
            try:
                with archive.open(member) as opened:
                    data = opened.read(left + 1)  # the size in the directory of a zip proves nothing
            except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
                yield Problem(file, "", f"cannot be unpacked: {error}")
                continue
            left -= len(data)
            if left < 0:
                yield Problem(name, "", f"unpacks to more than {max_bytes} bytes")
                return
            yield from _text(data, file, lines=_names_lines("", file))


def _is_data(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not member.is_dir() and not hidden and path.suffix.lower() in (".json", *LINES)


def _text(data: bytes, name: str, *, lines: bool) -> Iterator[Found]:
    if not data or data.isspace():
        yield Problem(name, "", "is empty")
        return
    if not lines:
        try:
            value = parsed(data)
        except ApiError as error:
            if not _looks_like_lines(data):
                yield Problem(name, "", _reason(error))
                return
        else:
            yield from _entities(value, name)
            return
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                yield _entity(parsed(line), name, f"line {number}")
            except ApiError as error:
                yield Problem(name, f"line {number}", _reason(error))


def _looks_like_lines(data: bytes) -> bool:
    """Tell whether a text that is not one JSON value begins with a line that is."""
    first, _, rest = data.lstrip().partition(b"\n")
    if not rest.strip() or not first.startswith(b"{"):
        return False
    try:
        parsed(first)
    except ApiError:
        return False
    return True


def _entities(value: Json, name: str) -> Iterator[Found]:
    if isinstance(value, list):
        for number, each in enumerate(value, start=1):
            yield _entity(each, name, f"entity {number}")
    else:
        yield _entity(value, name, "")


def _entity(value: Json, name: str, position: str) -> Found:
    if isinstance(value, dict):
        return Entry(name, position, value)
    return Problem(name, position, "is not a JSON object")


def _reason(error: ApiError) -> str:
    return error.message.removeprefix("the body ")
