"""A member's own API tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sila.platform.access.models import ApiToken
from sila.platform.entities.kinds import KINDS, Choice, Context, Field
from sila.platform.entities.views.door import done, fragment
from sila.project.administration.actions.tokens import MOST_DAYS, make_token, revoke_token
from sila.project.administration.door import dialog, member_page
from sila.project.administration.navigation import sections


@require_GET
@member_page
def page(request: HttpRequest, context: Context) -> HttpResponse:
    rows = ApiToken.objects.filter(member_id=context.actor.member_id, revoked_at=None).order_by("-created_at")
    base = f"/w/{context.reader.slug}/settings/tokens/"
    shown = {
        "title": _("API tokens"),
        "tokens": [_line(token, base, context) for token in rows],
        "new_url": base + "new",
        "docs_url": "/api/v1/openapi.json",
    }
    return fragment(
        request, "administration/tokens.html", {"sections": sections(context, "tokens"), "page": shown}
    )


def _line(token: ApiToken, base: str, context: Context) -> dict[str, Any]:
    reader = context.reader

    def day(moment: datetime | None) -> str:
        return reader.day(moment.astimezone(reader.tz).date(), calendar=reader.calendar) if moment else ""

    return {
        "name": token.name,
        "scope": token.get_scope_display(),
        "made": day(token.created_at),
        "used": day(token.last_used_at),
        "ends": day(token.expires_at),
        "revoke_url": f"{base}{token.id}/revoke",
    }


@member_page
def new(request: HttpRequest, context: Context) -> HttpResponse:
    scopes = (Choice("read", _("Read")), Choice("write", _("Read and write")))
    fields = [
        Field("name", KINDS["text"], _("What it is for"), required=True, max_length=80),
        Field("scope", KINDS["choice"], _("May"), choices=scopes, required=True),
        Field(
            "days",
            KINDS["number"],
            _("Days it lives"),
            help=_("Empty: until it is revoked."),
            extra={"integer": True, "min": 1, "max": MOST_DAYS},
        ),
    ]

    def save(values: dict[str, Any]) -> HttpResponse:
        token = make_token(values["name"], by=context.actor, scope=values["scope"], days=values["days"])
        return fragment(request, "administration/_token.html", {"token": token, "name": values["name"]})

    return dialog(
        request,
        context,
        title=_("New API token"),
        fields=fields,
        submit=_("Make the token"),
        save=save,
        start={"scope": "read"},
    )


@require_POST
@member_page
def revoke(request: HttpRequest, context: Context, token_id: UUID) -> HttpResponse:
    revoke_token(token_id, by=context.actor)
    return done(_("Revoked."))
