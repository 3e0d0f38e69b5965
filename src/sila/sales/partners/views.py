"""The page of the channels."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from sila.platform.access.actor import Actor
from sila.platform.access.middleware import WorkspaceRequest
from sila.platform.entities import extensions
from sila.platform.entities.errors import NotAllowed
from sila.platform.entities.fields import base_currency
from sila.platform.entities.kinds import Context
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.views.door import fragment, workspace_view
from sila.platform.kit.money import CURRENCIES, money_html
from sila.platform.kit.numbers import format_number
from sila.sales.models import Opportunity
from sila.sales.partners import channels
from sila.sales.partners.channels import Line
from sila.sales.partners.performance import shows_amounts, shows_margin


@require_GET
@workspace_view
def page(request: WorkspaceRequest, context: Context) -> HttpResponse:
    if not channels.open_to(context):
        raise NotAllowed(_("Your role does not show the fields of deals that this page adds up."))
    deals = registry["opportunities"]
    shown = {
        "title": _("Channels"),
        "back": {"url": deals.url(context.reader.slug), "label": deals.plural},
        "columns": _columns(context),
        "lines": _channels(context),
        "partners": _partners(context) if _knows_partners(context) else [],
        "partners_url": registry["partners"].url(context.reader.slug),
    }
    return fragment(request, "sales/channels.html", {"page": shown})


def _knows_partners(context: Context) -> bool:
    fields = registry["opportunities"].readable(context.actor)
    return context.actor.can("partners", "view") and "partner" in fields


def _columns(context: Context) -> list[str]:
    columns = [_("Open deals"), _("Pipeline"), _("Weighted"), _("Deals won"), pgettext("channel", "Sold")]
    columns += [_("Invoiced")] if shows_amounts(context) else []
    return columns + ([_("Margin"), _("Margin, %")] if shows_margin(context) else [])


def _channels(context: Context) -> list[dict[str, Any]]:
    found = channels.by_channel(context)
    base = registry["opportunities"].url(context.reader.slug)
    wanted = [*Opportunity.Channel.choices, ("", _("No channel"))]
    lines = [
        {
            "label": label,
            "url": f"{base}?f=channel:{f'any:{channel}' if channel else 'empty'}",
            "cells": _cells(found.get(channel, Line()), context),
        }
        for channel, label in wanted
        if channel or not found.get(channel, Line()).empty
    ]
    whole = Line()
    for line in found.values():
        for name in vars(whole):
            setattr(whole, name, getattr(whole, name) + getattr(line, name))
    return [*lines, {"label": _("All together"), "url": "", "whole": True, "cells": _cells(whole, context)}]


def _partners(context: Context) -> list[dict[str, Any]]:
    noun = registry["partners"]
    return [
        {
            "label": partner.name,
            "url": noun.url(context.reader.slug, partner.id),
            "cells": _cells(line, context),
        }
        for partner, line in channels.by_partner(context)
    ]


def _cells(line: Line, context: Context) -> list[dict[str, Any]]:
    values: list[Any] = [
        _number(line.open, context),
        _money(line.pipeline, context),
        _money(line.weighted, context),
        _number(line.won, context),
        _money(line.sold, context),
    ]
    values += [_money(line.net, context)] if shows_amounts(context) else []
    if shows_margin(context):
        share = (
            f"{format_number(line.share, digits=context.reader.digits)}%" if line.share is not None else "–"
        )
        values += [_money(line.margin, context), share]
    return [{"label": label, "value": value} for label, value in zip(_columns(context), values, strict=True)]


def _number(number: int, context: Context) -> str:
    return format_number(number, digits=context.reader.digits) if number else "–"


def _money(minor: float, context: Context) -> Any:
    currency = CURRENCIES[base_currency()]
    amount = round(minor)
    return money_html(amount, currency, digits=context.reader.digits, compact=True) if amount else "–"


def links(entity: Entity, actor: Actor) -> list[dict[str, Any]]:
    """Over the lists of deals and of partners."""
    if entity.slug not in ("opportunities", "partners") or "channel" not in registry[
        "opportunities"
    ].readable(actor):
        return []
    return [{"label": _("Channels"), "url": f"/w/{actor.workspace.slug}/channels/", "icon": "route"}]


extensions.list_links.append(links)
