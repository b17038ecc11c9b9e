"""The one write path: every change of a resource, from REST, admin, tasks or commands, goes through here.

Each function validates, writes the row with its links, the Change row and the Event rows in one transaction, and
wakes the event dispatcher after the commit. A change is applied to the revision it was computed from; when somebody
else was faster it is computed anew. Errors are those of `tmfsite.resources.errors`; nothing is then written.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from tmfsite.events.wakeup import wake
from tmfsite.fields import json
from tmfsite.fields.instants import now
from tmfsite.resources import registry, validation
from tmfsite.resources.errors import Conflict, Invalid, NotFound, Stale, UnresolvedReference
from tmfsite.resources.links import links_of, target_exists
from tmfsite.resources.models import Resource, VersionedResource
from tmfsite.resources.schema import INTERNAL, Schema, schema_of
from tmfsite.wire import statements
from tmfsite.wire.decode import decode, drop_stale_spelling, same
from tmfsite.wire.encode import document_of, href_of

type Patch = Callable[[json.Document], json.Document]

log = logging.getLogger(__name__)

_ATTEMPTS = 20
_SAFE_UID = re.compile(r"[^\s/?#]{1,255}")
_STATE_KINDS = ("StateChange", "StatusChange", "ExecutionStateChange")
_VALUE_KIND = "AttributeValueChange"
_ANY_KIND = "Change"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes: `kind` is `user`, `client` or `system`; `reason` is free text for the history."""

    kind: str
    name: str
    user_id: int | None = None
    request_id: str | None = None
    reason: str = ""


SYSTEM = Actor("system", "system")


class _OvertakenError(Exception):
    """The row has another revision than the one a change was computed from; nothing of it may be kept."""


@dataclass(frozen=True, slots=True)
class Outcome[R: Resource]:
    """What a write left: the resource, its representation, and whether anything changed."""

    instance: R
    document: json.Document
    changed: bool = True


# --- what callers use ----------------------------------------------------------------------------------------------


def create[R: Resource](
    model: type[R],
    document: Mapping[str, Any],
    *,
    actor: Actor,
    within: registry.Publication | None = None,
    trusted: bool = False,
) -> Outcome[R]:
    """Create a resource from its wire form.

    The server chooses the id, except that a versioned entity keeps an `id` sent together with a `version`
    (TMF630 rules 94, 104); `trusted` callers (imports) keep id and server-set attributes of any resource, and check
    references themselves. `within` is the publication in which it is created. Raises `Invalid`, or `Conflict` when the
    identity is taken.
    """
    schema = schema_of(model)
    body = {**schema.api.defaults, **{name: value for name, value in document.items() if value is not None}}
    instance = model()
    instance.is_imported = trusted
    uid = body.get("id")
    if uid is not None and (trusted or (schema.versioned and body.get("version"))):
        if not isinstance(uid, str) or not _SAFE_UID.fullmatch(uid):
            raise Invalid("id must be a text without blanks, '/', '?' and '#'", path="id")
        instance.uid = uid
    body.pop("id", None)
    body.pop("href", None)
    decode(instance, body, before=None, trusted=trusted, mandatory=within.mandatory if within else None)
    return _insert(schema, instance, actor=actor, document=body, given=uid == instance.uid, trusted=trusted)


def update[R: Resource](
    model: type[R],
    uid: str,
    patch: Patch,
    *,
    actor: Actor,
    version: str | None = None,
    if_match: Callable[[int], bool] | None = None,
    within: registry.Publication | None = None,
    trusted: bool = False,
) -> Outcome[R]:
    """Apply `patch`, a function from the present representation to the wanted one (it must not change its argument).

    Without `version` the latest version is meant. `if_match` tells from the revision whether the caller's knowledge
    is fresh; if not, `Stale`. `within` limits it to what a publication shows. A patch without effect writes nothing.
    Raises `NotFound`, `Invalid`, `Conflict`.
    """
    schema = schema_of(model)

    def attempt() -> Outcome[R]:
        with _transaction(schema):
            instance = get(model, uid, version=version, within=within)
            if if_match is not None and not if_match(instance.revision):
                raise Stale(f"{schema.type_name} {uid} is at revision {instance.revision}")
            before, present = _present(instance)
            if within is not None:
                present["href"] = href_of(instance, within)
            wanted = patch(present)
            mandatory = within.mandatory if within else None
            decode(instance, wanted, before=present, trusted=trusted, mandatory=mandatory)
            return _update(schema, instance, before, present, actor=actor, action="update", trusted=trusted)

    return _persistently(attempt, schema, uid)


