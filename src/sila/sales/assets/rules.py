"""What follows from the fields of assets, claims and plans, and what no door lets through."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from sila.catalog.models import Product
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold
from sila.sales.assets.models import Asset, MaintenancePlan, WarrantyClaim, WarrantyTerm
from sila.sales.renewing import months_after
from sila.sales.rules import today

DAY = timedelta(days=1)
Coverage = WarrantyClaim.Coverage


# ---- terms and assets ----------------------------------------------------------------------------------
def check_term(term: WarrantyTerm, changes: Changes, by: Actor) -> None:
    if not term.months or not 1 <= term.months <= 600:
        raise Invalid({"months": _("Between 1 and 600 months.")})
    if not (term.parts or term.labour):
        raise Invalid({"parts": _("A warranty covers parts, labour, or both.")})


def term_for(product: Product | None) -> WarrantyTerm | None:
    """That of the product, else the one for all."""
    terms = WarrantyTerm.objects.filter(deleted_at=None)
    own = terms.filter(product_id=product.id).order_by("-months", "id").first() if product else None
    return own or terms.filter(product_id=None).order_by("id").first()


def derive_asset(asset: Asset, changes: Changes, by: Actor) -> None:
    product = asset.product if asset.product_id else None
    asset.name = asset.name or (product.name if product else "") or asset.serial
    if not asset.name:
        raise Invalid({"name": _("Give it a name, or choose a product.")})
    asset.name_fold = fold(asset.name)[:200]
    asset.serial = asset.serial.strip()
    if asset.sold_on and asset.installed_on and asset.installed_on < asset.sold_on:
        raise Invalid({"installed_on": _("This lies before the sale.")})
    if asset._state.adding and asset.term_id is None and asset.warranty_until is None:
        asset.term = term_for(product)
    _promise(asset, changes)
    if asset.warranty_from and asset.warranty_until and asset.warranty_until < asset.warranty_from:
        raise Invalid({"warranty_until": _("It ends before it begins.")})


def _promise(asset: Asset, changes: Changes) -> None:
    """The days of the warranty follow the term, unless somebody has said otherwise."""
    term = asset.term if asset.term_id else None
    asked = asset._state.adding or {"term", "sold_on", "installed_on"} & changes.keys()
    if term is None or not asked:
        return
    by_hand = not asset._state.adding and {"warranty_from", "warranty_until"} & changes.keys()
    begins = asset.installed_on if term.begins == WarrantyTerm.Begins.INSTALLED else asset.sold_on
    if begins is None or by_hand or (asset._state.adding and asset.warranty_until):
        return
    asset.warranty_from = begins
    asset.warranty_until = months_after(begins, term.months) - DAY


@dataclass(frozen=True)
class Cover:
    state: str  # one of Coverage
    until: date | None = None

    @property
    def holds(self) -> bool:
        return self.state in (Coverage.FULL, Coverage.PARTS, Coverage.LABOUR)


def cover_of(asset: Asset, day: date) -> Cover:
    """What the warranty promises on a day. The last day is covered as well."""
    if asset.warranty_until is None:
        return Cover(Coverage.NONE)
    if day > asset.warranty_until:
        return Cover(Coverage.EXPIRED, asset.warranty_until)
    if asset.warranty_from and day < asset.warranty_from:
        return Cover(Coverage.EARLY, asset.warranty_until)
    term = asset.term if asset.term_id else None
    if term is None or (term.parts and term.labour):
        return Cover(Coverage.FULL, asset.warranty_until)
    return Cover(Coverage.PARTS if term.parts else Coverage.LABOUR, asset.warranty_until)


# ---- claims --------------------------------------------------------------------------------------------
def derive_claim(claim: WarrantyClaim, changes: Changes, by: Actor) -> None:
    claim.name_fold = fold(claim.name)[:200]
    if not claim._state.adding and {"asset", "reported_on"} & changes.keys() and claim.status != "open":
        raise Invalid({"reported_on": _("This claim was decided. Open it again to change it.")})
    claim.party_id = claim.asset.party_id
    claim.reported_on = claim.reported_on or today(by)
    if claim.reported_on > today(by):
        raise Invalid({"reported_on": _("This day has not come yet.")})
    brought = claim._state.adding and claim.coverage
    if not brought and (claim._state.adding or {"asset", "reported_on"} & changes.keys()):
        claim.coverage = cover_of(claim.asset, claim.reported_on).state


# ---- plans ---------------------------------------------------------------------------------------------
def derive_plan(plan: MaintenancePlan, changes: Changes, by: Actor) -> None:
    plan.name_fold = fold(plan.name)[:200]
    plan.party_id = plan.asset.party_id
    if not plan.every or not 1 <= plan.every <= 120:
        raise Invalid({"every": _("Between 1 and 120 months.")})
    if plan.ahead is None or plan.ahead > 365:
        raise Invalid({"ahead": _("At most 365 days.")})
    if plan.ends_on and plan.ends_on < plan.starts_on:
        raise Invalid({"ends_on": _("It ends before it begins.")})
    if plan._state.adding or {"every", "starts_on", "ends_on"} & changes.keys():
        planned = None if plan._state.adding else plan.visits.aggregate(last=Max("due_on"))["last"]
        plan.next_due = due_from(plan, max(today(by), planned + DAY) if planned else today(by))
    plan.plan_on = plan.next_due - plan.ahead * DAY if plan.next_due else None


def due_from(plan: MaintenancePlan, day: date) -> date | None:
    """The first day on or after this one on which the plan falls due; None when it is over. A plan from the 31st falls
    due on the last of shorter months."""
    months = (day.year - plan.starts_on.year) * 12 + day.month - plan.starts_on.month
    times = max(months // plan.every, 0)
    due = months_after(plan.starts_on, times * plan.every)
    while due < day:
        times += 1
        due = months_after(plan.starts_on, times * plan.every)
    return None if plan.is_over(due) else due
