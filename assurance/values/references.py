"""References that several APIs of assurance share."""

from tmfsite.fields.values import Reference, Text


class RelatedEntity(Reference):
    """Any entity that a ticket, problem or objective is about, and the part it plays."""

    role: Text
    at_referred_type: Text
