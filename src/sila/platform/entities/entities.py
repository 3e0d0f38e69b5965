"""The nouns of the platform itself: the company's own people and units."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit, Role, Team
from sila.platform.access.rules import UnitLoop, compile_anew, derive_member, give_first_role, place_unit
from sila.platform.entities import extensions
from sila.platform.entities.errors import Invalid
from sila.platform.entities.fields import base_currency
from sila.platform.entities.member_page import flags, may_be_invited, panels
from sila.platform.entities.membership import administrators_only, deactivate, invite_by_mail, reactivate
from sila.platform.entities.models import ExchangeRate
from sila.platform.entities.registry import Action, Entity, Related, register
from sila.platform.tenancy.current import today


def place(unit: OrgUnit, changes: dict[str, Any], by: Actor) -> None:
    try:
        place_unit(unit, changes, by)
    except UnitLoop as error:
        raise Invalid({"parent": str(_("A unit cannot stand below itself."))}) from error


units = register(
    Entity(
        model=OrgUnit,
        slug="units",
        icon="sitemap",
        title=("name", "name_en"),
        columns=("name", "kind", "parent", "code"),
        sections={pgettext_lazy("label", "Unit"): ("name", "name_en", "kind", "parent", "code")},
        filters=("kind", "parent"),
        search=("name", "name_en", "code"),
        keys=("code", "name", "name_en"),
        quick=("name", "kind", "parent"),
        related=(Related("members", "unit"),),
        sort="name",
        timeline=False,
        rules=(administrators_only, place),
        effects=(compile_anew,),
    )
)

members = register(
    Entity(
        model=Member,
        slug="members",
        icon="id-badge",
        title=("name", "name_en"),
        columns=("name", "email", "title", "unit", "manager", "active"),
        sections={
            pgettext_lazy("label", "Member"): (
                "name",
                "name_en",
                "email",
                "title",
                "unit",
                "manager",
                "active",
            )
        },
        filters=("unit", "active"),
        search=("name", "name_en", "email"),
        keys=("email", "name", "name_en"),
        quick=("name", "email", "unit"),
        sort="name",
        timeline=False,
        match=("email",),
        rules=(administrators_only, derive_member),
        effects=(give_first_role,),
        read_only=("active",),
        trashable=False,
        flags=flags,
        panel_data=panels,
        actions=(
            Action("invite", _("Invite"), invite_by_mail, icon="mail-forward", when=may_be_invited),
            Action(
                "deactivate",
                pgettext_lazy("member", "Deactivate"),
                deactivate,
                icon="user-off",
                style="bad",
                when=lambda member: member.active,
            ),
            Action(
                "reactivate",
                pgettext_lazy("member", "Reactivate"),
                reactivate,
                icon="user-check",
                style="ok",
                when=lambda member: not member.active,
            ),
        ),
    )
)


def derive_rate(rate: ExchangeRate, changes: dict[str, Any], by: Actor) -> None:
    """A rate belongs to the base currency of its time: should that change, it converts nothing any more."""
    rate.day = rate.day or today()
    if rate.version == 1:
        rate.base = base_currency()
    if rate.currency == rate.base:
        raise Invalid({"currency": str(_("This is the workspace's own currency."))})
    if rate.rate <= 0:
        raise Invalid({"rate": str(_("A rate is greater than zero."))})


def tell_rated(rate: ExchangeRate, changes: dict[str, Any], by: Actor) -> None:
    for follow in extensions.rated:
        follow(rate, changes, by)


exchange_rates = register(
    Entity(
        model=ExchangeRate,
        slug="exchange-rates",
        icon="cash",
        title=("currency",),
        columns=("currency", "day", "rate", "base", "note"),
        sections={_("Exchange rate"): ("currency", "day", "rate", "base", "note")},
        filters=("currency", "day"),
        keys=("currency",),
        match=(),
        quick=("currency", "day", "rate"),
        sort="-day",
        timeline=False,
        rules=(administrators_only, derive_rate),
        effects=(tell_rated,),
    )
)

roles = register(
    Entity(
        model=Role,
        slug="roles",
        icon="shield",
        title=("name", "name_en"),
        columns=("name", "name_en"),
        sections={pgettext_lazy("label", "Role"): ("name", "name_en")},
        keys=("name", "name_en"),
        sort="name",
        timeline=False,
        read_only=("name", "name_en"),
        creatable=False,  # they are made on the page of access, with all that they may
        trashable=False,
        rules=(administrators_only,),
    )
)

teams = register(
    Entity(
        model=Team,
        slug="teams",
        icon="users-group",
        title=("name", "name_en"),
        columns=("name", "name_en"),
        sections={pgettext_lazy("label", "Team"): ("name", "name_en")},
        search=("name", "name_en"),
        keys=("name", "name_en"),
        sort="name",
        timeline=False,
        rules=(administrators_only,),
        effects=(compile_anew,),
    )
)
