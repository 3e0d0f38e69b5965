"""What no letterhead may say."""

from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.tenancy.current import current
from sila.sales.lines.models import Letterhead


def check_numbers(letterhead: Letterhead, changes: Changes, by: Actor) -> None:
    """The VAT number of Saudi Arabia has fifteen digits, with a 3 at both ends; others are taken as they are."""
    number = letterhead.vat_number = letterhead.vat_number.replace(" ", "")
    if number and current().country == "SA" and not is_saudi_vat_number(number):
        raise Invalid({"vat_number": _("It has fifteen digits, and begins and ends with 3.")})


def is_saudi_vat_number(number: str) -> bool:
    return len(number) == 15 and number.isascii() and number.isdigit() and number[0] == number[-1] == "3"
