"""Believable values for any field of any entity: what the shared suite fills records with."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sila.platform.access.actor import Actor
from sila.platform.access.models import Role
from sila.platform.entities import actions
from sila.platform.entities.kinds import LINKS, Field
from sila.platform.entities.registry import Entity, registry
from sila.sales.invoices.actions import issue

SPECIAL = (
    "rrule",
    "closed_on",
    "won_reason",
    "lost_note",
    "disqualify_note",
)  # these follow rules of their own, tested with their nouns
counter = iter(range(1, 10_000_000))


def value_for(f: Field, by: Actor, *, api: bool = False) -> Any:
    """What a person might type, or a program send, for the field."""
    number = next(counter)
    simple: dict[str, Any] = {
        "text": f"قيمة-{number}"[: f.max_length or 50],
        "longtext": "سطر أول\nسطر ثانٍ",
        "money": "1250.50",
        "date": "2026-03-01",
        "datetime": "2026-03-01T10:30:00+03:00",
        "time": "14:30",
        "bool": True,
        "phone": f"+96655{number:07d}",
        "email": f"p{number}@example.com",
        "url": f"https://example.com/{number}",
        "number": 7,
        "conditions": ["name:filled"],
        "coordinates": "24.71355, 46.67530",
        "repetition": "FREQ=WEEKLY;COUNT=3",
    }
    if f.kind.name == "choice":
        return f.choices[0].value
    if f.kind.name == "choices":
        return [choice.value for choice in f.choices[:2]]
    if f.kind.name == "member":
        return str(by.member_id)
    if f.kind.name == "link":
        return str(some_record(registry[f.to], by).id)
    value = simple[f.kind.name]
    return value if api or f.kind.name != "number" else str(value)


def values_for(entity: Entity, by: Actor, *, full: bool = False, api: bool = False) -> dict[str, Any]:
    """The required fields (or all that do not link) with values."""
    values = {}
    for name, f in entity.readable(by).items():
        wanted = f.required or (full and f.kind.name not in LINKS and name != "source")
        if not f.read_only and wanted and name not in SPECIAL:
            values[name] = value_for(f, by, api=api)
    if "currency" in values:
        values["currency"] = "SAR"
    if entity.slug == "exchange-rates":  # one a day, of another currency than the workspace's own
        day = date(2000, 1, 1) + timedelta(days=next(counter))
        values |= {"currency": "USD", "day": day.isoformat()}
    if entity.slug == "promotion-customers":  # a customer is in a promotion once
        values |= {"party": str(new_record(registry["organizations"], by).id)}
    if entity.slug == "bundle-items":  # of a bundle, and no other is in it
        bundle = new_record(registry["products"], by, kind="bundle")
        values |= {"bundle": str(bundle.id), "product": str(new_record(registry["products"], by).id)}
    if entity.slug == "measures" and full:  # a base itself
        values |= {"code": "PCE", "factor": 1 if api else "1"}
    if entity.slug == "letterheads" and full:
        values["vat_number"] = "310122393500003"
    if entity.slug == "payments":  # of an invoice that was issued
        values |= {"invoice": str(issued_invoice(by).id), "amount": "5.50"}
        values.pop("paid_on", None)
    if entity.slug in (
        "opportunity-lines",
        "quote-lines",
        "order-lines",
        "invoice-lines",
    ):  # a product would bring its own
        values = {"name": f"سطر {next(counter)}", "price": "99.5"} | values
    if entity.slug == "assets":  # named after a product, unless it says otherwise
        values = {"name": f"أصل {next(counter)}"} | values
    if entity.slug == "assignment-rules":  # it names somebody
        values["member"] = str(by.member_id)
    if "sites" in values:
        values["sites"] = "https://www.example.com"
    if entity.slug == "incumbent-contracts":  # a customer has it with somebody else
        customer, rival = (new_record(registry["organizations"], by) for _each in range(2))
        values |= {"party": str(customer.id), "competitor": str(rival.id)}
    if entity.slug == "authority-limits":  # one for each role and kind
        role = Role.objects.create(name=f"دور {next(counter)}")
        values |= {"role": str(role.id), "currency": "SAR"}
    if "probability" in values:
        values["probability"] = 40 if api else "40"
    return values | _of_partners(entity, by, api=api) | _of_the_team(entity, by, full=full)


def _of_partners(entity: Entity, by: Actor, *, api: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if entity.slug == "partners":  # a party is a partner once
        values["party"] = str(new_record(registry["organizations"], by).id)
    if entity.slug == "portal-users":  # with an address of their own
        values["email"] = f"portal{next(counter)}@example.com"
    if entity.slug == "shared-leads":  # a lead is with one partner at a time
        values["lead"] = str(new_record(registry["leads"], by).id)
    if entity.slug == "partner-documents":  # for one of them
        values |= {"audience": "one", "partner": str(new_record(registry["partners"], by).id), "tier": ""}
    if entity.slug == "supplier-criteria":
        values["weight"] = 7 if api else "7"
    if entity.slug == "supplier-ratings":  # once by each criterion in a quarter
        criterion = new_record(registry["supplier-criteria"], by)
        values |= {"criterion": str(criterion.id), "stars": 4 if api else "4", "period": "2026-01-01"}
    return values


def _of_the_team(entity: Entity, by: Actor, *, full: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if entity.slug == "goals":  # of one, in its measure
        quarter = next(counter) % 1200
        start = date(1850 + quarter // 4, 1 + 3 * (quarter % 4), 1)
        values |= {
            "member": str(by.member_id),
            "metric": "won_revenue",
            "target": "5000",
            "begins": start.isoformat(),
        }
    if entity.slug == "contests":
        values |= {"metric": "won_deals", "begins": "2026-01-01", "ends": "2026-12-31"}
    if entity.slug == "commission-plans":
        values |= {"begins": "2026-01-01"} | ({"ends": "2026-12-31"} if full else {})
    if entity.slug in ("commission-tiers", "commission-participants"):  # one of a kind in a plan
        values["plan"] = str(new_record(registry["commission-plans"], by).id)
    return values


def issued_invoice(by: Actor) -> Any:
    invoice = new_record(registry["invoices"], by, party=str(some_record(registry["organizations"], by).id))
    new_record(registry["invoice-lines"], by, invoice=str(invoice.id))
    return issue(registry["invoices"].model.objects.get(id=invoice.id), by=by)


def some_record(entity: Entity, by: Actor) -> Any:
    """A record of the entity that the actor may see: the newest, or a new one."""
    if entity.narrow:
        entity = next(other for other in registry if other.slice_of == entity.slug)
    found = entity.visible_to(by).order_by("-id").first()
    return found or new_record(entity, by)


def new_record(entity: Entity, by: Actor, **given: Any) -> Any:
    return actions.create(entity, {**values_for(entity, by), **given}, by=by)


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