def save[R: Resource](instance: R, *, actor: Actor, reason: str = "", revision: int | None = None) -> Outcome[R]:
    """Store a resource whose attributes were set in Python (admin, services); create it if it is new.

    `revision` is the one the caller saw; if the store has another, `Stale`. Raises as `create` and `update`.
    """
    schema = schema_of(type(instance))
    actor = replace(actor, reason=reason or actor.reason)
    drop_stale_spelling(schema, instance)
    wanted = document_of(instance)
    if instance._state.adding:
        decode(type(instance)(), {**wanted, "href": None}, before=None, trusted=True)  # only to check it
        return _insert(schema, instance, actor=actor, document=wanted, given=True)
    with _transaction(schema):
        stored = statements.load(schema, "t.id = %s", [instance.pk])
        if stored is None:
            raise NotFound(f"{schema.type_name} {instance.uid} does not exist")
        if stored.revision != (instance.revision if revision is None else revision):
            raise Stale(f"{schema.type_name} {instance.uid} is at revision {stored.revision}")
        before, present = _present(stored)
        decode(stored, wanted, before=present, trusted=True)
        for name in before.keys() - schema.by_field.keys() - INTERNAL:
            setattr(stored, name, getattr(instance, name))
        try:
            outcome = _update(schema, stored, before, present, actor=actor, action="update")
        except _OvertakenError:
            raise Stale(f"{schema.type_name} {instance.uid} was changed at the same time") from None
    for name, value in _snapshot(stored).items():
        setattr(instance, name, value)
    return Outcome(instance, outcome.document, outcome.changed)


def transition[R: Resource](
    instance: R, to: str, *, actor: Actor, reason: str = "", attribute: str | None = None, force: bool = False
) -> Outcome[R]:
    """Move a resource to state `to` of its lifecycle (the one of field `attribute` if it has several).

    Raises `Conflict` when the table of moves forbids it, unless the server may `force` it.
    """
    schema = schema_of(type(instance))
    actor = replace(actor, reason=reason or actor.reason)
    name = attribute or schema.lifecycles[0].attribute

    def attempt() -> Outcome[R]:
        with _transaction(schema):
            fresh = statements.load(schema, "t.id = %s", [instance.pk])
            if fresh is None:
                raise NotFound(f"{schema.type_name} {instance.uid} does not exist")
            before, present = _present(fresh)
            setattr(fresh, name, to)
            return _update(schema, fresh, before, present, actor=actor, action="transition", trusted=force)

    return _persistently(attempt, schema, instance.uid)


def delete(
    model: type[Resource],
    uid: str,
    *,
    actor: Actor,
    version: str | None = None,
    if_match: Callable[[int], bool] | None = None,
    within: registry.Publication | None = None,
) -> None:
    """Delete a resource: of a versioned entity, without `version`, the latest version. Raises `NotFound`, `Stale`."""
    schema = schema_of(model)

    def attempt() -> None:
        with transaction.atomic():
            instance = get(model, uid, version=version, within=within)
            if if_match is not None and not if_match(instance.revision):
                raise Stale(f"{schema.type_name} {uid} is at revision {instance.revision}")
            present = document_of(instance)
            instance.last_update = now()
            kinds = [kind for kind in ("Delete", _ANY_KIND) if kind in schema.api.events][:1]
            write = _write(schema, instance, kinds, actor, "delete", {"": [present, None]}, present, set())
            if schema.versioned:
                _serialize_versions(schema, instance)
            if not statements.delete(write, instance.pk, instance.revision):
                raise _OvertakenError
            if schema.versioned:
                _mark_versions(schema, instance, gone=True)
            instance.after_delete(actor=actor)
        transaction.on_commit(wake)

    _persistently(attempt, schema, uid)


