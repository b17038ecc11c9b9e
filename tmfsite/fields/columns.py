"""Model fields for nested values and references: JSON columns that keep exactly what came.

On an instance the value is plain wire JSON (dicts and lists with wire names). The value type validates it and
drives the OpenAPI schema and the admin form; it is not part of a migration, so a new attribute needs none.
"""

from functools import cached_property
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models
from pydantic import BeforeValidator, TypeAdapter
from pydantic import ValidationError as PydanticError

from tmfsite.fields import json
from tmfsite.fields.values import Reference, Value


class JsonField(models.Field):
    """A JSON column: PostgreSQL `json` (keeps key order and spelling, cheap to read as text), SQLite `text`."""

    description = "JSON"
    empty_strings_allowed = False

    def db_type(self, connection: Any) -> str:
        return "json" if connection.vendor == "postgresql" else "text"

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        return name, "tmfsite.fields.JsonField", list(args), options  # also of the classes below, for migrations

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        # As text: psycopg would parse it with the standard library and lose the spelling of numbers.
        return (f"{sql}::text", params) if compiler.connection.vendor == "postgresql" else (sql, params)

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else json.dumps(value)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class ValueField(JsonField):
    """A typed nested value, or with `many` a list of them: ``ValueField(ProductOfferingTerm, many=True)``.

    Validation raises Django's `ValidationError` whose `params["errors"]` holds `(path, message, kind)` triples.
    """

    def __init__(
        self, value_type: type[Value] | Any = None, *, many: bool = False, or_one: bool = False, **options: Any
    ) -> None:
        options.setdefault("null", True)
        options.setdefault("blank", True)
        super().__init__(**options)
        self.value_type = value_type
        self.many = many
        self.or_one = or_one

    def clone(self) -> "ValueField":
        """Return a copy with the value type, which `deconstruct` leaves out for the sake of migrations."""
        _, _, args, options = super().deconstruct()
        return type(self)(*args, **{**options, **self._own_options()})

    def _own_options(self) -> dict[str, Any]:
        return {"value_type": self.value_type, "many": self.many, "or_one": self.or_one}

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Validate with this; it accepts wire JSON."""
        if not self.many:
            return TypeAdapter(self.value_type)
        values = list[self.value_type]  # type: ignore[name-defined]
        return TypeAdapter(Annotated[values, BeforeValidator(_listed)] if self.or_one else values)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        if value is None:
            return
        try:
            self.adapter.validate_python(value)
        except PydanticError as error:
            faults = [(list(fault["loc"]), fault["msg"], fault["type"]) for fault in error.errors(include_url=False)]
            text = "; ".join(f"{'.'.join(map(str, path))}: {message}" for path, message, _ in faults[:5])
            raise ValidationError(text, code="value", params={"errors": faults}) from None

    def formfield(self, **options: Any) -> Any:
        from tmfsite.fields import formfields

        return formfields.build(self, **options) if formfields.build else None


class ReferenceField(ValueField):
    """A TMF reference to a model given by its label: ``ReferenceField("catalog.Category")``.

    The label is lazy, so that it may point up. References are open: the target need not exist (TMF630 rule 86). With
    `or_value` the attribute may hold the target itself, or a cut of it, instead of a reference.
    """

    def __init__(
        self,
        to: str | None = None,
        *,
        many: bool = False,
        value_type: Any = Reference,
        or_value: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(value_type, many=many, **options)
        self.to = to
        self.or_value = or_value

    def _own_options(self) -> dict[str, Any]:
        return {**super()._own_options(), "to": self.to, "or_value": self.or_value}
