"""The one mapping between Python names and wire names (TMF630 part 1: lowerCamel attributes)."""

from functools import cache

_AT = "at_"


@cache
def wire_name(name: str) -> str:
    """Return the wire name of a Python name: ``valid_for`` is ``validFor``, ``at_type`` is ``@type``."""
    if name.startswith(_AT):
        return "@" + wire_name(name[len(_AT) :])
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def words(wire: str) -> str:
    """Return a human label of a wire name: ``productSpecCharacteristic`` is ``Product spec characteristic``."""
    text = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in wire.removeprefix("@"))
    text = text.lstrip()  # a type name begins with a capital
    return text[:1].upper() + text[1:]
