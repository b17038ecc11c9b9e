"""Inputs for what is chosen of an offering: they read a submission, say what is wrong with it, and give order items."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import re2
from django.http import QueryDict
from django.utils import timezone

from ordering.services.configure_offering import Part, Question, characteristics, parts_of_bundle, questions_of
from ordering.services.decompose import Catalogs, fold, same_value
from tmfsite.admin.nested.readable import scalar_text
from tmfsite.fields import json
from tmfsite.fields.instants import format_instant, parse_instant
from tmfsite.fields.json import Document
from tmfsite.query.errors import QueryError
from tmfsite.query.regex import translate

MOST: Final = 1000
"""Products that one item may order."""
_PILLS: Final = 5
_PLACE: Final = 255


class Answer:
    """One question with what was answered: shown by `templates/ordering/answer.html`.

    data: the submission, None for a fresh form, which shows what is usual. held: the values of an installed product.
    """

    def __init__(
        self, question: Question, name: str, data: QueryDict | None = None, held: Sequence[Any] | None = None
    ) -> None:
        self.question = question
        self.name = name
        self.error = ""
        self.values: list[Any] = []
        start = question.usual if held is None else held
        self.options = question.options_with(held or ())
        if data is None or question.is_fixed:
            self.texts = [_text(question, value) for value in start]
            self.values = list(start)
        else:
            self.texts = _sent(question, data, name)
            try:
                self.values = [self._value(text) for text in self.texts]
                self._check()
            except ValueError as fault:
                self.error = str(fault)

    @property
    def input(self) -> str:
        """Which kind of input shows it."""
        question = self.question
        if question.is_fixed:
            return "fixed"
        if self._is_free:
            return "lines" if question.takes_several else "text"
        if question.takes_several:
            return "checks"
        return "pills" if len(self.choices) <= _PILLS else "select"

    @property
    def _is_free(self) -> bool:
        question = self.question
        ranges = question.low is not None or question.high is not None
        return question.kind != "boolean" and (ranges or question.is_extensible or not self.options)

    @property
    def type(self) -> str:
        """Type of a text input."""
        return {"integer": "number", "number": "number", "date": "date", "dateTime": "datetime-local"}.get(
            self.question.kind, "text"
        )

    @property
    def choices(self) -> list[dict[str, Any]]:
        """What may be picked."""
        question = self.question
        options = self.options or ([True, False] if question.kind == "boolean" else [])
        found = [
            {"value": _code(each), "label": self._label(each), "chosen": _code(each) in self.texts} for each in options
        ]
        if not question.least and not question.takes_several:
            found.append({"value": "", "label": "None", "chosen": not self.texts})
        return found

    @property
    def suggestions(self) -> list[str]:
        """Values that a text input offers."""
        return [_text(self.question, each) for each in self.options]

    @property
    def shown(self) -> str:
        """The values in words."""
        return ", ".join(self._label(each) for each in self.values) or "—"

    @property
    def hint(self) -> str:
        """What it takes, in words."""
        question, said = self.question, []
        if question.low is not None or question.high is not None:
            low, high = (_plain(each) if each is not None else "…" for each in (question.low, question.high))
            said.append(f"{low} to {high}")
        if question.takes_several and (question.least > 1 or question.most):
            said.append(f"{question.least or 'none'} to {question.most or 'any number'}")
        if question.takes_several and self._is_free:
            said.append("one in each line")
        if question.regex:
            said.append(f"must match {question.regex}")
        return "; ".join(said)

    def _label(self, value: Any) -> str:
        unit = f" {self.question.unit}" if self.question.unit else ""
        return f"{scalar_text(value)}{unit}"

    # --- reading ---------------------------------------------------------------------------------------------------

    def _value(self, text: str) -> Any:
        question = self.question
        if not self._is_free:
            options = self.options or [True, False]
            for each in options:
                if _code(each) == text:
                    return each
            raise ValueError("Choose one of the values.")
        match question.kind:
            case "integer" | "number":
                return self._number(text)
            case "date" | "dateTime":
                return _moment(text)
            case "boolean":
                return text == "true"
        if question.regex and not _matches(question.regex, text):
            raise ValueError(f"“{text}” does not match {question.regex}.")
        return text

    def _number(self, text: str) -> Any:
        question = self.question
        try:
            number = json.loads(text.replace(",", ".").strip().lstrip("+"))
        except ValueError:
            number = None
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError("Enter a whole number." if question.kind == "integer" else "Enter a number.")
        if question.kind == "integer" and number != int(number):
            raise ValueError("Enter a whole number.")
        if any(same_value(number, each) for each in self.options):
            return number
        if question.low is not None and number < question.low:
            raise ValueError(f"At least {_plain(question.low)}.")
        if question.high is not None and number > question.high:
            raise ValueError(f"At most {_plain(question.high)}.")
        return number

    def _check(self) -> None:
        question, number = self.question, len(self.values)
        if number < question.least:
            raise ValueError("This is needed." if question.least == 1 else f"At least {question.least} are needed.")
        if question.most is not None and number > question.most:
            raise ValueError(f"At most {question.most} may be chosen.")


def _sent(question: Question, data: QueryDict, name: str) -> list[str]:
    sent = data.getlist(name)
    if question.takes_several:
        sent = [line for text in sent for line in text.splitlines()]
    return [text.strip() for text in sent if text.strip()]


def _code(value: Any) -> str:
    """Return how an option stands in the form."""
    return value if isinstance(value, str) else json.dumps(value)


def _text(question: Question, value: Any) -> str:
    if question.kind in ("date", "dateTime") and (moment := parse_instant(str(value))):
        return timezone.localtime(moment).strftime("%Y-%m-%d" if question.kind == "date" else "%Y-%m-%dT%H:%M")
    return _code(value)


def _plain(number: float) -> str:
    return f"{number:g}" if number != int(number) else str(int(number))


def _moment(text: str) -> str:
    moment = instant_of(text)
    if moment is None:
        raise ValueError("Enter a date.")
    return format_instant(moment)


def instant_of(text: str) -> datetime | None:
    """Return the instant that a date input means, in the zone of this server; None for none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re2.fullmatch(translate(pattern).re2, text) is not None
    except (QueryError, re2.error):
        return True  # what is no pattern for us forbids nothing