def announce(instance: Resource, kind: str, *, actor: Actor) -> None:
    """Write the events of a kind that no single write stands for, such as `Batch` after an import."""
    events = list(_events(schema_of(type(instance)), instance, [kind], document_of(instance)))
    statements.announce(statements.Outbox(instance.uid, actor.request_id, now(), events))
    transaction.on_commit(wake)


def get[R: Resource](
    model: type[R], uid: str, *, version: str | None = None, within: registry.Publication | None = None
) -> R:
    """Return a resource for writing, the latest version unless told; raises `NotFound`."""
    schema = schema_of(model)
    if version is not None and schema.versioned:
        instance = statements.load(schema, statements.identity(schema, "version"), [uid, version])
    else:
        instance = statements.load(schema, statements.identity(schema, "latest"), [uid])
    if instance is None or (within is not None and not within.shows(instance.at_type, instance.at_base_type)):
        raise NotFound(f"{schema.type_name} {uid}{f' version {version}' if version else ''} does not exist")
    return instance


# --- how -----------------------------------------------------------------------------------------------------------


def _persistently[T](attempt: Callable[[], T], schema: Schema, uid: str) -> T:
    for _ in range(_ATTEMPTS):
        try:
            return attempt()
        except _OvertakenError:
            continue
    raise Conflict(f"{schema.type_name} {uid} is being changed by others; try again")


def _transaction(schema: Schema) -> Any:
    """PostgreSQL writes a plain resource in one statement, which needs no transaction around it."""
    return transaction.atomic() if statements.vendor() != "postgresql" or has_hooks(schema) else nullcontext()


@cache
def has_hooks(schema: Schema) -> bool:
    """Tell whether a write of such a resource may change others."""
    return any(
        getattr(schema.model, name) is not getattr(Resource, name)
        for name in ("before_write", "after_write", "after_delete")
    )


def _present(instance: Resource) -> tuple[dict[str, Any], json.Document]:
    """Return the column values and the representation of a loaded resource, and make them agree.

    An attribute that other resources determine is set to what it shows, so that a change of it is seen as one.
    """
    schema = schema_of(type(instance))
    document = document_of(instance)
    for wire in schema.inverses:
        setattr(instance, schema.attributes[wire].name, document.get(wire))
    return _snapshot(instance), document


def _snapshot(instance: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}


def _insert[R: Resource](
    schema: Schema, instance: R, *, actor: Actor, document: json.Document, given: bool, trusted: bool = False
) -> Outcome[R]:
    for lifecycle in schema.lifecycles:
        if getattr(instance, lifecycle.attribute) is None and lifecycle.initial is not None:
            setattr(instance, lifecycle.attribute, lifecycle.initial)
    if not trusted:
        _check_first_states(schema, instance)
    if not trusted or schema.last_update not in document:
        instance.last_update = instance.created
    _finish(schema, instance, before=None)
    validation.check(schema, document_of(instance))
    needs_more = has_hooks(schema) or (schema.versioned and given)
    # A refused INSERT must not spoil the caller's transaction, so inside one it needs a savepoint.
    scope = transaction.atomic() if needs_more or connection.in_atomic_block else nullcontext()
    with _identity(schema, instance), scope:
        if schema.versioned:
            _mark_versions(schema, instance, alone=not given)
        instance.before_write(before=None, actor=actor)
        written = document_of(instance)
        kinds = [kind for kind in ("Create", _ANY_KIND) if kind in schema.api.events][:1]
        kinds += instance.special_events(before=None)
        columns = {field.attname for field in instance._meta.concrete_fields} - {"id"}
        write = _write(schema, instance, kinds, actor, "create", {}, written, columns)
        if not trusted:
            check_references(schema, write.links.rows if write.links else ())
        instance.pk = statements.insert(write)
        instance._state.adding = False
        instance.after_write(before=None, actor=actor)
    transaction.on_commit(wake)
    return Outcome(instance, written)


