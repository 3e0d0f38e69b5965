"""The small rows beside a deal, read together: who plays which part, who competes, whose credit it is."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, CharField, DecimalField, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.sales.models import Opportunity, OpportunityCompetitor, OpportunityCredit, OpportunityRole

MOST = 200


@dataclass(frozen=True)
class Line:
    """One row, in a shape that all three share; `party` and `member` are who it is about."""

    what: str  # "part", "competitor" or "credit"
    id: UUID
    party_id: UUID | None
    party: str
    kind: str  # of the party
    said: str  # the part, or the strength
    note: str
    won: bool
    member: str
    member_en: str
    percent: Decimal | None


def lines(deal: Opportunity, context: Context) -> list[Line]:
    """Those that the reader may see, in the order in which they were added: one query, and one for who may be seen."""
    of_deal = {"opportunity_id": deal.id}
    parts = _shape(OpportunityRole.objects.filter(**of_deal), "part", said="role")
    others = _shape(
        OpportunityCompetitor.objects.filter(**of_deal), "competitor", said="strength", note="note", won="won"
    )
    credits = _shape(OpportunityCredit.objects.filter(**of_deal), "credit")
    rows = [Line(*row) for row in parts.union(others, credits, all=True)[:MOST]]
    parties = [row.party_id for row in rows if row.party_id]
    seen = visible_ids(context.actor, {"parties": parties}) if parties else set()
    return sorted(
        (row for row in rows if row.party_id is None or row.party_id in seen), key=lambda row: row.id
    )


def _shape(rows: QuerySet[Any], what: str, *, said: str = "", note: str = "", won: str = "") -> QuerySet[Any]:
    """These columns, in this order, whatever the table calls them."""
    text, party, member = CharField(), what != "credit", what == "credit"
    blank, percent = Value("", output_field=text), DecimalField(max_digits=5, decimal_places=2)
    columns: dict[str, Any] = {
        "c_what": Value(what, output_field=text),
        "c_id": Cast("id", UUIDField()),
        "c_party": Cast("party_id" if party else Value(None), UUIDField()),
        "c_name": Cast("party__name", text) if party else blank,
        "c_kind": Cast("party__kind", text) if party else blank,
        "c_said": Cast(said, text) if said else blank,
        "c_note": Cast(note, text) if note else blank,
        "c_won": Cast(won or Value(False), BooleanField()),
        "c_member": Cast("member__name", text) if member else blank,
        "c_member_en": Cast("member__name_en", text) if member else blank,
        "c_percent": Cast("percent" if member else Value(None), percent),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)