# --- items ----------------------------------------------------------------------------------------------------------


class Configuration:
    """The answers to all questions about one offering. `held` are the characteristics of an installed product."""

    def __init__(
        self,
        questions: Iterable[Question],
        prefix: str,
        data: QueryDict | None = None,
        held: Iterable[Document] | None = None,
    ) -> None:
        known = None if held is None else {fold(each.get("name")): each.get("value") for each in held}
        self.answers = [
            Answer(each, f"{prefix}-c-{each.key}", data, None if known is None else _held(each, known))
            for each in questions
        ]

    @property
    def open(self) -> list[Answer]:
        """Those that leave a choice."""
        return [each for each in self.answers if not each.question.is_fixed]

    @property
    def fixed(self) -> list[Answer]:
        """Those that do not, and have a value."""
        return [each for each in self.answers if each.question.is_fixed and each.values]

    def errors(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong, by the name of the input."""
        yield from ((each.name, each.error) for each in self.answers if each.error)

    def documents(self) -> list[Document]:
        """Return what was chosen, as characteristics."""
        chosen = {each.question.key: each.values for each in self.open}
        return characteristics((each.question for each in self.open), chosen)


def _held(question: Question, known: Mapping[str, Any]) -> list[Any]:
    if question.key not in known:
        return list(question.usual)
    value = known[question.key]
    return value if isinstance(value, list) else [value]


class PartForm:
    """The part of a bundle: how many of it, and how they are configured."""

    def __init__(self, part: Part, prefix: str, data: QueryDict | None) -> None:
        self.part = part
        self.name = str(part.offering.get("name"))
        self.input = f"{prefix}-number"
        self.number_text = str(part.usual) if data is None else data.get(self.input, "").strip()
        self.number, self.error = _count(self.number_text, part.least, part.most)
        self.configuration = Configuration(part.questions, prefix, data)

    @property
    def is_fixed(self) -> bool:
        """Whether there is no choice of how many."""
        return self.part.least == self.part.most

    def errors(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong, by the name of the input; what is not taken cannot be wrong."""
        if self.error:
            yield self.input, self.error
        elif self.number:
            yield from self.configuration.errors()

    @property
    def is_faulty(self) -> bool:
        """Whether anything is wrong."""
        return any(True for _ in self.errors())


class ItemForm:
    """An item of the new order: an offering with its configuration and, of a bundle, its parts."""

    def __init__(self, key: str, offering: Document, catalogs: Catalogs, data: QueryDict | None = None) -> None:
        self.key = key
        self.offering = offering
        self.prefix = prefix = f"item-{key}"
        self.configuration = Configuration(questions_of(catalogs, offering), prefix, data)
        self.parts = [
            PartForm(part, f"{prefix}-p-{number}", data)
            for number, part in enumerate(parts_of_bundle(catalogs, offering))
        ]
        self.terms = [each for each in offering.get("productOfferingTerm") or () if each.get("name")]
        sent = data if data is not None else QueryDict()
        self.quantity_text = sent.get(f"{prefix}-quantity", "1").strip()
        self.quantity, self.quantity_error = _count(self.quantity_text, 1, MOST)
        self.term = sent.get(f"{prefix}-term", "")
        self.place = sent.get(f"{prefix}-place", "").strip()[:_PLACE]
        self.faults: list[str] = []

    @property
    def name(self) -> str:
        """What the offering is called."""
        return str(self.offering.get("name"))

    def errors(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong, by the name of the input."""
        if self.quantity_error:
            yield f"{self.prefix}-quantity", self.quantity_error
        yield from self.configuration.errors()
        for part in self.parts:
            yield from part.errors()

    def document(self, number: str) -> Document:
        """Return the item of TMF622, as far as it could be read."""
        item = _item(number, self.offering, self.quantity or 1, self.configuration.documents(), self._places())
        if term := next((each for each in self.terms if each["name"] == self.term), None):
            item["itemTerm"] = [{key: term[key] for key in ("name", "description", "duration") if term.get(key)}]
        parts = [each for each in self.parts if each.number]
        if parts:
            item["productOrderItem"] = [
                _item(
                    f"{number}.{position}",
                    each.part.offering,
                    each.number,
                    each.configuration.documents(),
                    self._places(),
                )
                for position, each in enumerate(parts, 1)
            ]
        return item

    def _places(self) -> list[Document]:
        return [{"role": "installation site", "name": self.place, "@type": "GeographicSite"}] if self.place else []


def _item(number: str, offering: Document, quantity: int, chosen: list[Document], places: list[Document]) -> Document:
    product: Document = {}
    if chosen:
        product["productCharacteristic"] = chosen
    if places:
        product["place"] = places
    item = {"id": number, "action": "add", "quantity": quantity, "productOffering": reference(offering)}
    return {**item, "product": product} if product else item


def reference(offering: Document) -> Document:
    """Return a reference to an offering."""
    kept = {name: offering[name] for name in ("id", "href", "name") if offering.get(name)}
    return {**kept, "@referredType": "ProductOffering"}


def _count(text: str, least: int, most: int | None) -> tuple[int, str]:
    try:
        number = int(text or "0")
    except ValueError:
        return 0, "Enter a whole number."
    if number < least:
        return number, f"At least {least}."
    if most is not None and number > most:
        return number, f"At most {most}."
    return number, ""
