"""Importing entities: created or updated by id and version, in dependency order, all or nothing.

Nothing in here knows a particular API: the resources are those that one API publishes, except its jobs, or those of
the whole suite. A file holds whole entities: what one leaves out is removed, but for what the server fills in by itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import batched
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from django.db import DatabaseError, models, transaction

from catalog.models.entity import CatalogEntity, Job
from catalog.services.read_entries import Entry, Found, Problem
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources import registry
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.links import links_of
from tmfsite.resources.registry import OpenApi, Publication
from tmfsite.resources.schema import Schema, schema_of
from tmfsite.wire.decode import same
from tmfsite.wire.encode import document_of

MAX_ENTITIES: Final = 100_000
MAX_PROBLEMS: Final = 100
_BATCH: Final = 500

type Action = Literal["create", "update", "unchanged"]
type Identity = tuple[str, str | None]
type Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Item:
    """An entity on its way into the store."""

    entry: Entry
    schema: Schema
    uid: str
    version: str | None

    @property
    def identity(self) -> Identity:
        """What makes it the same entity as a stored one, within its type."""
        return self.uid, self.version

    def __str__(self) -> str:
        return f"{self.schema.type_name} {self.uid}{f' version {self.version}' if self.version else ''}"


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes, or in a dry run would become, of one entity; `changes` maps attributes to [old, new]."""

    action: Action
    type_name: str
    uid: str
    version: str | None
    name: str | None
    changes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """The outcome of an import; with problems nothing was written."""

    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count(self, action: Action) -> int:
        """Return how many entities are created, updated or unchanged."""
        return sum(step.action == action for step in self.steps)

    @property
    def error_log(self) -> str:
        """One line per problem, at most MAX_PROBLEMS, and a line that counts the rest."""
        lines = [str(problem) for problem in self.problems[:MAX_PROBLEMS]]
        more = len(self.problems) - MAX_PROBLEMS
        return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def exchanged(api: OpenApi | None) -> list[Publication]:
    """Return the publications of what an API exchanges, or the whole suite for None, in the order of declaration.

    An API does not exchange the jobs that do it.
    """
    return [each for each in registry.publications(api) if api is None or not issubclass(each.model, Job)]


def model_named(api: OpenApi | None, path: str | None) -> type[models.Model] | None:
    """Return the model that a path or file name speaks of: `/productOffering`, `product_offering.jsonl`.

    Where several APIs have a resource of this name, such as `importJob`, the name of the model tells them apart.
    """
    name = _letters(PurePosixPath(path or "").name.partition(".")[0])
    named = {each.model: None for each in exchanged(api) if _letters(each.path) == name}
    if len(named) != 1:
        named = {each.model: None for each in exchanged(api) if _letters(each.model.__name__) == name}
    return next(iter(named), None)


def model_of(api: OpenApi | None, document: Document) -> type[models.Model] | None:
    """Return the model that the `@type`, or else the `@baseType`, of an entity tells."""
    types = _types(api)
    named = (document.get(name) for name in ("@type", "@baseType"))
    return next((types[name] for name in named if isinstance(name, str) and name in types), None)


