"""A won deal that runs for a term is renewed: a new deal that knows which one it goes on from."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.sales.deal_lines.actions import take_lines_of
from sila.sales.deal_lines.rules import WORK as DEALS
from sila.sales.models import Opportunity, Stage
from sila.sales.rules import today

SLUG = "opportunities"
KEPT = (
    "name",
    "party",
    "contact",
    "product",
    "pipeline",
    "channel",
    "partner",
    "branch",
    "currency",
    "term_months",
)


def may_be_renewed(deal: Opportunity) -> bool:
    return deal.category == Stage.Category.WON


@transaction.atomic
def renew(deal: Opportunity, *, by: Actor, term_months: int | None = None) -> Opportunity:
    """The next deal with the same customer, to be closed when the term of this one ends. Once for each deal."""
    deal = records.unmoved(registry[SLUG], deal, by=by)
    if not may_be_renewed(deal):
        raise Invalid({"": _("Only a won deal is renewed.")})
    if (renewal := following(deal)) is not None:
        raise Invalid({"": _("It is renewed already: %(number)s.") % {"number": renewal.number}})
    months = term_months or deal.term_months
    if not months or months > 1200:
        raise Invalid({"term_months": _("Say how many months the contract runs.")})
    return go_on(deal, months, by=by)


def following(deal: Opportunity) -> Opportunity | None:
    """The deal that renews this one."""
    found: Opportunity | None = Opportunity.objects.filter(renewal_of_id=deal.id, deleted_at=None).first()
    return found


def go_on(deal: Opportunity, months: int, *, by: Actor, **columns: Any) -> Opportunity:
    """The renewal of a deal that has none. `columns` of it that are others than follow from the deal."""
    fields = registry[SLUG].readable(by)
    values: dict[str, Any] = {
        name: getattr(deal, f"{name}_id" if hasattr(deal, f"{name}_id") else name)
        for name in KEPT
        if name in fields and not fields[name].read_only
    }
    closes = columns.pop("expected_close", None) or months_after(deal.closed_on or today(by), months)
    values |= {"expected_close": closes, "term_months": months}
    takes_lines = "amount" not in columns
    given = {name: _typed(value) for name, value in values.items() if value not in (None, "")}
    own = {"amount": deal.amount, "owner_id": deal.owner_id} | columns
    if "currency" in own:
        given.pop("currency", None)
    renewal: Opportunity = records.create(registry[SLUG], given, by=by, renewal_of_id=deal.id, **own)
    if takes_lines and (lines := DEALS.lines_of(deal)):
        take_lines_of(deal, lines, renewal, by=by.with_all_rights(by.via))
    more = {"text": renewal.number, "about": str(renewal.id)}
    log.record("renewed", by=by, entity=SLUG, record_id=deal.id, title=deal.name, **more)
    return renewal


def _typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, int) else str(value)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last: 31 January and one month is 28 or 29 February."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# ---- the chain -----------------------------------------------------------------------------------------
def has_renewal(entity: Entity) -> Exists | None:
    """Whether there is anything to ask for, told with the row of the record."""
    if entity.slug != SLUG:
        return None
    return Exists(Opportunity.objects.filter(renewal_of_id=OuterRef("id"), deleted_at=None))


def panel(deal: Opportunity, context: Context) -> list[dict[str, Any]]:
    """The deal that it goes on from, itself, and the one that goes on from it: each has the next ones on its page."""
    if deal.renewal_of_id is None and not getattr(deal, "told", {}).get("renewed", True):
        return []
    deals, slug = registry[SLUG], context.reader.slug
    beside = Q(renewal_of_id=deal.id) | Q(id=deal.renewal_of_id)
    found = {each.id: each for each in deals.visible_to(context.actor).filter(beside)}
    before = found.pop(deal.renewal_of_id, None)
    chain = [each for each in (before, deal, *found.values()) if each]
    if len(chain) < 2:
        return []
    return [
        {
            "key": "renewals",
            "label": _("Renewals"),
            "icon": "repeat",
            "count": "",
            "add_url": "",
            "items": [
                {
                    "title": each.name,
                    "icon": "map-pin" if each is deal else deals.icon,  # where one is
                    "url": "" if each is deal else deals.url(slug, each.id),
                    "hint": f"{each.number} · {Stage.Category(each.category).label}",
                }
                for each in chain
            ],
        }
    ]


extensions.marks["renewed"] = has_renewal
