"""Django's own Arabic formats swap the separators that the Gulf uses."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