@contextmanager
def _identity(schema: Schema, instance: Resource) -> Iterator[None]:
    """Call it a `Conflict` when the database refuses an identity as taken."""
    try:
        yield
    except IntegrityError as error:
        rows = schema.model.objects.filter(uid=instance.uid).exclude(pk=instance.pk)  # type: ignore[attr-defined]
        version = ""
        if isinstance(instance, VersionedResource):
            rows, version = rows.filter(version=instance.version), f" version {instance.version}"
        if rows.exists():
            raise Conflict(f"{schema.type_name} {instance.uid}{version} exists already") from error
        raise


def _update[R: Resource](
    schema: Schema,
    instance: R,
    before: Mapping[str, Any],
    present: json.Document,
    *,
    actor: Actor,
    action: str,
    trusted: bool = False,
) -> Outcome[R]:
    """Write what differs from `before`; raises `_OvertakenError` when the row has moved on meanwhile."""
    drop_stale_spelling(schema, instance)
    if not trusted:
        _check_moves(schema, instance, before)
        _check_refusals(schema, instance, before)
    if not _changed(instance, before):
        return Outcome(instance, present, changed=False)
    kept_date = trusted and instance.last_update != before["last_update"]
    revision = instance.revision
    instance.revision = revision + 1
    if not kept_date:
        instance.last_update = now()
    _finish(schema, instance, before=before)
    fields = _changed(instance, before)
    if not kept_date and fields <= {"revision", "last_update"}:  # what the server derives was all that was touched
        instance.revision, instance.last_update = revision, before["last_update"]
        return Outcome(instance, present, changed=False)
    remark = schema.versioned and bool({"version", *schema.state_attributes} & fields)
    with _identity(schema, instance), transaction.atomic() if remark else nullcontext():
        if remark:
            _mark_versions(schema, instance)
            fields |= {"is_latest", "is_current"}
        instance.before_write(before=before, actor=actor)
        document = document_of(instance)
        changes = {
            wire: [present.get(wire), document.get(wire)]
            for wire in dict.fromkeys((*present, *document))
            if wire != "href" and not same(present.get(wire), document.get(wire))
        }
        validation.check(schema, document)
        kinds = [*_kinds(schema, instance, changes, before), *instance.special_events(before=before)]
        write = _write(schema, instance, kinds, actor, action, changes, document, fields)
        if not trusted:
            check_references(schema, write.links.rows if write.links else ())
        if not statements.update(write, instance.pk, revision):
            raise _OvertakenError
        instance.after_write(before=before, actor=actor)
    transaction.on_commit(wake)
    return Outcome(instance, document)


def _changed(instance: models.Model, before: Mapping[str, Any]) -> set[str]:
    return {name for name, old in before.items() if (new := getattr(instance, name)) is not old and not same(old, new)}


def _finish(schema: Schema, instance: Resource, *, before: Mapping[str, Any] | None) -> None:
    """Let the model complete and check itself."""
    instance.complete(before=before)
    if type(instance).clean is models.Model.clean:
        return
    try:
        instance.clean()
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            faults: tuple[tuple[tuple[str, ...], str], ...] = tuple(
                ((schema.by_field[name].wire if name in schema.by_field else name,), message)
                for name, messages in error.message_dict.items()
                for message in messages
            )
        else:
            faults = tuple(((), message) for message in error.messages)
        path = str(faults[0][0][0]) if faults and faults[0][0] else ""
        raise Invalid("; ".join(message for _, message in faults), path=path, faults=faults) from error


