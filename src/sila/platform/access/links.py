"""Links that open a door once: sign-in from the terminal, invitations, calendar feeds and API tokens.

Only hashes are stored. A token names its workspace, so that it is looked up inside that workspace.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils import timezone

from sila.platform.access.actor import Actor
from sila.platform.access.models import ApiToken, Invitation, Member, User
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace

SIGN_IN_SECONDS = 3600
INVITATION_DAYS = 7


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# ---- sign-in from the terminal ---------------------------------------------------------------------
def sign_in_link(user: User) -> str:
    """A path that signs this user in within the hour, once: it dies with the sign-in (and the password)."""
    return "/enter/" + signing.dumps([str(user.pk), _stamp(user)], salt="enter")


def user_of_link(token: str) -> User | None:
    try:
        user_id, stamp = signing.loads(token, salt="enter", max_age=SIGN_IN_SECONDS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user and _stamp(user) == stamp else None


def use_up_link(user: User) -> bool:
    """Whether the link that led to this user is still unused. Of two clicks at once, one is the first."""
    same = User.objects.filter(pk=user.pk, last_login=user.last_login)
    return bool(same.update(last_login=timezone.now()))


def _stamp(user: User) -> str:
    """Changes with each sign-in and each new password."""
    return digest(f"{user.last_login}{user.password}")[:16]


# ---- invitations -----------------------------------------------------------------------------------
def invite(member: Member, *, days: int = INVITATION_DAYS) -> str:
    """A single-use path for the member to take their seat. Older invitations of the seat end."""
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        end_invitations(member)
        Invitation.objects.create(
            member_id=member.id, secret_hash=digest(secret), expires_at=timezone.now() + timedelta(days=days)
        )
    return f"/join/{member.tenant.pk.hex}.{secret}"


def end_invitations(member: Member) -> None:
    now = timezone.now()
    Invitation.objects.filter(member_id=member.id, used_at=None, expires_at__gt=now).update(expires_at=now)


def open_invitation(token: str) -> tuple[Workspace, Invitation] | None:
    """The invitation behind a path, if it is still good."""
    workspace, secret = _split(token)
    if workspace is None:
        return None
    with scope(workspace):
        found = (
            Invitation.objects.filter(secret_hash=digest(secret), used_at=None, expires_at__gt=timezone.now())
            .select_related("member")
            .first()
        )
    return (workspace, found) if found and found.member.active and found.member.deleted_at is None else None


def accept(invitation: Invitation, user: User) -> Member:
    """Seat the user. Call inside the workspace's scope."""
    with transaction.atomic():
        taken = Invitation.objects.filter(id=invitation.id, used_at=None).update(used_at=timezone.now())
        if not taken:
            raise ValueError("This invitation was used already.")
        Member.objects.filter(id=invitation.member_id).update(user=user)
        return Member.objects.get(id=invitation.member_id)


# ---- API tokens ------------------------------------------------------------------------------------
def make_token(member: Member, name: str, *, scope_name: str = "write", days: int | None = None) -> str:
    """The token, shown this once."""
    secret = secrets.token_urlsafe(32)
    ApiToken.objects.create(
        member_id=member.id,
        name=name[:80],
        secret_hash=digest(secret),
        scope=scope_name,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    return f"sila_{member.tenant.pk.hex}.{secret}"


def end_tokens(member: Member) -> None:
    ApiToken.objects.filter(member_id=member.id, revoked_at=None).update(revoked_at=timezone.now())


def actor_of_token(token: str) -> Actor | None:
    """The member behind a live token, at the API door. The caller opens the workspace's scope afterwards."""
    workspace, secret = _split(token.removeprefix("sila_"))
    if workspace is None:
        return None
    with scope(workspace):
        found = (
            ApiToken.objects.filter(secret_hash=digest(secret), revoked_at=None)
            .select_related("member__user")
            .first()
        )
        now = timezone.now()
        if found is None or (found.expires_at and found.expires_at < now):
            return None
        member = found.member
        if not member.active or member.deleted_at:
            return None
        if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=10):
            ApiToken.objects.filter(id=found.id).update(last_used_at=now)
        return Actor.of(workspace, member, "api", read_only=found.scope == "read")


def _split(token: str) -> tuple[Workspace | None, str]:
    tenant, _dot, secret = token.partition(".")
    try:
        return Workspace.objects.filter(pk=UUID(hex=tenant)).first(), secret
    except ValueError:
        return None, ""
