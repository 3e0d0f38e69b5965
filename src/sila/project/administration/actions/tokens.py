"""Keys by which a member's own programs come in. They never reach further than the member."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sila.platform.access import links
from sila.platform.access.actor import Actor
from sila.platform.access.models import ApiToken
from sila.platform.activity import log
from sila.platform.entities.errors import Invalid, NotAllowed, NotFound

MOST_DAYS = 3650


def make_token(name: str, *, by: Actor, scope: str = "write", days: int | None = None) -> str:
    """The new token, told this once. Raises Invalid."""
    if by.member is None or by.read_only:
        raise NotAllowed
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Invalid(
            {"days": _("The number must lie between %(low)s and %(high)s.") % {"low": 1, "high": MOST_DAYS}}
        )
    with transaction.atomic():
        token = links.make_token(by.member, name, scope_name=scope, days=days)
        log.record("token made", by=by, entity="tokens", title=name, scope=scope)
    return token


def revoke_token(token_id: UUID, *, by: Actor) -> None:
    """One's own, or anybody's for an administrator. Raises NotFound."""
    with transaction.atomic():
        mine = ApiToken.objects.filter(id=token_id, revoked_at=None)
        token = (mine if by.is_admin else mine.filter(member_id=by.member_id)).first()
        if token is None:
            raise NotFound
        ApiToken.objects.filter(id=token.id).update(revoked_at=timezone.now())
        log.record("token revoked", by=by, entity="tokens", record_id=token.id, title=token.name)
