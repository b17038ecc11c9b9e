"""The query language on PostgreSQL 15: JSON by SQL/JSON paths, dates by the function `tmf_instant`."""

from collections.abc import Iterator
from functools import lru_cache

from tmfsite.fields import json
from tmfsite.query.expression import (
    And,
    Descend,
    Elements,
    Exists,
    Expression,
    Located,
    Not,
    Operator,
    Or,
    Path,
    SomeElement,
    Test,
)
from tmfsite.query.fragments import FALSE, SIGNS, Dialect, Sql, either, join, negate
from tmfsite.query.operands import ISO_PATTERN, moment_text, read
from tmfsite.query.regex import translate

POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION tmf_instant(text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $function$
-- The instant an ISO 8601 date or date-time names (no zone: UTC, no time: midnight), NULL for any other text.
BEGIN
    IF substr($1, 5, 1) <> '-' OR $1 !~ '^(?:{ISO_PATTERN})$' THEN
        RETURN NULL;
    END IF;
    IF length($1) = 10 THEN
        RETURN ($1 || ' 00:00Z')::timestamptz;
    END IF;
    RETURN (
        regexp_replace(replace($1, ',', '.'), '([.][0-9]{{6}})[0-9]+', '\\1')
        || CASE WHEN substr($1, 11) ~ '[Zz+-]' THEN '' ELSE 'Z' END
    )::timestamptz;
END
$function$;
"""
"""Functions that `where` uses; to be created by a migration."""

_OPERATORS = {"eq": "==", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class _Postgres:
    def one_of(self, column: Sql, texts: tuple[str, ...]) -> Sql:
        if len(texts) == 1:
            return Sql(f"{column.text} = %s", (*column.params, texts[0]))
        return Sql(f"{column.text} = ANY(%s::text[])", (*column.params, list(texts)))

    def text_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        if operator in ("regex", "iregex"):
            return either(
                Sql(f"{column.text} ~ %s", (*column.params, translate(pattern, operator == "iregex").postgres))
                for pattern in operands
            )
        given = read(operator, operands)
        if operator == "ne":
            equal = negate(self.text_test(column, "eq", operands))
            return Sql(f"({column.text} IS NOT NULL AND {equal.text})", (*column.params, *equal.params))
        moment = Sql(f"tmf_instant({column.text})", column.params)
        if operator == "eq":
            plain = [self.one_of(column, given.plain)] if given.plain else []
            return either([*plain, *self._within(moment, operands)])
        ordered = Sql(f'{column.text} COLLATE "C" {SIGNS[operator]} %s', column.params)
        by_text = Sql(ordered.text, (*ordered.params, given.texts[0]))
        if not given.spans:
            return by_text
        by_moment = [self._moment_order(moment, operator, operands)]
        by_moment += [Sql(ordered.text, (*ordered.params, text)) for text in given.plain]
        return join(
            "",
            [Sql("CASE WHEN "), moment, Sql(" IS NULL THEN "), by_text, Sql(" ELSE "), either(by_moment), Sql(" END")],
        )

    def text_element(self, column: Sql, inner: Expression) -> Sql:
        value = Sql(f"to_jsonb({column.text}::text)", column.params)
        test = self._json(value, inner)
        return Sql(f"({column.text} IS NOT NULL AND {test.text})", (*column.params, *test.params))

    def length_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        return self.number_test(Sql(f"char_length({column.text})", column.params), operator, operands, "DecimalField")

    def number_test(self, column: Sql, operator: Operator, operands: tuple[str, ...], column_type: str) -> Sql:
        if operator in ("regex", "iregex"):
            return FALSE
        if operator == "ne":
            equal = negate(self.number_test(column, "eq", operands, column_type))
            return Sql(f"({column.text} IS NOT NULL AND {equal.text})", (*column.params, *equal.params))
        numbers = read(operator, operands).numbers
        whole = column_type.endswith("IntegerField") and all(
            each == int(each) and abs(each) < 2**63 for each in numbers
        )
        kind = "float8" if column_type == "FloatField" else "bigint" if whole else "numeric"
        sign = "=" if operator == "eq" else SIGNS[operator]
        return either(
            Sql(f"{column.text} {sign} %s::{kind}", (*column.params, str(int(each) if whole else each)))
            for each in numbers
        )

    def boolean_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        booleans = read(operator, operands).booleans
        if operator == "ne":
            return join(
                " AND ",
                [Sql(f"{column.text} IS NOT NULL"), *(Sql(f"{column.text} <> %s", (each,)) for each in booleans)],
            ).enclosed()
        return either(Sql(f"{column.text} = %s", (each,)) for each in booleans) if operator == "eq" else FALSE

    def moment_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        if operator == "ne":
            equal = negate(self.moment_test(column, "eq", operands))
            return Sql(f"({column.text} IS NOT NULL AND {equal.text})", (*column.params, *equal.params))
        if operator == "eq":
            return either(self._within(column, operands))
        return self._moment_order(column, operator, operands)

    def wire_text(self, extension: Sql, name: str, column: Sql, kind: str) -> Sql:
        text = (
            f"to_char({column.text} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
            if kind == "date-time"
            else f"{column.text}::text"
        )
        return Sql(f"COALESCE({extension.text} ->> %s, {text})", (*extension.params, name, *column.params))

    def json_test(self, column: Sql, node: Located) -> Sql:
        return self._json(Sql(f"{column.text}::jsonb", column.params), node)

    def scalar_order(self, column: Sql, kind: str, direction: str) -> Sql:
        collation = ' COLLATE "C"' if kind == "string" else ""
        return Sql(f"{column.text}{collation} {direction} NULLS LAST", column.params)

    def json_order(self, column: Sql, path: tuple[str, ...], direction: str) -> Sql:
        steps = _json_path(path) + f" ? {_IS_SCALAR}"
        value = f"jsonb_path_query_first({column.text}::jsonb, %s::jsonpath)"
        is_number = f"jsonb_typeof({value}) = 'number'"
        return Sql(
            f"CASE WHEN {is_number} THEN ({value})::numeric END {direction} NULLS LAST, "
            f"CASE WHEN {is_number} THEN NULL ELSE {value} #>> '{{}}' END COLLATE \"C\" {direction} NULLS LAST",
            (steps,) * 4,
        )

    # --- JSON ------------------------------------------------------------------------------------------------------

    def _json(self, source: Sql, node: Expression, depth: int = 0) -> Sql:
        """Return a condition on a jsonb expression."""
        match node:
            case And(items):
                return join(" AND ", [self._json(source, item, depth) for item in items]).enclosed()
            case Or(items):
                return join(" OR ", [self._json(source, item, depth) for item in items]).enclosed()
            case Not(item):
                return negate(self._json(source, item, depth))
            case Exists(path):
                return _path_exists(source, _json_path(path) + _NOT_NULL)
            case SomeElement(path, inner):
                name = f"e{depth}"
                test = self._json(Sql(f"{name}.v"), inner, depth + 1)
                return _some(source, _json_path(path) + _NOT_NULL, name, test)
            case Test(path, operator, operands, length):
                return self._json_value(source, path, operator, operands, length, f"e{depth}")

    def _json_value(
        self, source: Sql, path: Path, operator: Operator, operands: tuple[str, ...], length: bool, name: str
    ) -> Sql:
        if length:
            size = Sql(
                f"CASE jsonb_typeof({name}.v) WHEN 'array' THEN jsonb_array_length({name}.v) "
                f"WHEN 'string' THEN char_length({name}.v #>> '{{}}') END"
            )
            return _some(source, _json_path(path), name, self.number_test(size, operator, operands, "DecimalField"))
        steps = _json_path(path)
        given = read(operator, operands) if operator not in ("regex", "iregex") else None
        if given is not None and not given.spans:
            candidates = json.dumps({"v": _candidates(operator, operands)})
            if operator == "ne":
                return _path_exists(source, steps + _NOT_EQUAL, candidates)
            return _path_exists(source, steps + _passes(operator), candidates)
        return _some(source, f"{steps} ? {_IS_SCALAR}", name, self._dated(Sql(f"{name}.v"), operator, operands))

    def _dated(self, value: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        """Return the test of one jsonb scalar by a pattern, or by operands of which some are dates."""
        if operator == "ne":
            return negate(self._dated(value, "eq", operands))
        text = self.text_test(Sql(f"({value.text} #>> '{{}}')"), operator, operands)
        if operator in ("regex", "iregex") or not (others := read(operator, operands).plain):
            return Sql(f"CASE WHEN jsonb_typeof({value.text}) = 'string' THEN {text.text} END", text.params)
        other = _path_exists(value, "lax $" + _passes(operator), json.dumps({"v": _candidates(operator, others)}))
        return Sql(
            f"CASE WHEN jsonb_typeof({value.text}) = 'string' THEN {text.text} ELSE {other.text} END",
            (*text.params, *other.params),
        )

    # --- instants --------------------------------------------------------------------------------------------------

    def _within(self, moment: Sql, operands: tuple[str, ...]) -> Iterator[Sql]:
        for span in read("eq", operands).spans:
            yield Sql(
                f"({moment.text} >= %s::timestamptz AND {moment.text} < %s::timestamptz)",
                (*moment.params, _timestamp(span.start), *moment.params, _timestamp(span.end)),
            )

    def _moment_order(self, moment: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        (span,) = read(operator, operands).spans
        return Sql(f"{moment.text} {SIGNS[operator]} %s::timestamptz", (*moment.params, _timestamp(span.start)))


# In lax mode a filter sees through one level of array, and a comparison inside it through another unless stopped.
_IS_SCALAR = '(@.type() == "string" || @.type() == "number" || @.type() == "boolean")'
_NOT_NULL = ' ? (@.type() != "null")'
_NOT_EQUAL = f" ? ({_IS_SCALAR} && ((@ == $v[*]) is unknown || !(@ == $v[*])))"


def _passes(operator: Operator) -> str:
    return f' ? (@.type() != "array" && @ {_OPERATORS[operator]} $v[*])'


def _timestamp(microseconds: int) -> str:
    text = moment_text(microseconds, "-infinity", "infinity")
    return text if text.endswith("infinity") else f"{text}+00"


def _candidates(operator: Operator, operands: tuple[str, ...]) -> list[object]:
    given = read(operator, operands)
    numbers = [json.RawFloat(str(number)) for number in given.numbers]
    return [*given.texts, *numbers, *given.booleans]


def _path_exists(source: Sql, path: str, variables: str | None = None) -> Sql:
    if variables is None:
        return Sql(f"jsonb_path_exists({source.text}, %s::jsonpath)", (*source.params, path))
    return Sql(f"jsonb_path_exists({source.text}, %s::jsonpath, %s::jsonb)", (*source.params, path, variables))


def _some(source: Sql, path: str, name: str, condition: Sql) -> Sql:
    return Sql(
        f"EXISTS (SELECT 1 FROM jsonb_path_query({source.text}, %s::jsonpath) AS {name}(v) WHERE {condition.text})",
        (*source.params, path, *condition.params),
    )


@lru_cache(maxsize=1024)
def _json_path(path: Path) -> str:
    """Return a path in SQL/JSON; lax mode sees through one array level per name, as the language does."""
    return "lax $" + "".join(map(_json_step, path))


def _json_step(step: object) -> str:
    match step:
        case Descend(name):
            return f".**.{_quoted(name)}"
        case Elements():
            return "[*]"
        case int():
            return f"[{step}]"
    return f".{_quoted(str(step))}"


def _quoted(name: str) -> str:
    return json.dumps(name)


DIALECT: Dialect = _Postgres()
