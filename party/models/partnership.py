"""TMF668 Partnership Management v4.0: models."""

from typing import ClassVar

from django.db import models

from party.values import partnership as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.resources.models import Resource, text_field


class PartnershipSpecification(Resource):
    """A kind of partnership: the roles it has and the agreements they demand (TMF668)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    role_specification = ValueField(values.PartnershipRoleSpecification, many=True)

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["name"])]

    class Api(Resource.Api):
        mandatory = ("name",)
        events = ("Create", "Change", "Delete")


class Partnership(Resource):
    """Parties that do business together, each in its role (TMF668)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    specification = ReferenceField("party.PartnershipSpecification")
    partner = ValueField(values.Partner, many=True)

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["name"])]

    class Api(Resource.Api):
        mandatory = ("name", "specification")
        events = ("Create", "Change", "Delete")
