"""TMF629 Customer Management v4.0: models."""

from party.models.role import Role


class Customer(Role):
    """A party that buys, or is about to (TMF629)."""

    class Api(Role.Api):
        mandatory = ("name", "engagedParty")
