"""Model fields that say more than their column: money, phones, repetition, conditions, scores. (Links are in
tenancy.fields.)"""

from typing import TYPE_CHECKING, Any

from django.db import models

from sila.platform.kit.money import CURRENCIES
from sila.platform.tenancy.current import current

RARE = 4  # from this bit on flaws are rare enough for an index of their own; see quality/grading.py


if TYPE_CHECKING:  # what Django's fields are to the types, and cannot be called where it runs
    Chars = models.CharField[Any, Any]
    Whole = models.BigIntegerField[Any, Any]
    Small = models.PositiveSmallIntegerField[Any, Any]
else:
    Chars, Whole, Small = models.CharField, models.BigIntegerField, models.PositiveSmallIntegerField


def averaged[Measure: models.Field[Any, Any]](field: Measure) -> Measure:
    """A share, a rate, the price of one piece: the groups of a list tell the average of it, no sum."""
    vars(field)["in_totals"] = "avg"
    return field


def untotalled[Measure: models.Field[Any, Any]](field: Measure) -> Measure:
    """A number of which neither sum nor average says anything, such as a place in an order."""
    vars(field)["in_totals"] = "none"
    return field


class MoneyField(Whole):
    """An amount in minor units of the currency that stands in the sibling column `currency`."""

    def __init__(self, *args: Any, currency: str = "currency", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "currency": self.currency}


def base_currency() -> str:
    """The currency that the workspace keeps its books in."""
    return current().currency


class CurrencyField(Chars):
    """An ISO 4217 code; the workspace's own unless another is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [(code, code) for code in CURRENCIES]
        usual: dict[str, Any] = {"max_length": 3, "blank": True, "default": base_currency, "choices": choices}
        super().__init__(*args, **usual | kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for own in ("choices", "default"):  # not the database's business, and long
            kwargs.pop(own, None)
        return name, path, args, kwargs | {"blank": self.blank}


class PhoneField(Chars):
    """An E.164 number, perhaps with an extension behind an x."""

    kind = "phone"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)


class CoordinatesField(Chars):
    """A place on the map: latitude, longitude, in degrees with five decimals."""

    kind = "coordinates"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 22, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the database knows no difference


class RepetitionField(Chars):
    """A rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SU; empty when nothing repeats."""

    kind = "repetition"

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the database knows no difference


class ChosenField(Chars):
    """One of the choices that there are just now: `options` gives their values and labels. The database knows no list."""

    def __init__(self, *args: Any, options: Any = None, **kwargs: Any) -> None:
        self.options = options
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class TagsField(models.JSONField):
    """Several of the field's choices, as a list. A function in place of the choices gives those that there are just now."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        self.options = choices or []
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


class ConditionsField(models.JSONField):
    """Conditions on the records of a noun, as the address bar writes them: ["city:is:جدة", "amount:gte:1000"]."""

    kind = "conditions"

    def __init__(self, *args: Any, noun: str = "", **kwargs: Any) -> None:
        self.noun = noun
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs  # the database knows no difference


class ScoreField(Small):
    """The quality of a record, 0 to 100; it brings the indexes of the list of records that need care.

    The model says by `split_by` which column tells its nouns apart, and by empty `marks` that it is not graded.
    """

    in_totals = "avg"

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        graded = bool(getattr(cls, "marks", ()))
        if (
            graded and not cls._meta.abstract and cls.__module__ != "__fake__"
        ):  # a migration lists its indexes
            cls._meta.indexes = [*cls._meta.indexes, *_indexes(cls, name)]
            cls._meta.original_attrs["indexes"] = cls._meta.indexes


def _indexes(cls: Any, score: str) -> list[models.Index]:
    begin = ["tenant", *([cls.split_by] if cls.split_by else [])]
    table, live = cls._meta.db_table[:22], models.Q(deleted_at=None)
    rare = live & models.Q(flaws__gte=RARE)
    return [
        models.Index(fields=[*begin, score, "id"], condition=live, name=f"{table}_quality"),
        models.Index(fields=[*begin, "touched_at", "id"], condition=live, name=f"{table}_touch"),
        models.Index(fields=[*begin, score, "id"], condition=rare, name=f"{table}_flawed"),
    ]
