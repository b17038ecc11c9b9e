"""Regular expressions that mean the same to RE2 (Python, SQLite) and to PostgreSQL, and cost linear time.

The common subset: literals, `.` (any character but a newline), `\\d \\w \\s` and their negations (ASCII), `\\b \\B`,
`\\t \\n \\r`, escaped punctuation, sets, groups, `|`, `* + ? {m,n}` with or without a lazy `?`, `^` and `$` (start and
very end of the text). There are no flags, back references or lookaround. Case-insensitivity, where the caller asks
for it, covers characters with a one-to-one counterpart.
"""

from dataclasses import dataclass
from functools import lru_cache

from tmfsite.query.errors import QueryError

MAX_LENGTH = 200
MAX_SIZE = 1000
_MAX_REPEAT = 100
_MAX_DEPTH = 20

type Ranges = tuple[tuple[int, int], ...]

_SHORTHANDS: dict[str, Ranges] = {
    "d": ((48, 57),),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "s": ((9, 13), (32, 32)),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r"}
_NEWLINE: Ranges = ((10, 10),)
_LAST = 0x10FFFF
_WORD = "[A-Za-z0-9_]"
_BOUNDARY = f"(?:(?<!{_WORD})(?={_WORD})|(?<={_WORD})(?!{_WORD}))"
_NO_BOUNDARY = f"(?:(?<!{_WORD})(?!{_WORD})|(?<={_WORD})(?={_WORD}))"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern in the spelling of both engines; `size` counts its states when repetitions are written out."""

    re2: str
    postgres: str
    size: int = 1


@lru_cache(maxsize=1024)
def translate(text: str, ignore_case: bool = False) -> Pattern:
    """Return the spellings of a pattern; `QueryError` with the position if it is not of the common subset."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"a regular expression is limited to {MAX_LENGTH} characters")
    reader = _Reader(text, ignore_case)
    pattern = reader.alternatives(0)
    if reader.position < len(text):
        raise reader.error("unbalanced parenthesis")
    if pattern.size > MAX_SIZE:
        raise QueryError("the regular expression repeats too much")
    return pattern


class _Reader:
    def __init__(self, text: str, ignore_case: bool) -> None:
        self.text = text
        self.ignore_case = ignore_case
        self.position = 0

    def error(self, message: str) -> QueryError:
        return QueryError(f"regular expression: {message}", position=self.position)

    def peek(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise self.error("unexpected end")
        self.position += 1
        return character

    def accept(self, token: str) -> bool:
        if self.text.startswith(token, self.position):
            self.position += len(token)
            return True
        return False

    def alternatives(self, depth: int) -> Pattern:
        if depth > _MAX_DEPTH:
            raise self.error("nested too deeply")
        branches = [self.sequence(depth)]
        while self.accept("|"):
            branches.append(self.sequence(depth))
        if len(branches) == 1:
            return branches[0]
        return Pattern(
            f"(?:{'|'.join(each.re2 for each in branches)})",
            f"(?:{'|'.join(each.postgres for each in branches)})",
            sum(each.size for each in branches),
        )

    def sequence(self, depth: int) -> Pattern:
        re2, postgres, size = "", "", 1
        while self.peek() not in ("", "|", ")"):
            item = self.anchor() or self.repeat(self.atom(depth))
            re2, postgres, size = re2 + item.re2, postgres + item.postgres, size + item.size
        return Pattern(re2, postgres, size) if re2 else Pattern("(?:)", "(?:)")

    def anchor(self) -> Pattern | None:
        if self.accept("^"):
            return Pattern(r"\A", r"\A")
        if self.accept("$"):
            return Pattern(r"\z", r"\Z")
        if self.accept(r"\b"):
            return Pattern(r"\b", _BOUNDARY)
        if self.accept(r"\B"):
            return Pattern(r"\B", _NO_BOUNDARY)
        return None

    def atom(self, depth: int) -> Pattern:
        if self.accept("("):
            if not self.accept("?:") and self.peek() == "?":
                raise self.error("groups with options are not supported")
            inner = self.alternatives(depth + 1)
            if not self.accept(")"):
                raise self.error("missing )")
            return Pattern(f"(?:{inner.re2})", f"(?:{inner.postgres})", inner.size)
        if self.accept("["):
            return self.set()
        if self.accept("."):
            return _set(_NEWLINE, negated=True)
        if self.peek() in "*+?{":
            raise self.error("nothing to repeat")
        ranges, negated = self.character()
        return _set(ranges, negated=negated)

    def character(self) -> tuple[Ranges, bool]:
        """Read a literal or an escape; return the characters it stands for and whether they are the excluded ones."""
        character = self.take()
        if character != "\\":
            return self.folded(character), False
        escaped = self.take()
        if escaped.lower() in _SHORTHANDS:
            return _SHORTHANDS[escaped.lower()], escaped.isupper()
        if escaped in _CONTROLS:
            return self.folded(_CONTROLS[escaped]), False
        if escaped.isalnum() or not escaped.isascii():
            self.position -= 1
            raise self.error(f"unknown escape \\{escaped}")
        return self.folded(escaped), False

    def folded(self, character: str) -> Ranges:
        if not self.ignore_case:
            return ((ord(character), ord(character)),)
        forms = {character, character.lower(), character.upper()}
        return tuple((ord(form), ord(form)) for form in sorted(forms) if len(form) == 1)

    def set(self) -> Pattern:
        negated = self.accept("^")
        ranges: list[tuple[int, int]] = []
        first = True
        while first or self.peek() != "]":
            first = False
            if self.peek() == "[":
                raise self.error("write [ inside a set as \\[")
            found, excluded = self.character()
            if excluded:
                found = _complement(found)
            elif self.peek() == "-" and self.text[self.position + 1 : self.position + 2] not in ("]", ""):
                found = self.range(found)
            ranges += found
        self.take()
        return _set(tuple(ranges), negated=negated)

    def range(self, start: Ranges) -> Ranges:
        self.take()
        end, excluded = self.character()
        if excluded or end in _SHORTHANDS.values() or start in _SHORTHANDS.values():
            raise self.error("a range needs two characters")
        low, high = start[-1][0], end[-1][0]
        if self.ignore_case and not (start[0][0] == low and end[0][0] == high):
            upper = (start[0][0], end[0][0])
            if upper[0] > upper[1] or low > high:
                raise self.error("the range is upside down")
            return (upper, (low, high))
        if low > high:
            raise self.error("the range is upside down")
        return ((low, high),)

    def repeat(self, atom: Pattern) -> Pattern:
        suffix, times = self.quantifier()
        if not suffix:
            return atom
        self.accept("?")
        if self.peek() and self.peek() in "*+?{":
            raise self.error("nothing to repeat")
        return Pattern(atom.re2 + suffix, atom.postgres + suffix, atom.size * times)

    def quantifier(self) -> tuple[str, int]:
        for sign, times in (("*", 1), ("+", 2), ("?", 1)):
            if self.accept(sign):
                return sign, times
        if not self.accept("{"):
            return "", 1
        end = self.text.find("}", self.position)
        low, comma, high = self.text[self.position : max(end, self.position)].partition(",")
        bounds = [low, high] if high else [low]
        if end < 0 or not all(each.isascii() and each.isdigit() and int(each[:9]) <= _MAX_REPEAT for each in bounds):
            raise self.error(f"write repetitions as {{m}}, {{m,}} or {{m,n}}, up to {_MAX_REPEAT}")
        if high and int(high) < int(low):
            raise self.error("the repetition is upside down")
        self.position = end + 1
        return f"{{{int(low)}{comma}{int(high) if high else ''}}}", int(high or low) + 1


def _set(ranges: Ranges, *, negated: bool = False) -> Pattern:
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1] and not negated:
        return Pattern(_spelling(ranges[0][0], re2=True), _spelling(ranges[0][0], re2=False))
    mark = "^" if negated else ""
    spelled = [
        "".join(
            _spelling(low, re2=re2) if low == high else f"{_spelling(low, re2=re2)}-{_spelling(high, re2=re2)}"
            for low, high in ranges
        )
        for re2 in (True, False)
    ]
    return Pattern(f"[{mark}{spelled[0]}]", f"[{mark}{spelled[1]}]")


def _spelling(code: int, *, re2: bool) -> str:
    character = chr(code)
    if character.isascii() and not character.isalnum():
        return f"\\x{{{code:x}}}" if re2 else f"\\u{code:04x}"
    return character


def _complement(ranges: Ranges) -> Ranges:
    gaps: list[tuple[int, int]] = []
    low = 1
    for start, end in sorted(ranges):
        if low < start:
            gaps.append((low, start - 1))
        low = end + 1
    return (*gaps, (low, _LAST))
