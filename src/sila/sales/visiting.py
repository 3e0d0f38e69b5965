"""What sales knows of customers who are worth a visit: deals whose next step is late, contracts with others that can be
ended, maintenance that falls due."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.entities.registry import registry
from sila.platform.kit.text import isolate
from sila.sales.models import Stage
from sila.work.models import Activity, ActivityLink
from sila.work.visits.worth import READ, Asked, Reason, sources

DEALS, WINDOWS, PLANS = "opportunities", "incumbent-contracts", "maintenance-plans"
SOON = timedelta(days=30)  # before a window opens, and before maintenance falls due


def late_deals(asked: Asked) -> Iterable[Reason]:
    """Open deals of the member with something planned whose time is over."""
    context, noun = asked.context, registry[DEALS]
    if not {"party", "stage"} <= noun.readable(context.actor).keys():
        return
    open_ones = noun.visible_to(context.actor).filter(
        owner_id=asked.member_id,
        category=Stage.Category.OPEN,
        party_id__in=asked.customers.order_by().values("id"),
    )
    overdue = ActivityLink.objects.filter(
        entity=DEALS,
        activity__status=Activity.Status.OPEN,
        activity__at__lt=context.reader.now,
        activity__deleted_at=None,
        activity__owner_id=asked.member_id,
    )
    rows = (
        open_ones.filter(id__in=overdue.values("record_id")).order_by("-id").values("id", "name", "party_id")
    )
    for row in rows[:READ]:
        text = _("Deal with a late step: %(title)s") % {"title": isolate(row["name"])}
        yield Reason(row["party_id"], text, "target", 45, noun.url(context.reader.slug, row["id"]))


def windows(asked: Asked) -> Iterable[Reason]:
    """Contracts with competitors whose window is open on the day, or opens soon after."""
    context, noun, reader = asked.context, registry[WINDOWS], asked.context.reader
    if not {"party", "opens_on", "notice_by"} <= noun.readable(context.actor).keys():
        return
    near = noun.visible_to(context.actor).filter(
        opens_on__lte=asked.day + SOON,
        notice_by__gte=asked.day,
        party_id__in=asked.customers.order_by().values("id"),
    )
    for row in near.order_by("notice_by", "id").values("id", "name", "party_id", "opens_on", "notice_by")[
        :READ
    ]:
        text = (
            _("Window open until %(day)s: %(title)s")
            if row["opens_on"] <= asked.day
            else _("Window opens on %(day)s: %(title)s")
        )
        day = row["notice_by"] if row["opens_on"] <= asked.day else row["opens_on"]
        said = text % {"day": isolate(reader.day(day)), "title": isolate(row["name"])}
        weight = 60 if row["opens_on"] <= asked.day else 35
        yield Reason(row["party_id"], said, "window", weight, noun.url(reader.slug, row["id"]))


def maintenance(asked: Asked) -> Iterable[Reason]:
    """Visits of maintenance plans that fall due soon, or should have been made."""
    context, noun, reader = asked.context, registry[PLANS], asked.context.reader
    if not {"party", "next_due"} <= noun.readable(context.actor).keys():
        return
    due = noun.visible_to(context.actor).filter(
        next_due__lte=asked.day + SOON, party_id__in=asked.customers.order_by().values("id")
    )
    for row in due.order_by("next_due", "id").values("id", "name", "party_id", "next_due")[:READ]:
        days = (row["next_due"] - asked.day).days
        url = noun.url(reader.slug, row["id"])
        if days < 0:
            text = ngettext("Maintenance %(count)d day overdue", "Maintenance %(count)d days overdue", -days)
            yield Reason(row["party_id"], text % {"count": -days}, "tool", 70, url)
        else:
            said = _("Maintenance due on %(day)s") % {"day": isolate(reader.day(row["next_due"]))}
            yield Reason(row["party_id"], said, "tool", 50, url)


sources += [late_deals, windows, maintenance]
