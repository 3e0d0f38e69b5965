"""Fields that the sample company has added: the tax of a deal, what is open with a customer, and when they were met."""

from sila.platform.access.actor import Actor
from sila.platform.customfields.models import CustomField
from sila.platform.entities.computed import verbs
from sila.platform.entities.computed.keeping import recompute
from sila.platform.entities.leading import HANGS
from sila.platform.entities.registry import registry


def add_computed_fields(by: Actor) -> None:
    deals, companies = registry["opportunities"], registry["organizations"]
    tax = verbs.formula_rule(deals, "[amount] * 0.15", money=True)
    open_deals = {"of": deals.slug, "link": "party", "conditions": ("category:any:open",)}
    total = verbs.rollup_rule(companies, how="sum", field="amount", **open_deals)
    met = {"of": "meetings", "link": HANGS, "conditions": ("status:any:done",)}
    last = verbs.rollup_rule(companies, how="max", field="starts_at", **met)
    for row in (
        verbs.add_computed(deals, "ضريبة القيمة المضافة", kind="formula", rule=tax, by=by, label_en="VAT"),
        verbs.add_computed(
            companies, "صفقات مفتوحة", kind="rollup", rule=total, by=by, label_en="Open deals"
        ),
        verbs.add_computed(companies, "آخر اجتماع", kind="rollup", rule=last, by=by, label_en="Last meeting"),
    ):
        _fill_now(row, by)


def _fill_now(row: CustomField, by: Actor) -> None:
    """The sample is whole when it is made; elsewhere a job does this."""
    noun = registry[row.entity]
    recompute(noun, list(noun.rows().values_list("id", flat=True)), by=by, totals={row.key})
