"""Who else wants to sell in a deal: added and taken away on its page and in the API, and who of them won it."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sila.parties.actions import give_role
from sila.parties.duplicates import SLUGS
from sila.parties.models import Party, PartyRole
from sila.platform.access.actor import Actor
from sila.platform.activity import log
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.kinds import KINDS, Context, Field, Row
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Detail, as_choices, registry
from sila.sales.beside import Line
from sila.sales.models import Opportunity, OpportunityCompetitor

SLUG = "opportunities"
COMPETITOR = PartyRole.Role.COMPETITOR
PREFERRED = "competitors"  # which companies pickers of competitors offer first


@transaction.atomic
def add_competitor(
    deal: Opportunity, party: UUID, *, by: Actor, strength: str = "", note: str = "", won: bool = False
) -> OpportunityCompetitor:
    """Somebody who wants to sell here too; whoever is not known as a competitor yet is from now on."""
    deal = records.unmoved(registry[SLUG], deal, by=by)
    other = records.get(registry["parties"], party, by=by)
    if other.id == deal.party_id:
        raise Invalid({"party": _("The customer of the deal cannot be its competitor.")})
    if OpportunityCompetitor.objects.filter(opportunity_id=deal.id, party_id=party).exists():
        raise Invalid({"party": _("This competitor is in the deal already.")})
    if strength and strength not in OpportunityCompetitor.Strength.values:
        raise Invalid({"strength": _("There is no such strength.")})
    known_as_competitor(other, by)
    row: OpportunityCompetitor = OpportunityCompetitor.objects.create(
        opportunity_id=deal.id, party_id=party, strength=strength, note=note[:300]
    )
    _tell(deal, "competitor_added", by, other)
    if won:
        lost_to(deal, party, by=by)
    return row


def known_as_competitor(party: Party, by: Actor) -> None:
    if PartyRole.objects.filter(party_id=party.id, role=COMPETITOR, ends=None).exists():
        return
    try:
        give_role(party, COMPETITOR, by=by)
    except NotAllowed as error:
        text = _("“%(name)s” is not known as a competitor, and you may not change that.")
        raise Invalid({"party": text % {"name": party.name}}) from error


def known_ones() -> Q:
    """Parties that are known as competitors, or stood against us in some deal."""
    known = PartyRole.objects.filter(role=COMPETITOR, ends=None).values("party_id")
    return Q(id__in=known) | Q(id__in=OpportunityCompetitor.objects.order_by().values("party_id"))


@transaction.atomic
def remove_competitor(row: OpportunityCompetitor, *, by: Actor) -> None:
    deal = records.get(registry[SLUG], row.opportunity_id, by=by, lock=True)
    if not by.may(SLUG, "edit", deal):
        raise NotAllowed
    OpportunityCompetitor.objects.filter(id=row.id).delete()
    _tell(deal, "competitor_removed", by, row.party)


def lost_to(deal: Opportunity, party: UUID, *, by: Actor) -> None:
    """Who won it, one at most. Call it inside the verb's transaction."""
    rows = OpportunityCompetitor.objects.filter(opportunity_id=deal.id)
    if not rows.filter(party_id=party).exists():
        add_competitor(deal, party, by=by)
    rows.filter(won=True).update(won=False)
    rows.filter(party_id=party).update(won=True)


def forget_winner(deal: Opportunity) -> None:
    """The deal is open again, or ours."""
    OpportunityCompetitor.objects.filter(opportunity_id=deal.id, won=True).update(won=False)


def _tell(deal: Opportunity, kind: str, by: Actor, party: Party) -> None:
    about = {"text": party.name, "about": str(party.id)}
    log.record(kind, by=by, entity=SLUG, record_id=deal.id, title=deal.name, **about)


# ---- on the page and in the API ------------------------------------------------------------------------
def _fields() -> tuple[Field, ...]:
    return (
        Field(
            "party",
            KINDS["link"],
            _("Competitor"),
            required=True,
            to="organizations",
            title_columns=("name",),
            extra={"prefer": PREFERRED},
        ),
        Field(
            "strength",
            KINDS["choice"],
            _("Strength"),
            choices=as_choices(OpportunityCompetitor.Strength.choices),
        ),
        Field("note", KINDS["text"], pgettext_lazy("label", "Note"), max_length=300),
        Field("won", KINDS["bool"], _("Won it"), read_only=True),
    )


def _rows(deal: Opportunity, context: Context) -> list[Row]:
    """Those that the reader may see."""
    found = OpportunityCompetitor.objects.filter(opportunity_id=deal.id).order_by("-won", "id")
    rows = list(found.values("id", "party_id", "party__name", "party__kind", "strength", "note", "won")[:100])
    seen = visible_ids(context.actor, {"parties": [row["party_id"] for row in rows]})
    return [row for row in rows if row["party_id"] in seen]


def panel(deal: Opportunity, rows: list[Line], context: Context, *, may_edit: bool) -> list[dict[str, Any]]:
    if not rows and not may_edit:
        return []
    base = f"{registry[SLUG].url(context.reader.slug, deal.id)}competitors/"
    return [
        {
            "key": "competitors",
            "label": _("Competitors"),
            "icon": "swords",
            "count": str(len(rows) or ""),
            "add_url": f"{base}new" if may_edit else "",
            "add_label": _("Add competitor"),
            "items": [_item(row, base, context, may_edit) for row in rows],
        }
    ]


def _item(row: Line, base: str, context: Context, may_edit: bool) -> dict[str, Any]:
    strength = OpportunityCompetitor.Strength(row.said).label if row.said else ""
    won = _("Won it") if row.won else ""
    button = {"icon": "x", "label": _("Remove"), "url": f"{base}{row.id}/remove", "confirm": ""}
    return {
        "title": row.party,
        "hint": " · ".join(str(text) for text in (won, strength, row.note) if text),
        "avatar": row.party,
        "square": True,
        "url": registry[SLUGS[row.kind]].url(context.reader.slug, row.party_id),
        "buttons": [button] if may_edit else [],
    }


def _add(deal: Any, *, by: Actor, party: UUID, strength: str = "", note: str = "") -> Any:
    return add_competitor(deal, party, by=by, strength=strength or "", note=note or "")


COMPETITORS = Detail(
    "competitors",
    gettext_lazy("New competitor"),
    OpportunityCompetitor,
    _fields,
    _rows,
    _add,
    {"remove": remove_competitor},
)
extensions.preferred[PREFERRED] = known_ones
