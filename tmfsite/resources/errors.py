"""What a write can be refused for; `tmfsite.rest.errors` gives each its status and TMF error code."""


class ResourceError(Exception):
    """A refused operation; `message` is meant for the client."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(ResourceError):
    """A document that cannot be stored (400). `code` is TMF630's: 20-28; `path` is the dotted wire path at fault.

    `faults` lists every fault as (path parts, message), for forms that show them in place.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "24",
        path: str = "",
        faults: tuple[tuple[tuple[str | int, ...], str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.faults = faults or ((tuple(path.split(".")) if path else (), message),)


class UnresolvedReference(Invalid):
    """A reference to a local resource that does not exist, where strict references are on (422)."""


class NotFound(ResourceError):
    """No such resource (404)."""


class Conflict(ResourceError):
    """The present state of the resource forbids it (409)."""

    def __init__(self, message: str, *, code: str = "409") -> None:
        super().__init__(message)
        self.code = code


class Stale(ResourceError):
    """The resource changed since the caller read it (412)."""
