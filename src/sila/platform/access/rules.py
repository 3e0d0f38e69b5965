"""What follows when members, units and teams change: paths, default roles, and policies compiled anew."""

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Replace

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, MemberRole, OrgUnit, Role
from sila.platform.kit.contacts import normalise_email
from sila.platform.kit.folding import fold
from sila.platform.tenancy.models import Workspace


class UnitLoop(ValueError):
    """A unit was put below itself."""


def derive_member(member: Member, changes: dict[str, Any], by: Actor) -> None:
    member.email = normalise_email(member.email)
    member.name_fold = fold(f"{member.name} {member.name_en}")[:250]


def give_first_role(member: Member, changes: dict[str, Any], by: Actor) -> None:
    """A new member starts as a salesperson; an administrator may change that on the access page."""
    if not MemberRole.objects.filter(member_id=member.id).exists():
        role = Role.objects.filter(code="seller", deleted_at=None).first()
        if role:
            MemberRole.objects.create(member_id=member.id, role_id=role.id)
    compile_anew(member, changes, by)


def place_unit(unit: OrgUnit, changes: dict[str, Any], by: Actor) -> None:
    """The unit's path, and those of all below it. Raises UnitLoop."""
    parent = OrgUnit.objects.filter(id=unit.parent_id).first() if unit.parent_id else None
    if parent and str(unit.id) in parent.path:
        raise UnitLoop
    old, unit.path = unit.path, f"{parent.path if parent else ''}{unit.id}/"
    if old and old != unit.path:
        below = OrgUnit.objects.filter(path__startswith=old).exclude(id=unit.id)
        below.update(path=Replace("path", Value(old), Value(unit.path)))


def compile_anew(record: Any, changes: dict[str, Any], by: Actor) -> None:
    """Policies are cached by the workspace's access version; a new number makes every process compile again."""
    Workspace.objects.filter(pk=by.workspace.pk).update(access_version=F("access_version") + 1)