def _mode(schema: Schema) -> str:
    """Return how strictly the lifecycles of a resource are enforced: `strict`, `warn` or `off`."""
    publication = registry.publication_of(schema.model)
    modes = settings.TMF_LIFECYCLE_MODE
    return str(modes.get(publication.api.key if publication else "default", modes["default"]))


def _check_first_states(schema: Schema, instance: Resource) -> None:
    """Refuse to create a resource in a state that its API does not know."""
    mode = _mode(schema)
    for lifecycle in schema.lifecycles:
        state = getattr(instance, lifecycle.attribute)
        if state is None or lifecycle.admits(state) or mode == "off":
            continue
        if mode == "warn":
            log.warning("%s %s starts in %s, which its lifecycle does not know", schema.type_name, instance.uid, state)
            continue
        wire = schema.by_field[lifecycle.attribute].wire
        raise Invalid(f"{wire} must be one of {', '.join(lifecycle.states)}", path=wire)


def _check_moves(schema: Schema, instance: Resource, before: Mapping[str, Any]) -> None:
    mode = _mode(schema)
    for lifecycle in schema.lifecycles:
        old, new = before[lifecycle.attribute], getattr(instance, lifecycle.attribute)
        if old == new or lifecycle.allows(old, new) or mode == "off":
            continue
        if mode == "warn":
            log.warning("%s %s moves from %s to %s against its lifecycle", schema.type_name, instance.uid, old, new)
            continue
        raise Conflict(
            f"{schema.type_name} {instance.uid} cannot move from {old} to {new}; "
            f"it can move to {', '.join(lifecycle.targets(old)) or 'no other state'}",
            code="stateTransition",
        )


def _check_refusals(schema: Schema, instance: Resource, before: Mapping[str, Any]) -> None:
    """Refuse what the resource itself forbids in its present state."""
    mode = _mode(schema)
    if mode == "off":
        return
    for reason in instance.refusals(before=before):
        if mode == "strict":
            raise Conflict(f"{schema.type_name} {instance.uid}: {reason}", code="stateTransition")
        log.warning("%s %s changes against its state: %s", schema.type_name, instance.uid, reason)


def _kinds(schema: Schema, instance: Resource, changes: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Return the event kinds of an update, in the words of the API (TMF630 rule 82)."""
    available = schema.api.events
    if _ANY_KIND in available:
        return [_ANY_KIND] if changes else []
    states = {attribute.wire for name, attribute in schema.by_field.items() if name in schema.state_attributes}
    moved = bool(states & changes.keys())
    # What the server notes along with a move, such as its date, belongs to the move.
    stamps = {
        attribute.wire
        for name, attribute in schema.by_field.items()
        if name == "last_update" or (moved and attribute.server_set)
    }
    if moved:
        stamps |= set(instance.goes_with_move(before=before))
    kinds = [kind for kind in _STATE_KINDS if kind in available and moved]
    if _VALUE_KIND in available and changes.keys() - states - stamps:
        kinds.append(_VALUE_KIND)
    return kinds


def _write(
    schema: Schema,
    instance: Resource,
    kinds: list[str],
    actor: Actor,
    action: str,
    changes: Mapping[str, Any],
    document: json.Document,
    fields: set[str],
) -> statements.Write:
    columns = [str(field.column) for field in instance._meta.concrete_fields if field.attname in fields]
    record = statements.Record(
        at=instance.last_update if action != "create" else instance.created,
        actor_kind=actor.kind,
        actor_name=actor.name[:255],
        user_id=actor.user_id,
        request_id=actor.request_id,
        action=action,
        resource_uid=instance.uid,
        revision=instance.revision,
        reason=actor.reason,
        changes=json.dumps(changes),
    )
    outbox = statements.Outbox(instance.uid, actor.request_id, now(), list(_events(schema, instance, kinds, document)))
    values = statements.column_values(instance, columns)
    return statements.Write(schema, record, outbox, columns, values, _links(schema, instance, fields))


def _events(
    schema: Schema, instance: Resource, kinds: list[str], document: json.Document
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the events of a write for every API that publishes the resource, each with its own representation."""
    for publication in registry.publications_of(schema.model):
        if not publication.shows(instance.at_type, instance.at_base_type):
            continue
        offered = schema.api.events if publication.events is None else publication.events
        payload = ""
        for kind in kinds:
            if kind in offered:
                payload = payload or json.dumps({**document, "href": href_of(instance, publication)})
                yield publication.event_type(kind), publication.api.key, publication.path, payload


def _links(schema: Schema, instance: Resource, fields: set[str]) -> statements.Links | None:
    holders = schema.link_holders
    touched = [attribute for attribute in holders if attribute.name in fields]
    if not touched:
        return None
    paths = [path for attribute in touched for path in holders[attribute]]
    rows = [row for attribute in touched for row in links_of(schema, attribute, getattr(instance, attribute.name))]
    return statements.Links(paths, rows)


def check_references(schema: Schema, links: Iterable[tuple[str, int | None, str]]) -> None:
    """Raise `UnresolvedReference` for a link to a local resource that does not exist, where references are strict.

    Writes do it by themselves; `trusted` callers do it when all their writes are done.
    """
    publication = registry.publication_of(schema.model)
    strict = settings.TMF_STRICT_REFERENCES
    if not strict or publication is None or not {"all", publication.api.key} & set(strict):
        return
    for path, target, uid in links:
        if target is not None and not target_exists(target, uid):
            raise UnresolvedReference(f"{path}: no such resource {uid}", path=path)


# --- versions ------------------------------------------------------------------------------------------------------


def version_key(version: str | None) -> tuple[tuple[int, int | str], ...]:
    """Return what orders versions: numbers count as numbers, so that 1.10 follows 1.9."""
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in re.findall(r"\d+|[^\d.]+", version or ""))


