"""What a stage asks of a deal before it lets it in, whichever door the move comes through.

Going back is always free. What comes in from a file is let in and marked as incomplete.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateField, ExpressionWrapper
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, Wanting
from sila.platform.entities.kinds import KINDS, Context, Field
from sila.platform.entities.rates import rates_on
from sila.platform.entities.registry import Changes, registry
from sila.platform.entities.stored import now as stored_now
from sila.platform.kit.money import CURRENCIES, from_minor
from sila.platform.tenancy.current import today
from sila.platform.tenancy.writing import read_once
from sila.sales.models import Opportunity, OpportunityRole, Part, Stage, StageTransition
from sila.work.approvals import actions as approvals
from sila.work.approvals.kinds import ApprovalKind, Approver, Facts, Measure, declare
from sila.work.following import next_fields, plan_next
from sila.work.models import Activity, ActivityLink

SLUG, ENTRY = "opportunities", "stage"
PREFIX = "entry_"
PERSON, SUBJECT = f"{PREFIX}person", f"{PREFIX}subject"
PRODUCT, QUANTITY, PRICE = f"{PREFIX}product", f"{PREFIX}quantity", f"{PREFIX}price"


# ---- the rule ------------------------------------------------------------------------------------------
def let_in(deal: Opportunity, changes: Changes, by: Actor) -> None:
    """After `follow_stage`, which has put the deal into its new stage. Raises Wanting with all that is missing."""
    stage = _stage_now(deal)
    missing = missing_fields(deal, stage)
    deal.incomplete = deal.party_id is None or bool(missing) or lacks_products(deal, stage)
    deal.rests_until = rests_until(deal, stage, by)
    moved = deal._state.adding or ("stage" in changes and changes["stage"] != deal.stage_id)
    if not moved or by.via == "import" or _goes_back(deal, changes.get("stage"), stage):
        return
    _want(deal, stage, missing, by)
    _want_approval(deal, stage, by)


def rests_until(deal: Opportunity, stage: Stage, by: Actor) -> date | None:
    """The last day on which an open deal does not count as forgotten, by the workspace's clock."""
    if not deal.is_open or not stage.rot_days:
        return None
    entered = deal.entered_stage_at.astimezone(ZoneInfo(by.workspace.timezone)).date()
    return entered + timedelta(days=stage.rot_days)


def rest_anew(stage: Stage, changes: Changes, by: Actor) -> None:
    """An effect of stages: the deals that are in it may rest as long as it says now."""
    if "rot_days" in changes:
        Opportunity.objects.filter(stage_id=stage.id).update(rests_until=None)
        _let_rest(stage, by)


def let_rest(by: Actor) -> None:
    """Deals of the time before this was kept."""
    for stage in Stage.objects.filter(category=Stage.Category.OPEN, rot_days__gt=0, deleted_at=None):
        _let_rest(stage, by)


def _let_rest(stage: Stage, by: Actor) -> None:
    if not stage.rot_days:
        return
    entered = TruncDate("entered_stage_at", tzinfo=ZoneInfo(by.workspace.timezone))
    until = ExpressionWrapper(entered + timedelta(days=stage.rot_days), output_field=DateField())
    deals = Opportunity.objects.filter(stage_id=stage.id, category=Stage.Category.OPEN, rests_until=None)
    deals.update(rests_until=Cast(until, DateField()))


def _stage_now(deal: Opportunity) -> Stage:
    return read_once(("stage", deal.stage_id), lambda: Stage.objects.get(id=deal.stage_id))


def _goes_back(deal: Opportunity, before: UUID | None, stage: Stage) -> bool:
    """To an earlier stage of the same pipeline, or out of an ending into one where the deal has been."""
    if before is None or stage.category != Stage.Category.OPEN:
        return False
    left = Stage.objects.filter(id=before, pipeline_id=stage.pipeline_id).first()
    if left is None or left.category == Stage.Category.OPEN:
        return left is not None and stage.order < left.order
    return StageTransition.objects.filter(opportunity_id=deal.id, to_stage_id=stage.id).exists()


