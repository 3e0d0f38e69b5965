"""Statements of a partner's commission for staff: on the partner's page, month by month, and as PDF."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import actions as records
from sila.platform.entities import extensions
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.kinds import Context
from sila.platform.entities.periods import Period
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import workspace_view
from sila.platform.kit.money import CURRENCIES, money_html
from sila.sales.lines.views import as_file
from sila.sales.partners.commission import SLUG
from sila.sales.partners.models import Partner, PartnerCommission
from sila.sales.partners.portal.models import PortalUser
from sila.sales.partners.rules import PARTNERS
from sila.sales.partners.statements import asked, file_name, statement_of

MONTHS = 6
PRINTED = {"name", "day", "why", "basis", "rate", "amount", "currency"}


def panel(partner: Partner, context: Context) -> list[dict[str, Any]]:
    if not partner.told.get("commission") or not may_print(context):
        return []
    return [_around(partner, context) | {"lazy": f"{_base(partner, context)}/commission", "note": "…"}]


def may_print(context: Context) -> bool:
    return context.actor.can(SLUG, "view") and registry[SLUG].readable(context.actor).keys() >= PRINTED


def _base(partner: Partner, context: Context) -> str:
    return f"/w/{context.reader.slug}/partner/{partner.id}"


def _around(partner: Partner, context: Context) -> dict[str, Any]:
    tail = f"?f=partner:any:{partner.id}"
    return {
        "key": "statements",
        "label": _("Commission statements"),
        "icon": "file-type-pdf",
        "url": registry[SLUG].url(context.reader.slug, tail=tail),
        "items": [],
    }


@require_GET
@workspace_view
def shown(request: WorkspaceRequest, context: Context, partner_id: UUID) -> HttpResponse:
    """The newest months in which something was written, each with its paper."""
    partner, lines = _theirs(partner_id, context)
    months: dict[Any, list[Any]] = {}
    sums = lines.order_by().annotate(month=TruncMonth("day")).values("month", "currency")
    newest = sums.annotate(amount=Sum("amount")).order_by("-month", "currency")
    for row in newest[: MONTHS * 3]:
        months.setdefault(row["month"], []).append((_money(row["amount"], row["currency"], context),))
    items = [_item(month, amounts, partner, context) for month, amounts in list(months.items())[:MONTHS]]
    group = _around(partner, context) | {"items": items}
    return render(request, "entities/_related_group.html", {"group": group})


def _item(month: Any, amounts: list[Any], partner: Partner, context: Context) -> dict[str, Any]:
    period = Period.of(month, "gregorian", 1)
    return {
        "title": period.label(context.reader),
        "icon": "file-type-pdf",
        "url": f"{_base(partner, context)}/statement?period={period.key}",
        "value": format_html_join(" · ", "{}", amounts),
    }


@require_GET
@workspace_view
def statement(request: WorkspaceRequest, context: Context, partner_id: UUID) -> HttpResponse:
    """As PDF, in the language in which the partner's people read, unless another is asked for."""
    partner, lines = _theirs(partner_id, context)
    period = asked(request.GET.get("period", ""), lines, context.reader)
    language = request.GET.get("language", "")
    if language not in ("ar", "en"):
        language = language_of(partner) or context.reader.language
    paper = statement_of(partner, lines, period, context.actor.workspace, language)
    return as_file(paper.pdf(), file_name(partner, period))


def _theirs(partner_id: UUID, context: Context) -> tuple[Partner, QuerySet[PartnerCommission]]:
    partner: Partner = records.get(registry[PARTNERS], partner_id, by=context.actor)
    if not may_print(context):
        raise NotAllowed
    return partner, registry[SLUG].visible_to(context.actor).filter(partner_id=partner.id)


def language_of(partner: Partner) -> str:
    """That of whoever of them came into the portal first."""
    people = PortalUser.objects.filter(partner_id=partner.id, state__in=PortalUser.OPEN, deleted_at=None)
    return people.order_by("id").values_list("language", flat=True).first() or ""


def _money(minor: int, currency: str, context: Context) -> Any:
    return money_html(minor, CURRENCIES[currency], digits=context.reader.digits, whole=True)


def has_commission(entity: Entity) -> Any:
    rows = PartnerCommission.objects.filter(partner_id=OuterRef("id"), deleted_at=None)
    return Exists(rows) if entity.slug == PARTNERS else None


extensions.marks["commission"] = has_commission
