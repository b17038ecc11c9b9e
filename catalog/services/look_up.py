"""Entities of the catalogs as they stand: in the versions on sale, or else in the latest ones."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from catalog.models.entity import CatalogEntity
from tmfsite.fields.json import Document
from tmfsite.wire.encode import document_of


def current(model: type[CatalogEntity], uids: Iterable[str], *, more: str | None = None) -> dict[str, Document]:
    """Return the representations of those of these ids that there are, by id; unknown ids are left out.

    `more` names a field that is not on the wire; its value is added under its own name.
    """
    wanted = set(uids) - {""}
    if not wanted:
        return {}
    rows: Any = model._default_manager.filter(Q(is_current=True) | Q(is_latest=True), uid__in=wanted)
    found = {row.uid: row for row in rows.order_by("is_current")}
    documents = {uid: document_of(row, derived=False) for uid, row in found.items()}
    if more is not None:
        for uid, document in documents.items():
            document[more] = getattr(found[uid], more)
    return documents
