"""What the sample company asks of its data: a few rules, some ways of contact that no longer work."""

from sila.parties.models import ContactPoint
from sila.parties.reachable import mark_unreachable
from sila.platform.access.actor import Actor
from sila.platform.entities.computed.keeping import recompute
from sila.platform.entities.quality import verbs, work
from sila.platform.entities.quality.plan import graded_nouns, usual_weights
from sila.platform.entities.registry import registry

LOST = 8  # ways of contact
RULES = (
    (
        "opportunities",
        "is_blank([amount]) and [probability] >= 50",
        "amount",
        True,
        "الصفقة التي يرجح كسبها تحتاج إلى مبلغ.",
        "A deal that will probably be won needs an amount.",
    ),
    (
        "organizations",
        '[lifecycle] = "customer" and is_blank([vat_number])',
        "vat_number",
        False,
        "العميل يحتاج إلى رقم ضريبي لإصدار الفواتير.",
        "A customer needs a VAT number for invoices.",
    ),
    (
        "people",
        "is_blank([phone]) and is_blank([email])",
        "phone",
        False,  # who tries the sample adds people by their names alone
        "أضف هاتفًا أو بريدًا إلكترونيًا.",
        "Add a phone or an e-mail address.",
    ),
)


def add_quality(by: Actor) -> None:
    """`by` is an administrator of the sample. Everything is graded when it is made; elsewhere a night does this."""
    for slug, formula, place, refuses, message, english in RULES:
        said = {"message": message, "message_en": english, "field": place, "refuses": refuses, "active": True}
        verbs.add_rule(registry[slug], by=by, formula=formula, **said)
    companies = registry["organizations"]
    verbs.set_plan(companies, usual_weights(companies) | {"vat_number": 2, "website": 1}, 120, by=by)
    primary = ContactPoint.objects.filter(primary=True, kind__in=("phone", "email")).order_by("id")
    for point in list(primary)[:: max(1, primary.count() // LOST)][:LOST]:
        mark_unreachable(point, by=by)
    for noun in graded_nouns():
        recompute(noun, list(noun.rows().values_list("id", flat=True)), by=by)
        work.count_spread(noun)