def missing_fields(deal: Opportunity, stage: Stage) -> dict[str, Field]:
    """Those that the stage asks for and that are empty; a field that is no more is asked for no more."""
    fields = registry[SLUG].fields if stage.required_fields else {}
    wanted = [fields[name] for name in stage.required_fields if name in fields]
    return {f.name: f for f in wanted if stored_now(f, deal) in (None, "", [])}


def lacks_products(deal: Opportunity, stage: Stage) -> bool:
    """Of a deal without lines `net` is empty."""
    return stage.needs_products and deal.net is None


def _want(deal: Opportunity, stage: Stage, missing: dict[str, Field], by: Actor) -> None:
    errors = {
        name: _("%(field)s: needed in the stage “%(stage)s”.") % {"field": f.label, "stage": stage}
        for name, f in missing.items()
    }
    asked: list[Field] = []
    if lacks_products(deal, stage):
        errors[PRODUCT] = _("Products must be named in the stage “%(stage)s”.") % {"stage": stage}
        asked += _first_product(deal)
    if stage.required_role and not _is_known(deal, stage.required_role):
        role = Part(stage.required_role).label
        errors[PERSON] = _("Who “%(role)s” in this deal must be known in the stage “%(stage)s”.") % {
            "role": role,
            "stage": stage,
        }
        asked.append(_person(role))
    if stage.needs_activity and not _is_planned(deal):
        errors[SUBJECT] = _("A next activity must be planned in the stage “%(stage)s”.") % {"stage": stage}
        asked += _next_activity()
    if errors:
        supply = partial(_supply, deal, stage.required_role) if asked and not deal._state.adding else None
        title = _("Before “%(stage)s”") % {"stage": stage}
        fields = tuple(asked) if supply else ()
        raise Wanting(errors, title=title, submit=_("Save and move"), fields=fields, supply=supply)


def _is_known(deal: Opportunity, role: str) -> bool:
    return OpportunityRole.objects.filter(opportunity_id=deal.id, role=role).exists()


def _is_planned(deal: Opportunity) -> bool:
    open_ones = {"activity__status": Activity.Status.OPEN, "activity__deleted_at": None}
    return ActivityLink.objects.filter(entity=SLUG, record_id=deal.id, **open_ones).exists()


def _person(role: Any) -> Field:
    label = _("Role in the deal: %(role)s") % {"role": role}
    return Field(PERSON, KINDS["link"], label, required=True, to="people", title_columns=("name",))


def _first_product(deal: Opportunity) -> list[Field]:
    product = Field(
        PRODUCT,
        KINDS["link"],
        pgettext_lazy("label", "Product"),
        required=True,
        help=_("More of them are added on the page of the deal."),
        to="products",
        title_columns=("name", "name_en"),
        default=deal.product_id and str(deal.product_id),
    )
    number = Field(QUANTITY, KINDS["number"], _("Quantity"), required=True, default="1", extra={"places": 3})
    price = Field(
        PRICE,
        KINDS["number"],
        _("Price for one (%(currency)s)") % {"currency": deal.currency},
        help=_("Left empty, it is the one that holds for the customer."),
        extra={"places": CURRENCIES[deal.currency].decimals, "min": 0},
    )
    return [product, number, price]


def _next_activity() -> list[Field]:
    kind, *rest = next_fields(PREFIX)
    return [replace(kind, default=Activity.Kind.TASK.value), *rest]


def _supply(deal: Opportunity, role: str, values: dict[str, Any], *, by: Actor) -> str:
    """What a dialog has asked for besides the deal's own fields; the move is tried again after it."""
    from sila.sales.actions import give_part  # verbs of deals, whose rules these are
    from sila.sales.deal_lines.actions import add_product

    if PRODUCT in values:
        product = records.get(registry["products"], values[PRODUCT], by=by)
        try:
            add_product(deal, product, by=by, quantity=values[QUANTITY], price=values.get(PRICE))
        except Invalid as refused:  # each word stands beside what the dialog calls it
            raise Invalid({f"{PREFIX}{name}": said for name, said in refused.errors.items()}) from refused
    if PERSON in values:
        give_part(deal, values[PERSON], role, by=by)
    activity = {f.name.removeprefix(PREFIX): values[f.name] for f in _next_activity() if f.name in values}
    if activity:
        plan_next(SLUG, deal.id, by=by, **activity)
    return ""


