"""The one error of the query language."""


class QueryError(ValueError):
    """A query that cannot be read or does not fit the attribute (400, TMF630 code 28).

    `parameter` is the name of the query parameter at fault and `position` the offset of the fault in its value, when
    there is one.
    """

    def __init__(self, message: str, parameter: str = "", position: int | None = None) -> None:
        self.message = message
        self.parameter = parameter
        self.position = position
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.parameter}: " if self.parameter else ""
        at = "" if self.position is None else f" (at position {self.position})"
        return f"{where}{self.message}{at}"
