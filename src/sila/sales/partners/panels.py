"""Partners, registrations and shared leads on the pages of records, and how their events are told."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import SAYS_BOTH, VERBS
from sila.platform.kit.text import isolate
from sila.sales.models import Stage
from sila.sales.partners import document_card, papers, performance
from sila.sales.partners.models import DealRegistration, Partner, SharedLead
from sila.sales.partners.portal.panels import panel as portal_panel
from sila.sales.partners.registering import may_decide, taken
from sila.sales.partners.rules import PARTNERS, REGISTRATIONS, SHARES, protecting
from sila.sales.partners.sharing import told

Status = DealRegistration.Status
SHOWN = 5


# ---- a registration ------------------------------------------------------------------------------------
def flags_of_registration(registration: DealRegistration, context: Context) -> list[dict[str, Any]]:
    """What whoever decides wants to know: who is protected, and who of us sells there already."""
    reader = context.reader
    if registration.status in (Status.REFUSED,) and registration.answer:
        text = _("Answer to the partner: %(answer)s") % {"answer": isolate(registration.answer)}
        return [{"kind": "info", "text": text}]
    if registration.protects(reader.today):
        days = (registration.protected_until or reader.today) - reader.today
        text = ngettext("Protected for %(days)d more day.", "Protected for %(days)d more days.", days.days)
        return [{"kind": "info", "text": text % {"days": days.days}}]
    if registration.status != Status.SUBMITTED or registration.party_id is None:
        return []
    found = [*_protected_for_others(registration, context), *_deals_of_ours(registration, context)]
    if not may_decide(registration, context.actor):
        text = _("Who entered a registration does not decide it: a colleague does.")
        found.append({"kind": "info", "text": text})
    return found


def _protected_for_others(registration: DealRegistration, context: Context) -> list[dict[str, Any]]:
    others = protecting(registration.party_id, context.reader.today).exclude(
        partner_id=registration.partner_id
    )
    if not others.exists():
        return []
    seen = registry[REGISTRATIONS].visible_to(context.actor).filter(id__in=others.values("id"))
    other = seen.select_related("partner").first()
    if other is None:
        return [{"kind": "warn", "text": taken()}]
    text = _("This customer is protected for %(partner)s until %(day)s.")
    said = {"partner": isolate(other.partner.name), "day": context.reader.day(other.protected_until)}
    return [{"kind": "warn", "text": text % said}]


def _deals_of_ours(registration: DealRegistration, context: Context) -> list[dict[str, Any]]:
    deals = registry["opportunities"]
    open_ones = deals.visible_to(context.actor).filter(
        party_id=registration.party_id, category=Stage.Category.OPEN
    )
    row = open_ones.exclude(partner_id=registration.partner.party_id).values("id", "name").first()
    if row is None:
        return []
    link = {"label": row["name"], "url": deals.url(context.reader.slug, row["id"])}
    return [{"kind": "warn", "text": _("There is an open deal with this customer already."), "link": link}]


# ---- a shared lead -------------------------------------------------------------------------------------
def panel_of_share(shared: SharedLead, context: Context) -> list[dict[str, Any]]:
    """What the partner may know, ready to be sent."""
    lines = told(shared, context)
    items: list[dict[str, Any]] = [
        {"title": said, "hint": label, "icon": "eye"} for label, said in lines
    ] or [{"title": _("Nothing but the name"), "icon": "eye-off"}]
    return [{"key": "told", "label": _("What the partner may know"), "icon": "share-2", "items": items}]


# ---- on other pages ------------------------------------------------------------------------------------
def beside_lead(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    if entity.slug != "leads" or not record.told.get("shares"):
        return []
    rows = registry[SHARES].visible_to(context.actor).filter(lead_id=record.id).select_related("partner")
    items = [
        {
            "title": row.partner.name,
            "url": registry[SHARES].url(context.reader.slug, row.id),
            "icon": "heart-handshake",
            "hint": row.get_status_display(),
        }
        for row in rows.order_by("-id")[:SHOWN]
    ]
    return [{"key": "shares", "label": _("Shared with partners"), "icon": "share-2", "items": items}]


def has_shares(entity: Entity) -> Any:
    rows = SharedLead.objects.filter(lead_id=OuterRef("id"), deleted_at=None)
    return Exists(rows) if entity.slug == "leads" else None


def beside_party(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    """That a party is a partner, and which partners registered it."""
    if entity.slug not in ("people", "organizations") or not record.told.get("partners"):
        return []
    slug, items = context.reader.slug, []
    if context.actor.can(PARTNERS, "view"):
        noun = registry[PARTNERS]
        rows = noun.visible_to(context.actor).filter(party_id=record.id)
        items += [
            {
                "title": row.name,
                "icon": noun.icon,
                "url": noun.url(slug, row.id),
                "hint": f"{row.get_kind_display()} · {row.get_tier_display()}",
            }
            for row in rows[:1]
        ]
    if context.actor.can(REGISTRATIONS, "view"):
        noun = registry[REGISTRATIONS]
        mine = noun.visible_to(context.actor).filter(party_id=record.id).select_related("partner")
        items += [
            {
                "title": row.partner.name,
                "icon": noun.icon,
                "url": noun.url(slug, row.id),
                "hint": f"{row.number} · {row.get_status_display()}",
            }
            for row in mine.order_by("-id")[:SHOWN]
        ]
    label = str(registry[PARTNERS].plural)
    return [{"key": "partners", "label": label, "icon": "heart-handshake", "items": items}] if items else []


def has_partners(entity: Entity) -> Any:
    if entity.slug not in ("people", "organizations"):
        return None
    partner = Partner.objects.filter(party_id=OuterRef("id"), deleted_at=None)
    registered = DealRegistration.objects.filter(party_id=OuterRef("id"), deleted_at=None)
    return Q(Exists(partner)) | Q(Exists(registered))


def panels_of_partner(partner: Partner, context: Context) -> list[dict[str, Any]]:
    return [
        *performance.panel(partner, context),
        *papers.panel(partner, context),
        *portal_panel(partner, context),
        *document_card.panel(partner, context),
    ]


VERBS.update(
    {
        "registration_approved": (gettext_lazy("protected the customer for this partner"), "shield-check"),
        "registration_refused": (gettext_lazy("refused this registration"), "ban"),
        "registration_extended": (gettext_lazy("extended the protection"), "calendar-plus"),
        "registration_expired": (gettext_lazy("the protection ended"), "clock-off"),
        "lead_shared": (gettext_lazy("shared this lead with a partner"), "share-2"),
        "share_accepted": (gettext_lazy("noted that the partner takes it"), "circle-check"),
        "share_declined": (gettext_lazy("noted that the partner declines it"), "ban"),
        "share_progressed": (gettext_lazy("noted how far the partner has got"), "route"),
        "share_won": (gettext_lazy("noted that the partner won it"), "trophy"),
        "share_lost": (gettext_lazy("noted that it came to nothing"), "thumb-down"),
        "share_withdrawn": (gettext_lazy("took the lead back from the partner"), "arrow-back-up"),
        "document_withdrawn": (gettext_lazy("withdrew this document from partners"), "eye-off"),
        "document_told": (gettext_lazy("told the partners of this document by mail"), "mail"),
        "document_shared": (gettext_lazy("shared this document with partners again"), "share-2"),
        "document_downloaded": (gettext_lazy("downloaded a file"), "download"),
        "commission_written": (gettext_lazy("wrote a line of commission"), "coins"),
    }
)
SAYS_BOTH.update({"registration_approved", "registration_extended", "share_progressed"})
extensions.marks["shares"] = has_shares
extensions.marks["partners"] = has_partners
extensions.panels += [beside_lead, beside_party]
