"""The one error that the helpers raise for what a person typed."""


class InvalidInput(ValueError):
    """Input that cannot be taken as it is. Its text is a sentence for the person, already translated."""


class SheetError(InvalidInput):
    """A file that is no table; `row` is the line of the trouble, where there is one."""

    def __init__(self, message: str, row: int | None = None) -> None:
        super().__init__(message)
        self.row = row
