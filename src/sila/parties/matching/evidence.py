"""What a comparison found, in words and in bits."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What each reason is called. The codes are kept in the database.
REASONS: dict[str, str | Promise] = {
    "name": _("Same name"),
    "name_turned": _("Same name, its parts turned round"),
    "name_sound": _("The name sounds alike"),
    "name_typo": _("The name differs by a slip of the pen"),
    "name_part": _("One name is the short form of the other"),
    "name_near": _("A part of the name is the same"),
    "name_alone": _("Nothing but the name agrees"),
    "name_differs": _("The names differ"),
    "given_differs": _("Another given name"),
    "family_differs": _("Another family name"),
    "middle_differs": _("Another father’s name"),
    "trade_differs": _("Another line of business"),
    "branch_differs": _("Another branch"),
    "number_differs": _("Another number in the name"),
    "phone": _("Same phone"),
    "phone_differs": _("Another phone"),
    "phone_near": _("Nearly the same phone"),
    "switchboard": _("Same switchboard"),
    "email": _("Same e-mail"),
    "email_near": _("Nearly the same e-mail"),
    "email_role": _("Same mailbox of the company"),
    "email_differs": _("Another e-mail"),
    "domain": _("Same domain"),
    "reach_differs": _("Nothing by which both are reached"),
    "id": _("Same number in a register"),
    "id_near": _("Nearly the same number in a register"),
    "id_differs": _("Another number in a register"),
    "birth": _("Same birth date"),
    "birth_near": _("Nearly the same birth date"),
    "birth_differs": _("Another birth date"),
    "street": _("Same street"),
    "street_near": _("Nearly the same street"),
    "street_differs": _("Another street"),
    "number": _("Same house number"),
    "house_differs": _("Another house number"),
    "district": _("Same district"),
    "district_near": _("Nearly the same district"),
    "district_differs": _("Another district"),
    "postcode": _("Same postcode"),
    "postcode_near": _("Nearly the same postcode"),
    "postcode_differs": _("Another postcode"),
    "city": _("Same city"),
    "city_differs": _("Another city"),
    "employer": _("Same company"),
    "employer_differs": _("Another company"),
    "region": _("Same region"),
    "region_differs": _("Another region"),
    "third": _("Both are the same as a third record"),
}


class Reason(NamedTuple):
    """One field's part in the decision: its weight in bits, above zero for the same, below for two."""

    code: str
    bits: float


@dataclass(frozen=True, slots=True)
class Match:
    """The sum of the weights, and where it came from, the weightiest first."""

    score: float
    reasons: tuple[Reason, ...]
