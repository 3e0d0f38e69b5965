"""Model fields that say more than their column: money, phones, repetition. (Links are in tenancy.fields.)"""

from typing import Any

from django.db import models

from sila.platform.kit.money import CURRENCIES
from sila.platform.tenancy.current import current


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
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


class CurrencyField(models.CharField):  # type: ignore[type-arg]
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


class PhoneField(models.CharField):  # type: ignore[type-arg]
    """An E.164 number, perhaps with an extension behind an x."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)


class RepetitionField(models.CharField):  # type: ignore[type-arg]
    """A rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SU; empty when nothing repeats."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs  # the database knows no difference


class TagsField(models.JSONField):
    """Several of the field's choices, as a list."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        self.options = choices or []
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
