"""What the page of a contract shows beside its fields, and contracts on the pages of customers and deals."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import NAMING, VERBS
from sila.platform.entities.views.records import add_label
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.text import isolate
from sila.sales.contracts.models import Contract, Obligation
from sila.sales.contracts.rules import SLUG

SHOWN = 5
OWED = 50  # obligations on the page of their contract
LINKS = {"people": "party", "organizations": "party", "groups": "party", "opportunities": "opportunity"}
Status, Way = Contract.Status, Contract.Way


# ---- on its own page -----------------------------------------------------------------------------------
def panels(contract: Contract, context: Context) -> list[dict[str, Any]]:
    """What is owed in it, and the terms before and after."""
    return [_owed(contract, context), *_terms(contract, context)]


def _obligations(contract: Contract) -> list[Obligation]:
    """Read once for a page: those that are open by their day, then those that are done."""
    if not hasattr(contract, "_obligations"):
        rows = Obligation.objects.filter(contract_id=contract.id, deleted_at=None)
        found = list(rows.order_by("due_on", "id")[:OWED])
        contract._obligations = sorted(found, key=lambda row: row.done_on is not None)
    mine: list[Obligation] = contract._obligations
    return mine


def _owed(contract: Contract, context: Context) -> dict[str, Any]:
    noun, slug = registry["obligations"], context.reader.slug
    rows, may_edit = _obligations(contract), context.actor.may(SLUG, "edit", contract)
    base = noun.url(slug)
    return {
        "key": "obligations",
        "label": noun.plural,
        "icon": noun.icon,
        "count": str(sum(row.done_on is None for row in rows) or ""),
        "url": f"{base}?f=contract:any:{contract.id}" if rows else "",
        "add_url": f"{base}new?contract={contract.id}" if may_edit else "",
        "add_label": _("Add obligation"),
        "items": [_line(row, noun, context, may_edit) for row in rows],
    }


def _line(row: Obligation, noun: Entity, context: Context, may_edit: bool) -> dict[str, Any]:
    reader = context.reader
    side = str(Obligation.Side(row.side).label)
    if row.done_on is not None:
        said = _("Done on %(day)s") % {"day": reader.day(row.done_on)}
    elif row.due_on is None:
        said = ""
    elif row.is_overdue(reader.today):
        said = _("Overdue since %(day)s") % {"day": reader.day(row.due_on)}
    else:
        said = _("Due on %(day)s") % {"day": reader.day(row.due_on)}
    do = "reopen" if row.done_on is not None else "done"
    button = {
        "icon": "rotate" if row.done_on is not None else "check",
        "label": _("Take up again") if row.done_on is not None else _("Done"),
        "url": noun.url(reader.slug, row.id, f"do/{do}"),
        "confirm": "",
        "shown": row.done_on is None,
    }
    return {
        "title": row.name,
        "icon": "circle-check"
        if row.done_on is not None
        else "alert-triangle"
        if row.is_overdue(reader.today)
        else "circle",
        "url": noun.url(reader.slug, row.id),
        "hint": " · ".join(filter(None, (side, said))),
        "buttons": [button] if may_edit else [],
    }


def _terms(contract: Contract, context: Context) -> list[dict[str, Any]]:
    """The term before, itself, and the one after; each has the next ones on its page."""
    if contract.renewed_from_id is None and contract.status != Status.RENEWED:
        return []
    contracts, reader = registry[SLUG], context.reader
    beside = Q(renewed_from_id=contract.id) | Q(id=contract.renewed_from_id)
    found = list(contracts.visible_to(context.actor).filter(beside))
    terms = sorted([*found, contract], key=lambda each: each.term)
    if len(terms) < 2:
        return []
    return [
        {
            "key": "terms",
            "label": _("Terms"),
            "icon": "repeat",
            "count": "",
            "add_url": "",
            "items": [
                {
                    "title": each.number,
                    "icon": "map-pin" if each is contract else contracts.icon,
                    "url": "" if each is contract else contracts.url(reader.slug, each.id),
                    "hint": " · ".join(filter(None, (str(Status(each.status).label), _span(each, context)))),
                }
                for each in terms
            ],
        }
    ]


def _span(contract: Contract, context: Context) -> str:
    days = [context.reader.day(day) for day in (contract.starts_on, contract.ends_on) if day]
    return " – ".join(days)


def flags(contract: Contract, context: Context) -> list[dict[str, Any]]:
    reader = context.reader
    late = sum(row.is_overdue(reader.today) for row in _obligations(contract))
    found = []
    if late and contract.is_active:
        text = ngettext("%(count)d obligation is overdue.", "%(count)d obligations are overdue.", late)
        found.append({"kind": "warn", "text": text % {"count": late}})
    if not contract.is_active or contract.notice_by is None or contract.ends_on is None:
        return found
    left = (contract.notice_by - reader.today).days
    if left < 0 <= (contract.ends_on - reader.today).days:
        text = _("The last day for notice has passed: it goes on.") if contract.auto_renew else ""
        return [*found, {"kind": "info", "text": text}] if text else found
    if 0 <= left <= (contract.lead_days or 0):
        when = isolate(reader.day(contract.notice_by, calendar=reader.calendar))
        text = ngettext(
            "Notice can be given until %(day)s: %(count)d day is left.",
            "Notice can be given until %(day)s: %(count)d days are left.",
            left,
        )
        found.append({"kind": "warn", "text": text % {"day": when, "count": left}})
    return found


# ---- on other pages ------------------------------------------------------------------------------------
def contracts_of(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """The contracts of a customer or a deal, and those that a deal is to renew; apart those by which we buy of a party."""
    link = LINKS.get(entity.slug)
    if link is None or not context.actor.can(SLUG, "view"):
        return []
    ways = (Way.SOLD,) if link == "opportunity" else (Way.SOLD, Way.BOUGHT)
    return [group for way in ways for group in _group(way, link, entity, record, context)]


def _group(way: Way, link: str, entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    noun, bought = registry[SLUG], way == Way.BOUGHT
    told = record.told.get("bought" if bought else "contracts")
    rows = _rows(noun, way, link, record, context) if told else []
    may_add = context.actor.can(SLUG, "create")
    if not rows and not (may_add and _awaits_one(bought, entity, record)):
        return []
    base = noun.url(context.reader.slug)
    start = {link: record.id, "way": way.value if bought else ""}
    start |= {"party": record.party_id} if entity.slug == "opportunities" else {}
    query = urlencode({name: value for name, value in start.items() if value})
    kind = f"&f=way:any:{way.value}" if link == "party" else ""
    return [
        {
            "key": f"{SLUG}-{way.value}" if bought else SLUG,
            "label": _("Contracts by which we buy") if bought else noun.plural,
            "icon": noun.icon,
            "count": f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows) or ""),
            "url": f"{base}?f={link}:any:{record.id}{kind}",
            "add_url": f"{base}new?{query}" if may_add else "",
            "add_label": _("Add contract with this supplier") if bought else add_label(noun, noun.plural, []),
            "items": [_item(row, noun, context) for row in rows[:SHOWN]],
        }
    ]


def _awaits_one(bought: bool, entity: Entity, record: Any) -> bool:
    """A deal that is closed, and a supplier, may well have one."""
    if bought:
        return bool(record.told.get("supplier"))
    return entity.slug == "opportunities" and not record.is_open


def _of(link: str, record_id: Any) -> Q:
    mine = Q(**{f"{link}_id": record_id})
    return mine | Q(renewal_id=record_id) if link == "opportunity" else mine


def _rows(noun: Entity, way: Way, link: str, record: Any, context: Context) -> list[dict[str, Any]]:
    columns = ("id", "name", "status", "ends_on", "amount", "currency")
    rows = noun.visible_to(context.actor).filter(_of(link, record.id), way=way).order_by("-id")
    return list(rows.values(*columns)[: SHOWN + 1])


def _item(row: dict[str, Any], noun: Entity, context: Context) -> dict[str, Any]:
    reader, fields = context.reader, noun.readable(context.actor)
    ends = reader.day(row["ends_on"]) if row["ends_on"] and "ends_on" in fields else ""
    said = _("until %(day)s") % {"day": ends} if ends else ""
    money = "amount" in fields and row["amount"] is not None
    return {
        "title": row["name"],
        "url": noun.url(reader.slug, row["id"]),
        "icon": noun.icon,
        "hint": " · ".join(filter(None, (str(Status(row["status"]).label), said))),
        "value": money_html(row["amount"], CURRENCIES[row["currency"]], digits=reader.digits, whole=True)
        if money
        else "",
    }


def _has(way: Way) -> Any:
    def mark(entity: Entity) -> Any:
        link = LINKS.get(entity.slug)
        if link is None or (way == Way.BOUGHT and link == "opportunity"):
            return None
        return Exists(Contract.objects.filter(_of(link, OuterRef("id")), way=way, deleted_at=None))

    return mark


VERBS.update(
    {
        "contract_signed": (gettext_lazy("noted that this contract is signed"), "signature"),
        "contract_ended": (gettext_lazy("ended this contract"), "file-x"),
        "contract_renewed": (gettext_lazy("renewed this contract"), "repeat"),
        "contract_expired": (gettext_lazy("this contract has expired"), "calendar-off"),
        "renewal_prepared": (gettext_lazy("prepared the renewal"), "target"),
        "obligation_done": (gettext_lazy("noted an obligation as done"), "circle-check"),
        "obligation_open": (gettext_lazy("took an obligation up again"), "rotate"),
    }
)
NAMING["renewal_prepared"] = "opportunities"
extensions.marks["contracts"], extensions.marks["bought"] = _has(Way.SOLD), _has(Way.BOUGHT)
extensions.panels.append(contracts_of)
