"""Sign-ins in the audit log, once for each seat of the person."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from sila.platform.access.actor import Actor
from sila.platform.access.middleware import seats
from sila.platform.access.models import User
from sila.platform.access.policy import Policy
from sila.platform.activity import log
from sila.platform.tenancy.current import scope


@receiver(user_logged_in, dispatch_uid="audit-signed-in")
def signed_in(sender: Any, user: User, **more: Any) -> None:
    _tell("signed in", user)


@receiver(user_login_failed, dispatch_uid="audit-sign-in-failed")
def failed(sender: Any, credentials: dict[str, Any], **more: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    if user := User.objects.filter(email=email).first():
        _tell("sign-in failed", user)


def _tell(kind: str, user: User) -> None:
    for member in seats(user):
        with scope(member.tenant):
            by = Actor(member.tenant, member, Policy(member_id=member.id), "page")
            log.record(kind, by=by, entity="session", title=member.name)