# ---- approval ------------------------------------------------------------------------------------------
def _want_approval(deal: Opportunity, stage: Stage, by: Actor) -> None:
    if stage.approval_above is None or (deal._state.adding and by.member is None):
        return
    facts = facts_of(deal, stage)
    error = _("Entering “%(stage)s” with this amount needs approval.") % {"stage": stage}
    approvals.want(ENTRY, deal, facts, by, error)


def facts_of(deal: Opportunity, stage: Stage) -> Facts:
    said = {"ar": stage.name, "en": stage.name_en or stage.name}
    return {
        "stage": str(stage.id),
        "amount": deal.amount or 0,
        "currency": deal.currency,
        "said": said,
    }


def _facts_given(deal: Opportunity, given: dict[str, Any], by: Actor) -> Facts:
    try:
        wanted = UUID(str(given.get("stage", "")))
    except ValueError:
        wanted = None
    stage = Stage.objects.filter(id=wanted, deleted_at=None).first() if wanted else None
    if stage is None:
        raise Invalid({"given": _('Say which stage: {"stage": id}.')})
    return facts_of(deal, stage)


def _wanted(deal: Opportunity, facts: Facts) -> bool:
    """Whether the amount reaches the one from which the stage asks for approval; so does one that cannot be compared."""
    stage = Stage.objects.filter(id=facts["stage"], deleted_at=None).first()
    if stage is None or stage.approval_above is None:
        return False
    from_here = stage.approval_currency or facts["currency"]
    if from_here == facts["currency"]:
        return bool(facts["amount"] >= stage.approval_above)
    rates = rates_on(today(), {from_here, facts["currency"]})
    asked, limit = (
        rates.convert(facts["amount"], facts["currency"]),
        rates.convert(stage.approval_above, from_here),
    )
    return asked is None or limit is None or asked >= limit


def _say(facts: Facts, context: Context) -> str:
    reader = context.reader
    stage = facts["said"]["en" if reader.language == "en" else "ar"]
    row = {"amount": facts["amount"], "currency": facts["currency"]}
    amount = KINDS["money"].plain(Field("amount", KINDS["money"], "", currency="currency"), row, reader)
    if "amount" not in registry[SLUG].readable(context.actor):
        return _("Entering “%(stage)s”") % {"stage": stage}
    return _("Entering “%(stage)s” with %(amount)s") % {"stage": stage, "amount": amount}


def _measure(facts: Facts) -> Measure:
    return Measure(Decimal(from_minor(facts["amount"], CURRENCIES[facts["currency"]])), facts["currency"])


def _approver(deal: Opportunity, facts: Facts) -> Approver:
    stage = Stage.objects.filter(id=facts["stage"]).first()
    return Approver(role=stage.approval_role_id if stage else None)


def _enter_now(deal: Opportunity, facts: Facts, *, by: Actor) -> None:
    """A yes moves the deal, if it is as it was asked about and nothing else is missing; else whoever asked moves it."""
    from sila.sales.actions import move

    same = (deal.amount or 0, deal.currency) == (facts["amount"], facts["currency"])
    if not deal.is_open or not same:
        return
    try:
        move(deal, by=by.with_all_rights(by.via), stage=UUID(facts["stage"]))
    except Invalid:
        return


declare(
    ApprovalKind(
        ENTRY,
        pgettext_lazy("approval", "Moving a deal into a stage"),
        SLUG,
        say=_say,
        measure=_measure,
        facts_of=_facts_given,
        wanted=_wanted,
        approvers=_approver,
        approved=_enter_now,
    )
)
