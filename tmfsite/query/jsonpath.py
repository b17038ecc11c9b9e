"""JSONPath of the `filter` parameter (TMF630 part 6), read into the same expressions as basic filters.

A filter selects whole resources for which it yields something. Both readings of its root are accepted: the collection
(`$[?(@.status=='active')]`) and the single resource (`$.note[?(@.author=='John')]`, `note[?(...)]`). Expressions parted
by commas or semicolons are alternatives.
"""

import re
from typing import NoReturn

from tmfsite.query.errors import QueryError
from tmfsite.query.expression import (
    Descend,
    Elements,
    Exists,
    Expression,
    Not,
    Operator,
    Path,
    SomeElement,
    Step,
    Test,
    both,
    either,
)
from tmfsite.query.regex import translate

MAX_LENGTH = 2000
MAX_PREDICATES = 5
MAX_NESTING = 30
MAX_DESCENTS = 2
MAX_INDEX = 999_999

_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"@?[^\W\d][\w:-]*|[\d][\w:-]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_INDEX = re.compile(r"\d+", re.ASCII)
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)/(i?)", re.DOTALL)
_PREDICATE = re.compile(r"\[\s*\?")
_COLLECTION_INDEX = re.compile(r"\[\s*\d", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SIGNS: dict[str, Operator] = {"==": "eq", "!=": "ne", ">=": "gte", "<=": "lte", ">": "gt", "<": "lt"}
_FLIPPED: dict[Operator, Operator] = {
    "gt": "lt",
    "gte": "lte",
    "lt": "gt",
    "lte": "gte",
    "eq": "eq",
    "ne": "ne",
}


class _Null:
    """The literal `null`."""


type Literal = str | _Null


def parse_jsonpath(text: str, parameter: str = "filter") -> Expression:
    """Return the expression of a filter; `QueryError` with the position if it is not understood."""
    if len(text) > MAX_LENGTH:
        raise QueryError(f"a filter is limited to {MAX_LENGTH} characters", parameter)
    return _Reader(text, parameter).filter()


class _Reader:
    def __init__(self, text: str, parameter: str) -> None:
        self.text = text
        self.parameter = parameter
        self.position = 0
        self.nesting = 0
        self.predicates = 0
        self.descents = 0

    def fail(self, message: str) -> NoReturn:
        raise QueryError(message, self.parameter, self.position)

    def blank(self) -> None:
        self.position = _BLANK.match(self.text, self.position).end()  # type: ignore[union-attr]

    def at(self, token: str) -> bool:
        return self.text.startswith(token, self.position)

    def accept(self, token: str) -> bool:
        self.blank()
        if not self.at(token):
            return False
        self.position += len(token)
        return True

    def expect(self, token: str) -> None:
        if not self.accept(token):
            self.fail(f"expected {token}")

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self.blank()
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    # --- filter and paths ------------------------------------------------------------------------------------------

    def filter(self) -> Expression:
        alternatives = [self.resource()]
        while self.accept(",") or self.accept(";"):
            alternatives.append(self.resource())
        self.blank()
        if self.position < len(self.text):
            self.fail("unexpected text")
        return either(alternatives)

    def resource(self) -> Expression:
        self.accept("$")
        self.blank()
        if self.at("[*]"):
            self.position += len("[*]")
        elif _COLLECTION_INDEX.match(self.text, self.position):
            self.fail("an index cannot be applied to the collection")
        return self.located()

    def located(self) -> Expression:
        """Read a path, with or without predicates: the condition that it yields something."""
        start = self.position
        path, length = self.path()
        if self.at_predicate():
            return self.element(path)
        if length or not path:
            self.position = start
            self.fail("expected an attribute, a predicate [?(...)] or a comparison")
        return Exists(path)

    def path(self) -> tuple[Path, bool]:
        """Read steps up to a predicate or the end; tell whether the path ends in `length()`."""
        steps: list[Step] = []
        if found := self.match(_NAME):  # `note[...]`, `@size`
            steps.append(found.group())
        while True:
            if self.at(".."):
                self.position += 2
                self.descents += 1
                if self.descents > MAX_DESCENTS:
                    self.fail(f"at most {MAX_DESCENTS} uses of .. are allowed")
                steps.append(Descend(self.name()))
            elif self.at(".length()"):
                self.position += len(".length()")
                return tuple(steps), True
            elif self.at("."):
                self.position += 1
                if not self.at("["):
                    steps.append(self.name())
            elif self.at("[") and not self.at_predicate():
                steps.append(self.bracket())
            else:
                return tuple(steps), False

    def name(self) -> str:
        found = self.match(_NAME)
        if not found:
            self.fail("expected a name")
        return found.group()

    def bracket(self) -> Step:
        self.expect("[")
        step: Step
        if self.accept("*"):
            step = Elements()
        elif index := self.match(_INDEX):
            if len(index.group()) > len(str(MAX_INDEX)):
                self.fail("the index is too large")
            step = int(index.group())
        elif (quoted := self.quoted()) is not None:
            step = quoted
        else:
            self.fail("expected an index, * or a quoted name")
        self.expect("]")
        return step

    def at_predicate(self) -> bool:
        return _PREDICATE.match(self.text, self.position) is not None

    def element(self, path: Path) -> Expression:
        """Read predicates on one element and what follows them."""
        self.deeper()
        conditions: list[Expression] = []
        while self.at_predicate():
            self.expect("[")
            self.expect("?")
            self.predicates += 1
            if self.predicates > MAX_PREDICATES:
                self.fail(f"predicates are limited to {MAX_PREDICATES} levels")
            conditions.append(self.disjunction())
            self.predicates -= 1
            self.expect("]")
        if self.at(".") or self.at("["):
            conditions.append(self.located())
        self.nesting -= 1
        inner = both(conditions)
        if not path:
            return inner
        if isinstance(inner, Test) and not inner.length and inner.path and isinstance(inner.path[0], str):
            return Test((*path, *inner.path), inner.operator, inner.operands)  # alone, it needs no binding
        return SomeElement(path, inner)

    def deeper(self) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.fail("nested too deeply")

    # --- conditions ------------------------------------------------------------------------------------------------

    def disjunction(self) -> Expression:
        self.deeper()
        items = [self.conjunction()]
        while self.accept("||"):
            items.append(self.conjunction())
        self.nesting -= 1
        return either(items)

    def conjunction(self) -> Expression:
        items = [self.negation()]
        while self.accept("&&"):
            items.append(self.negation())
        return both(items)

    def negation(self) -> Expression:
        if self.accept("!"):
            self.deeper()
            item = Not(self.negation())
            self.nesting -= 1
            return item
        if self.accept("("):
            inner = self.disjunction()
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Expression:
        if self.accept("@"):
            return self.path_comparison()
        literal = self.literal()
        operator = self.operator()
        if operator is None or operator == "regex":
            self.fail("expected a comparison")
        self.expect("@")
        path, length = self.path()
        return self.test(path, _FLIPPED[operator], literal, length)

    def path_comparison(self) -> Expression:
        start = self.position
        path, length = self.path()
        if self.at_predicate():
            return self.element(path)
        operator = self.operator()
        if operator == "regex":
            return self.regex(path)
        if operator is not None:
            return self.test(path, operator, self.literal(), length)
        if length or not path:
            self.position = start
            self.fail("expected a comparison")
        return Exists(path)

    def operator(self) -> Operator | None:
        self.blank()
        if self.accept("=~"):
            return "regex"
        for sign, operator in _SIGNS.items():
            if self.accept(sign):
                return operator
        return None

    def literal(self) -> Literal:
        quoted = self.quoted()
        if quoted is not None:
            return quoted
        if found := self.match(_NUMBER):
            return found.group()
        for word in ("true", "false"):
            if self.accept(word):
                return word
        if self.accept("null"):
            return _Null()
        return self.fail("expected a literal")

    def quoted(self) -> str | None:
        found = self.match(_QUOTED)
        if not found:
            return None
        single, double = found.groups()
        return _ESCAPE.sub(r"\1", single if single is not None else double)

    def regex(self, path: Path) -> Expression:
        found = self.match(_REGEX)
        if found:
            pattern, flag = found.groups()
            pattern = pattern.replace("\\/", "/")
        else:
            quoted = self.quoted()
            if quoted is None:
                self.fail("expected a regular expression such as /re/")
            pattern, flag = quoted, ""
        try:
            translate(pattern, bool(flag))
        except QueryError as error:
            self.fail(error.message)
        return Test(path, "iregex" if flag else "regex", (pattern,))

    def test(self, path: Path, operator: Operator, literal: Literal, length: bool) -> Expression:
        if isinstance(literal, _Null):
            if operator not in ("eq", "ne") or length or not path:
                self.fail("null can only be compared by == and !=")
            return Not(Exists(path)) if operator == "eq" else Exists(path)
        return Test(path, operator, (literal,), length)
