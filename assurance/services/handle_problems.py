"""The tasks on service problems (TMF656), and the record of what happens to them.

Problems are named by id; `Invalid` is raised for one that is not kept here, and nothing is then changed.
"""

from collections.abc import Iterable
from uuid import uuid4

from assurance.models import ServiceProblem, ServiceProblemEventRecord
from tmfsite import operations
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import Conflict, Invalid
from tmfsite.wire.encode import document_of, href_of


def named(references: Iterable[Document], *, at: str) -> list[ServiceProblem]:
    """Return the problems that references name, locked, each once, in the order of their creation."""
    uids = list(dict.fromkeys(str(each["id"]) for each in references))
    found = list(ServiceProblem.objects.select_for_update().filter(uid__in=uids).order_by("pk"))
    if missing := [uid for uid in uids if uid not in {each.uid for each in found}]:
        raise Invalid(f"{at}: there is no service problem {', '.join(missing)}", path=at)
    return found


def acknowledge(references: Iterable[Document], *, record: Document | None, actor: Actor) -> list[Document]:
    """Note that somebody has taken note; return references to the problems for which that is new."""
    return _note(references, True, record or {"description": "acknowledged"}, actor)


def unacknowledge(references: Iterable[Document], *, record: Document | None, actor: Actor) -> list[Document]:
    """Take that back; return references to the problems for which it makes a difference."""
    return _note(references, False, record or {"description": "acknowledgement withdrawn"}, actor)


def _note(references: Iterable[Document], taken: bool, record: Document, actor: Actor) -> list[Document]:
    changed = [each for each in named(references, at="problem") if each.is_acknowledged != taken]
    for problem in changed:
        entry = {"id": str(uuid4()), "time": format_instant(now()), "user": actor.name, **record}
        problem.is_acknowledged = taken
        problem.tracking_record = [*(problem.tracking_record or ()), entry]
        operations.save(problem, actor=actor)
    return [_reference(each) for each in changed]


def group(parent: Document, children: Iterable[Document], *, actor: Actor) -> None:
    """Enter the children in the parent's `underlyingProblem` and the parent in their `parentProblem`.

    Raises `Conflict` for a problem that would come to stand above itself.
    """
    head, problems = _family(parent, children)
    above = _ancestors(head)
    for problem in problems:
        if problem.uid in above:
            raise Conflict(f"Service problem {problem.uid} stands above {head.uid}, it cannot be put under it")
    head.underlying_problem = _with(head.underlying_problem, problems)
    for problem in problems:
        problem.parent_problem = _with(problem.parent_problem, [head])
    for each in (head, *problems):
        operations.save(each, actor=actor)


def ungroup(parent: Document, children: Iterable[Document], *, actor: Actor) -> None:
    """Take the children out of the parent's `underlyingProblem` and the parent out of their `parentProblem`."""
    head, problems = _family(parent, children)
    head.underlying_problem = _without(head.underlying_problem, problems)
    for problem in problems:
        problem.parent_problem = _without(problem.parent_problem, [head])
    for each in (head, *problems):
        operations.save(each, actor=actor)


def record(problem: ServiceProblem, kind: str, *, actor: Actor) -> None:
    """Write down that a change of a problem was announced."""
    event_type = f"ServiceProblem{kind}Event"
    time = format_instant(problem.last_update)
    body = {
        "eventType": event_type,
        "eventTime": time,
        "recordTime": format_instant(now()),
        "serviceProblem": _reference(problem),
        "notification": {
            "eventType": event_type,
            "eventTime": time,
            "event": {"serviceProblem": document_of(problem)},
        },
    }
    operations.create(ServiceProblemEventRecord, body, actor=actor)


def _family(parent: Document, children: Iterable[Document]) -> tuple[ServiceProblem, list[ServiceProblem]]:
    [head] = named([parent], at="parentProblem")
    problems = named(children, at="childProblem")
    if any(problem.pk == head.pk for problem in problems):
        raise Conflict(f"Service problem {head.uid} cannot be its own parent")
    return head, problems


def _reference(problem: ServiceProblem) -> Document:
    name = {"name": problem.name} if problem.name else {}
    return {"id": problem.uid, "href": href_of(problem), **name}


def _with(references: list[Document] | None, problems: Iterable[ServiceProblem]) -> list[Document]:
    known = {each.get("id") for each in references or ()}
    return [*(references or ()), *(_reference(each) for each in problems if each.uid not in known)]


def _without(references: list[Document] | None, problems: Iterable[ServiceProblem]) -> list[Document] | None:
    gone = {each.uid for each in problems}
    return [each for each in references or () if each.get("id") not in gone] or None


def _ancestors(problem: ServiceProblem) -> set[str]:
    """Return the ids of all problems above one, as far as they are kept here."""
    found: set[str] = set()
    level = {str(each.get("id")) for each in problem.parent_problem or ()}
    while level := level - found:
        found |= level
        rows = ServiceProblem.objects.filter(uid__in=level).values_list("parent_problem", flat=True)
        level = {str(each.get("id")) for references in rows for each in references or ()}
    return found
