"""What a rating must say."""

from datetime import date

from django.utils.translation import gettext as _

from sila.parties.suppliers.models import LEAST, MOST, SupplierCriterion, SupplierRating
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.tenancy.current import today


def quarter_of(day: date) -> date:
    """Its first day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def tidy(rating: SupplierRating, changes: Changes, by: Actor) -> None:
    rating.period = quarter_of(rating.period)
    if rating.period > today():
        raise Invalid({"period": _("This quarter has not begun yet.")})
    if not LEAST <= rating.stars <= MOST:
        raise Invalid({"stars": _("A rating goes from 1 to 5.")})
    if rating._state.adding or {"party", "criterion"} & changes.keys():
        rating.name = f"{rating.party.name} – {rating.criterion.name}"[:200]
    if by.via != "import" or rating.rated_by_id is None:  # a file says who it was
        rating.rated_by_id = by.member_id or rating.rated_by_id


def weigh(criterion: SupplierCriterion, changes: Changes, by: Actor) -> None:
    if not 1 <= criterion.weight <= 100:
        raise Invalid({"weight": _("A weight goes from 1 to 100.")})
