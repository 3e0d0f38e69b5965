"""What is wrong with a formula, and where."""

from sila.platform.kit.errors import InvalidInput


class Problem(InvalidInput):
    """`start` and `end` say which part of the text the sentence is about."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start, self.end = start, end
