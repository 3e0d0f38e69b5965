"""The one error that the helpers raise for what a person typed."""


class InvalidInput(ValueError):
    """Input that cannot be taken as it is. Its text is a sentence for the person, already translated."""
