"""Approvals on pages: on the record that they are about, and as lists of what waits for me and what I asked for."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.kinds import Context
from sila.platform.entities.linked import visible_ids
from sila.platform.entities.registry import Entity, registry
from sila.platform.entities.timeline import VERBS
from sila.platform.kit.dates import format_time
from sila.work.approvals.actions import State, for_me, may_decide
from sila.work.approvals.authority import Limits
from sila.work.approvals.kinds import kind_of, kinds_about
from sila.work.approvals.models import Approval

SHOWN = 5  # beside a record
LISTED = 100
ICONS = {
    "waiting": "hourglass",
    "approved": "circle-check",
    "refused": "circle-x",
    "withdrawn": "arrow-back-up",
}  # icons
TONES = {"waiting": "s-warn", "approved": "s-ok", "refused": "s-bad", "withdrawn": ""}


def said(approval: Approval, context: Context) -> str:
    """What is asked for, in the reader's words."""
    kind = kind_of(approval.kind)
    return kind.say(approval.facts, context) if kind else approval.kind


def state_text(approval: Approval) -> str:
    """“Waiting for Sara”, “Approved by Noura: as agreed”."""
    state, name = State(approval.state), str(approval.decided_by or "")
    if state == State.WAITING:
        whom = str(approval.approver or approval.role or "")
        return (
            _("Waiting for %(whom)s") % {"whom": whom} if whom else _("Waiting for whoever has the authority")
        )
    if state == State.WITHDRAWN:
        return _("Withdrawn")
    if state == State.APPROVED:
        return _("Approved by %(name)s") % {"name": name}
    return _("Refused by %(name)s: %(why)s") % {"name": name, "why": approval.answer}


def base_url(context: Context) -> str:
    return f"/w/{context.reader.slug}/approvals/"


def line(approval: Approval, context: Context, known: Limits | None = None) -> dict[str, Any]:
    """A line of the page, see `approvals/page.html`."""
    noun, base = registry[approval.entity], base_url(context)
    local = approval.asked_at.astimezone(context.reader.tz)
    waits = approval.state == State.WAITING
    decide = waits and may_decide(approval, context.actor, known)
    return {
        "id": approval.id,
        "title": approval.title,
        "icon": noun.icon,
        "url": noun.url(context.reader.slug, approval.record_id),
        "said": said(approval, context),
        "note": approval.note,
        "asked": _("%(name)s, %(day)s %(time)s")
        % {
            "name": str(approval.asked_by or "–"),
            "day": context.reader.day(local.date()),
            "time": format_time(local, digits=context.reader.digits),
        },
        "state": state_text(approval),
        "tone": TONES[approval.state],
        "approve_url": f"{base}{approval.id}/approve" if decide else "",
        "refuse_url": f"{base}{approval.id}/refuse" if decide else "",
        "withdraw_url": f"{base}{approval.id}/withdraw"
        if waits and approval.asked_by_id == context.actor.member_id
        else "",
    }


def waiting_for_me(context: Context, known: Limits | None = None) -> list[Approval]:
    """Those that the actor can decide now, on records that they see."""
    rows = list(for_me(context.actor).select_related("asked_by", "approver", "role", "decided_by")[:LISTED])
    known = known or Limits()
    return [row for row in _seen(rows, context.actor) if may_decide(row, context.actor, known)]


def asked_by_me(context: Context) -> list[Approval]:
    rows = Approval.objects.filter(asked_by_id=context.actor.member_id).order_by("-id")
    return _seen(
        list(rows.select_related("asked_by", "approver", "role", "decided_by")[:LISTED]), context.actor
    )


def _seen(rows: Iterable[Approval], actor: Actor) -> list[Approval]:
    rows = list(rows)
    wanted: dict[str, set[UUID]] = {}
    for row in rows:
        if row.entity in registry:
            wanted.setdefault(row.entity, set()).add(row.record_id)
    ids = visible_ids(actor, wanted)
    return [row for row in rows if row.record_id in ids]


# ---- on a record ---------------------------------------------------------------------------------------
def has_approvals(entity: Entity) -> Exists | None:
    """Whether there is anything to ask for, told with the row of the record."""
    if not kinds_about(entity.slug):
        return None
    return Exists(Approval.objects.filter(record_id=OuterRef("id")))


def panel(entity: Entity, record: Any, context: Context) -> list[dict[str, Any]]:
    if not getattr(record, "told", {}).get("approvals", False):
        return []
    rows = Approval.objects.filter(record_id=record.id).order_by("-id")
    found = list(rows.select_related("asked_by", "approver", "role", "decided_by")[: SHOWN + 1])
    return [
        {
            "key": "approvals",
            "label": Approval._meta.verbose_name_plural,
            "icon": "rubber-stamp",
            "count": f"{SHOWN}+" if len(found) > SHOWN else str(len(found)),
            "add_url": "",
            "items": [_item(row, context) for row in found[:SHOWN]],
        }
    ]


def _item(approval: Approval, context: Context) -> dict[str, Any]:
    shown = line(approval, context)
    buttons = [
        {"icon": "check", "label": pgettext("verb", "Approve"), "url": shown["approve_url"], "confirm": ""},
        {
            "icon": "x",
            "label": pgettext("verb", "Refuse"),
            "url": shown["refuse_url"],
            "confirm": "",
            "dialog": True,
        },
        {
            "icon": "arrow-back-up",
            "label": pgettext("verb", "Withdraw"),
            "url": shown["withdraw_url"],
            "confirm": "",
        },
    ]
    return {
        "title": shown["said"],
        "hint": shown["state"],
        "icon": ICONS[approval.state],
        "url": "",
        "buttons": [button | {"shown": True} for button in buttons if button["url"]],
    }


def nav_items(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "label": Approval._meta.verbose_name_plural,
            "url": f"/w/{actor.workspace.slug}/approvals/",
            "icon": "rubber-stamp",
            "words": "approve authority الموافقات اعتماد صلاحية",
        }
    ]


def of_today(context: Context) -> dict[str, Any]:
    """How many wait for me, as a line of the day."""
    number = len(waiting_for_me(context))
    return {"approvals": {"number": number, "url": base_url(context)} if number else None}


VERBS.update(
    {
        "approval_asked": (gettext_lazy("asked for approval"), "rubber-stamp"),  # icons
        "approval_given": (gettext_lazy("approved this"), "circle-check"),
        "approval_refused": (gettext_lazy("refused approval"), "circle-x"),
        "approval_withdrawn": (gettext_lazy("withdrew the request for approval"), "arrow-back-up"),
    }
)
extensions.marks["approvals"] = has_approvals
extensions.panels.append(panel)
extensions.nav_items.append(nav_items)