def _types(api: OpenApi | None) -> dict[str, type[models.Model]]:
    """Return the models by the names of types that mean only one of them."""
    found: dict[str, set[type[models.Model]]] = {}
    for each in exchanged(api):
        for name in (*each.types, *schema_of(each.model).api.subtypes, each.type_name):
            found.setdefault(name, set()).add(each.model)
    return {name: meant.pop() for name, meant in found.items() if len(meant) == 1}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def import_entities(
    found: Iterable[Found],
    *,
    api: OpenApi | None,
    actor: Actor,
    default: type[models.Model] | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Store entities, or with `dry_run` tell what storing them would do; with any problem nothing is stored.

    They belong to one API, or for None to any. An entity whose `@type` and `@baseType` name no resource there is a
    `default`, else what its file is named after.
    """
    report = Report()
    items = _ordered(list(_items(found, api, default, report.problems)))
    with transaction.atomic():
        written = _apply(items, report, actor, progress)
        if not report.problems:
            report.problems += _dangling(written)
        if report.problems or dry_run:
            transaction.set_rollback(True)
        elif written:
            _announce_batch(items, actor)
    report.problems.sort(key=_place)
    return report


# --- what is to be done ----------------------------------------------------------------------------


def _items(
    found: Iterable[Found], api: OpenApi | None, default: type[models.Model] | None, problems: list[Problem]
) -> Iterator[Item]:
    seen: dict[tuple[Schema, Identity], Entry] = {}
    for each in found:
        if isinstance(each, Problem):
            problems.append(each)
            continue
        item = _item(each, api, default)
        if isinstance(item, Problem):
            problems.append(item)
            continue
        first = seen.setdefault((item.schema, item.identity), each)
        if first is not each:
            where = ", ".join(part for part in (first.file, first.position) if part)
            problems.append(Problem(each.file, each.position, f"{item} was given before in {where}"))
        elif len(seen) > MAX_ENTITIES:
            problems.append(Problem("", "", f"there are more than {MAX_ENTITIES} entities"))
            return
        else:
            yield item


def _item(entry: Entry, api: OpenApi | None, default: type[models.Model] | None) -> Item | Problem:
    document = entry.document
    model = model_of(api, document) or default or model_named(api, entry.file)
    if model is None:
        named = document.get("@type")
        reason = f"@type {named} is no resource of {api.title if api else 'any API'}" if named else "@type is mandatory"
        return Problem(entry.file, entry.position, reason)
    schema = schema_of(model)
    uid = document.get("id")
    if not isinstance(uid, str) or not uid:
        return Problem(entry.file, entry.position, "id is mandatory, a text by which the entity is found again")
    version = document.get("version")
    if not schema.versioned:
        version = None
    elif version is None:
        version = schema.attributes["version"].field.get_default()
    elif not isinstance(version, str):
        return Problem(entry.file, entry.position, "version must be a text")
    return Item(entry, schema, uid, version)


def _ordered(items: Sequence[Item]) -> list[Item]:
    """Put what is referred to before what refers to it, else keep the order; circles are cut anywhere."""
    by_target: dict[tuple[int | None, str], list[int]] = {}
    for index, item in enumerate(items):
        by_target.setdefault((item.schema.content_type_id(), item.uid), []).append(index)
    ordered: list[Item] = []
    entered: set[int] = set()
    for start in range(len(items)):
        stack = [] if start in entered else [(start, _targets(items[start]))]
        entered.add(start)
        while stack:
            index, targets = stack[-1]
            candidates = (each for target in targets for each in by_target.get(target, ()))
            following = next((each for each in candidates if each not in entered), None)
            if following is None:
                ordered.append(items[index])
                stack.pop()
            else:
                entered.add(following)
                stack.append((following, _targets(items[following])))
    return ordered


def _targets(item: Item) -> Iterator[tuple[int | None, str]]:
    document = item.entry.document
    parent = document.get("parentId")  # a category's parent is its id alone
    if isinstance(parent, str):
        yield item.schema.content_type_id(), parent
    yield from ((target, uid) for _, target, uid in _links(item.schema, document))


def _links(schema: Schema, document: Document) -> Iterator[tuple[str, int | None, str]]:
    for attribute in schema.link_holders:
        yield from links_of(schema, attribute, document.get(attribute.wire))


# --- doing it --------------------------------------------------------------------------------------


def _apply(items: Sequence[Item], report: Report, actor: Actor, progress: Progress) -> list[Item]:
    written: list[Item] = []
    done = 0
    for batch in batched(items, _BATCH):
        stored = _stored(batch)
        stale = False
        for item in batch:
            progress(done, len(items))
            done += 1
            if stale:
                stored |= _stored([item])
            try:
                step = _store(item, stored.get((item.schema, item.identity)), actor)
            except ResourceError as error:
                report.problems.append(_problem(item, error.message))
                continue
            except DatabaseError as error:  # the transaction is of no use any more
                report.problems.append(_problem(item, f"cannot be stored: {error}".strip()))
                return written
            report.steps.append(step)
            if step.action != "unchanged":
                written.append(item)
                stale |= operations.has_hooks(item.schema)  # it may have changed others
    return written


def _announce_batch(items: Sequence[Item], actor: Actor) -> None:
    """Tell that the catalogs among the entities came with others, where their API has an event for it (TMF620)."""
    for item in items:
        if "Batch" in item.schema.api.events and issubclass(item.schema.model, CatalogEntity):
            instance: Any = operations.get(item.schema.model, item.uid, version=item.version)
            operations.announce(instance, "Batch", actor=actor)


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file, int("".join(filter(str.isdigit, problem.position)) or 0)


def _problem(item: Item, reason: str) -> Problem:
    return Problem(item.entry.file, item.entry.position, f"{item}: {reason}")


def _stored(items: Iterable[Item]) -> dict[tuple[Schema, Identity], models.Model]:
    """Return the stored counterparts of items, one statement per type."""
    uids: dict[Schema, list[str]] = {}
    for item in items:
        uids.setdefault(item.schema, []).append(item.uid)
    found: dict[tuple[Schema, Identity], models.Model] = {}
    for schema, wanted in uids.items():
        for instance in schema.model._default_manager.filter(uid__in=wanted):
            version = instance.version if schema.versioned else None  # type: ignore[attr-defined]
            found[schema, (instance.uid, version)] = instance  # type: ignore[attr-defined]
    return found


def _store(item: Item, instance: models.Model | None, actor: Actor) -> Step:
    schema, document = item.schema, item.entry.document
    name = document.get("name")
    if instance is None:
        operations.create(schema.model, document, actor=actor, trusted=True)  # type: ignore[type-var]
        return Step("create", schema.type_name, item.uid, item.version, name)
    stored = document_of(instance, derived=False)
    wanted = _wanted(schema, stored, document)
    changes = {
        wire: [stored.get(wire), wanted.get(wire)]
        for wire in dict.fromkeys((*stored, *wanted))
        if wire not in ("href", schema.last_update) and not same(stored.get(wire), wanted.get(wire))
    }
    if not changes:
        return Step("unchanged", schema.type_name, item.uid, item.version, name)

    def patch(present: Document) -> Document:
        return {wire: value for wire, value in present.items() if wire not in stored} | wanted

    operations.update(schema.model, item.uid, patch, actor=actor, version=item.version, trusted=True)  # type: ignore[type-var]
    return Step("update", schema.type_name, item.uid, item.version, name, changes)


def _wanted(schema: Schema, stored: Document, document: Document) -> Document:
    """Return what an entity shall look like: as the file says, completed by what the server fills in."""
    given = {wire: value for wire, value in document.items() if value is not None and wire != "href"}
    filled = {wire: value for wire, value in stored.items() if _is_filled(schema, wire)}
    return filled | given


def _is_filled(schema: Schema, wire: str) -> bool:
    attribute = schema.attributes.get(wire)
    if attribute is None:
        return wire == "href"
    states = {lifecycle.attribute for lifecycle in schema.lifecycles}
    return (
        attribute.server_set
        or wire in ("@type", *schema.api.defaults, *schema.api.maintained, *schema.inverses)
        or attribute.name in states
        or attribute.field.has_default()
    )


def _dangling(items: Iterable[Item]) -> Iterator[Problem]:
    """References among and out of the imported entities are checked when all of them are there."""
    for item in items:
        try:
            operations.check_references(item.schema, _links(item.schema, item.entry.document))
        except ResourceError as error:
            yield _problem(item, error.message)
