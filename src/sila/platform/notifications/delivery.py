"""Mails about what members are told: at once, after quiet hours, or once a day.

A mail is written into the outbox in the transaction that marks its notifications as sent, so a killed worker sends none
of them twice and loses none. It says what its reader may see at that moment; what was read meanwhile is left out.
"""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member
from sila.platform.access.reader import Reader
from sila.platform.activity.looks import in_each_workspace
from sila.platform.activity.mail import send_later
from sila.platform.entities.kinds import Context
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate, unmarked
from sila.platform.notifications import preferences, showing
from sila.platform.notifications.kinds import kind_of
from sila.platform.notifications.models import Mail, Notification
from sila.platform.notifications.showing import Shown
from sila.platform.tenancy.models import Workspace

AT_ONCE = 200  # notifications in one mail
SALT = "no mail about"
log = logging.getLogger(__name__)


def deliver_everyone() -> None:
    """Looked at every few seconds."""
    in_each_workspace(lambda workspace: deliver(Actor.system(workspace, "job")))


def deliver(by: Actor) -> int:
    """How many mails went into the outbox. One that cannot be written does not hold up the others."""
    due = Notification.objects.filter(mailed_at=None, mail_at__lte=timezone.now()).order_by()
    sent = 0
    for member_id, mail in sorted(set(due.values_list("member_id", "mail"))):
        try:
            with transaction.atomic():
                sent += _deliver(member_id, mail, by)
        except Exception:  # a failure is of this one mail, and must not stop those of others
            log.exception("the mail of notifications for member %s failed", member_id)
    return sent


def _deliver(member_id: UUID, mail: str, by: Actor) -> bool:
    rows = _held(member_id, mail)
    if not rows:
        return False
    Notification.objects.filter(id__in=[row.id for row in rows]).update(mailed_at=timezone.now())
    member = Member.objects.filter(id=member_id, active=True, deleted_at=None).select_related("user").first()
    if member is None or member.user is None or not member.user.is_active:
        return False
    wishes = preferences.wishes_of(by, [member_id])[member_id]
    wanted = [
        row
        for row in rows
        if row.read_at is None and (kind := kind_of(row.kind)) and wishes.channel(kind).mail == mail
    ]
    with translation.override(member.user.language or by.workspace.language):
        context = Context(Actor.of(by.workspace, member, "job"), Reader.of(by.workspace, member.user))
        shown = [each for each in showing.show(wanted, context) if each.title or not each.kind.of_record]
        if shown:
            _write(member, shown, mail, rows[0].id, context, by)
    return bool(shown)


def _held(member_id: UUID, mail: str) -> list[Notification]:
    """Those that are due, for this worker alone."""
    rows = Notification.objects.filter(
        member_id=member_id, mail=mail, mailed_at=None, mail_at__lte=timezone.now()
    ).order_by("id")
    return list(
        (rows.select_for_update(skip_locked=True) if connection.vendor == "postgresql" else rows)[:AT_ONCE]
    )


def _write(member: Any, shown: Sequence[Shown], mail: str, first: UUID, context: Context, by: Actor) -> None:
    keys = list(dict.fromkeys(each.kind.key for each in shown))
    values = {
        "sections": _sections(shown, mail),
        "address": settings.ADDRESS,
        "workspace": by.workspace.name,
        "name": str(member),
        "intro": _intro(shown, mail, context),
        "settings_url": f"{settings.ADDRESS}/w/{by.workspace.slug}/settings/notifications/",
        "stops": [(kind_of(key).label, stop_url([key], member, by)) for key in keys],  # type: ignore[union-attr]
        "language": context.reader.language,
        "direction": "rtl" if context.reader.language == "ar" else "ltr",
    }
    send_later(
        member.user.email,
        _subject(shown, mail, context),
        render_to_string("notifications/mail.txt", values).strip() + "\n",
        html=render_to_string("notifications/mail.html", values),
        headers={
            "List-Unsubscribe": f"<{stop_url(keys, member, by)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        key=f"notifications.{first}",
        by=by,
    )


def _sections(shown: Sequence[Shown], mail: str) -> list[dict[str, Any]]:
    """By kind in the daily mail; otherwise one list."""
    if mail != Mail.DAILY:
        return [{"label": "", "groups": showing.grouped(shown)}]
    kinds = dict.fromkeys(each.kind for each in shown)
    return [
        {"label": kind.label, "groups": showing.grouped([each for each in shown if each.kind is kind])}
        for kind in sorted(kinds, key=lambda kind: list(preferences.order()).index(kind.key))
    ]


def _subject(shown: Sequence[Shown], mail: str, context: Context) -> str:
    """Names are isolated, so that they do not turn the words around them round."""
    if mail == Mail.DAILY:
        day = context.reader.day(context.reader.today, calendar=context.reader.calendar)
        return _("Your day in Sila: %(day)s") % {"day": isolate(day)}
    if len(shown) > 1:
        number = format_number(len(shown), digits=context.reader.digits)
        return ngettext("%(count)s notification", "%(count)s notifications", len(shown)) % {"count": number}
    one = shown[0]
    said = unmarked(one.text)
    if one.kind.key == "reminder":
        return _("Reminder: %(subject)s") % {"subject": isolate(one.title)}
    return (
        f"{isolate(one.who)} {said}: {isolate(one.title)}"[:200]
        if one.who
        else f"{isolate(one.title)}: {said}"[:200]
    )


def _intro(shown: Sequence[Shown], mail: str, context: Context) -> str:
    number = format_number(len(shown), digits=context.reader.digits)
    if mail == Mail.DAILY:
        return ngettext(
            "%(count)s thing since yesterday.", "%(count)s things since yesterday.", len(shown)
        ) % {"count": number}
    return ""


# ---- no more mail ----------------------------------------------------------------------------------------
def stop_url(keys: Sequence[str], member: Member, by: Actor) -> str:
    """The address that ends mails about these kinds for this member, without signing in."""
    token = signing.dumps([by.workspace.pk.hex, member.id.hex, *keys], salt=SALT, compress=True)
    return f"{settings.ADDRESS}/no-mail/{token}"


def read_stop(token: str) -> tuple[Workspace, UUID, list[str]] | None:
    """What such an address is about, if we made it."""
    try:
        tenant, member, *keys = signing.loads(token, salt=SALT)
        workspace = Workspace.objects.filter(pk=UUID(hex=tenant)).first()
        return (workspace, UUID(hex=member), keys) if workspace else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