def _serialize_versions(schema: Schema, instance: Resource) -> None:
    """Let one transaction at a time decide which version of an entity is the latest."""
    statements.serialize(f"{schema.table} {instance.uid}")


def _mark_versions(schema: Schema, instance: Any, *, alone: bool = False, gone: bool = False) -> None:
    """Set `is_latest` and `is_current` of an instance about to be written, and of its other versions."""
    lifecycle = schema.lifecycles[0] if schema.lifecycles else None
    others: list[tuple[int, str | None, str | None, bool, bool]] = []
    if not alone:
        _serialize_versions(schema, instance)
        state = f't."{lifecycle.attribute}"' if lifecycle else "NULL"
        others = [
            row
            for row in statements.run(
                f'SELECT t.id, t.version, {state}, t.is_latest, t.is_current FROM "{schema.table}" t WHERE t.uid = %s',
                [instance.uid],
            )
            if row[0] != instance.pk
        ]
    rows: list[tuple[Any, str | None, str | None]] = [(row[0], row[1], row[2]) for row in others]
    if not gone:
        own_state = getattr(instance, lifecycle.attribute) if lifecycle else None
        rows.append((instance.pk, instance.version, own_state))
    latest = max(rows, key=lambda row: version_key(row[1]), default=None)
    released = [row for row in rows if lifecycle is None or lifecycle.is_released(row[2])]
    current = max(released, key=lambda row: version_key(row[1]), default=None)
    if not gone:
        instance.is_latest = latest is rows[-1]
        instance.is_current = current is rows[-1]
    for row in others:
        flags = (latest is not None and latest[0] == row[0], current is not None and current[0] == row[0])
        if flags != (bool(row[3]), bool(row[4])):
            statements.run(
                f'UPDATE "{schema.table}" SET is_latest = %s, is_current = %s WHERE id = %s', [*flags, row[0]]
            )


def iter_versions(model: type[VersionedResource], uid: str) -> Iterator[VersionedResource]:
    """Yield the versions of an entity, highest first."""
    yield from sorted(model.objects.filter(uid=uid), key=lambda each: version_key(each.version), reverse=True)  # type: ignore[attr-defined]
