"""How a member hears of things: a line for each kind, quiet hours, the daily mail. And what holds for those who have not
chosen, which administrators say."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.views.door import fragment
from sila.platform.entities.views.fields import given_values
from sila.platform.kit.dates import WEEKDAY_LABELS, format_time
from sila.platform.notifications import preferences
from sila.platform.notifications.kinds import kinds
from sila.platform.notifications.models import Mail
from sila.platform.notifications.preferences import Channel, Wishes, wishes_of
from sila.project.administration.door import admin_page, controls, member_page, read_form
from sila.project.administration.navigation import sections
from sila.project.administration.views.settings import zones


@member_page
def own(request: HttpRequest, context: Context) -> HttpResponse:
    return _page(request, context, common=False)


@admin_page
def defaults(request: HttpRequest, context: Context) -> HttpResponse:
    return _page(request, context, common=True)


def _page(request: HttpRequest, context: Context, *, common: bool) -> HttpResponse:
    member = None if common else context.actor.member_id
    wishes, fields = wishes_of(context.actor, [member])[member], _fields(context)
    errors: dict[str, str] = {}
    shown, chosen = _start(wishes), wishes.channels
    if request.method == "POST":
        chosen = _channels(request.POST)
        try:
            _save(read_form(request, fields, context), chosen, context, common=common)
            messages.success(request, _("Saved."))
            return redirect(request.path)
        except Invalid as error:
            errors, shown = error.errors, given_values(request.POST, {f.name: f for f in fields})
    page = {
        "title": _("Notification defaults") if common else _("Notifications"),
        "common": common,
        "rows": [_row(kind, chosen.get(kind.key) or Channel(kind.bell, kind.mail)) for kind in kinds()],
        "mails": Mail.choices,
        "groups": _groups(controls(fields, shown, context, errors)),
        "errors": [text for name, text in errors.items() if name not in {f.name for f in fields}],
        "refused": bool(errors),
        "other_url": _other(context, common=common),
    }
    return fragment(
        request,
        "administration/notifications.html",
        {"sections": sections(context, "notifications"), "page": page},
        status=422 if errors else 200,
    )


def _other(context: Context, *, common: bool) -> str:
    base = f"/w/{context.reader.slug}/settings/notifications/"
    return base if common else base + "defaults" if context.actor.is_admin else ""


def _row(kind: Any, channel: Channel) -> dict[str, Any]:
    return {
        "key": kind.key,
        "label": kind.label,
        "help": kind.help,
        "icon": kind.icon,
        "bell": channel.bell,
        "mail": channel.mail,
    }


def _fields(context: Context) -> list[Field]:
    reader = context.reader
    week = [(reader.week_start + step) % 7 for step in range(7)]
    hours = tuple(Choice(str(hour), format_time(time(hour), digits=reader.digits)) for hour in range(24))
    follows = (
        Choice("owned", _("Records that I own")),
        Choice("created", _("Records that I add")),
        Choice("commented", _("Records on which I write a note or plan work")),
    )
    return [
        Field("follows", KINDS["choices"], _("Followed by themselves"), choices=follows),
        Field("quiet_from", KINDS["time"], _("Quiet from")),
        Field("quiet_to", KINDS["time"], _("Quiet until")),
        Field(
            "days_off",
            KINDS["choices"],
            _("Days off"),
            choices=tuple(Choice(str(day), WEEKDAY_LABELS[day]) for day in week),
        ),
        Field("zone", KINDS["choice"], _("Time zone"), choices=zones(get_language()), required=True),
        Field("digest_hour", KINDS["choice"], _("Daily mail at"), choices=hours, required=True),
    ]


def _groups(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {control["name"]: control for control in shown}
    quiet = [by_name[name] for name in ("quiet_from", "quiet_to", "days_off", "zone")]
    return [
        {
            "label": _("Quiet hours"),
            "help": _("No mail is sent and nothing pops up meanwhile; it comes together afterwards."),
            "fields": quiet,
        },
        {
            "label": _("Daily mail"),
            "help": _(
                "One mail with everything that is set to once a day. On quiet days it waits for the next one."
            ),
            "fields": [by_name["digest_hour"]],
        },
        {
            "label": _("Follow"),
            "help": _("Every record can be followed, and followed no longer, with the bell beside its name."),
            "fields": [by_name["follows"]],
        },
    ]


def _start(wishes: Wishes) -> dict[str, Any]:
    return {
        "follows": [name for name, on in wishes.follows.items() if on],
        "quiet_from": wishes.quiet_from.strftime("%H:%M") if wishes.quiet_from else "",
        "quiet_to": wishes.quiet_to.strftime("%H:%M") if wishes.quiet_to else "",
        "days_off": [str(day) for day in wishes.days_off],
        "zone": wishes.zone,
        "digest_hour": str(wishes.digest_hour),
    }


def _channels(data: Mapping[str, Any]) -> dict[str, Channel]:
    chosen = {}
    for kind in kinds():
        mail = data.get(f"mail-{kind.key}", "")
        chosen[kind.key] = Channel(f"bell-{kind.key}" in data, mail if mail in Mail.values else kind.mail)
    return chosen


def _save(values: dict[str, Any], channels: dict[str, Channel], context: Context, *, common: bool) -> None:
    chosen = set(values["follows"] or ())
    preferences.save(
        channels,
        by=context.actor,
        follows={name: name in chosen for name in preferences.FOLLOWS},
        quiet_from=values["quiet_from"],
        quiet_to=values["quiet_to"],
        days_off=[int(day) for day in values["days_off"] or ()],
        zone=values["zone"],
        digest_hour=int(values["digest_hour"]),
        common=common,
    )
