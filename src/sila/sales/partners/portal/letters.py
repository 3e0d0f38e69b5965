"""The mails of the portal: invitations, and links with codes for those who asked. Their secrets are made while they are
sent, so that they stand nowhere but in the mail."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sila.platform.activity import jobs
from sila.platform.activity.mail import post
from sila.platform.activity.models import Job
from sila.platform.kit.numbers import format_number
from sila.platform.kit.text import isolate
from sila.platform.tenancy.current import scope
from sila.sales.partners.portal.access import ASKED, INVITED, LETTER, forget_old, prepare
from sila.sales.partners.portal.models import PortalEntry, PortalUser


@jobs.handles(LETTER, attempts=12)
def send(job: jobs.Run) -> dict[str, Any]:
    """What was prepared is written before the mail leaves: its reader may be quick."""
    with scope(job.workspace):
        forget_old()
        old = timezone.now() - ASKED
        Job.objects.filter(name=LETTER, state=Job.State.DONE, ended_at__lt=old).delete()
        entry = PortalEntry.objects.filter(id=UUID(job.payload["entry"])).first()
        found = prepare(entry) if entry else None
    if found is None:
        return {"sent": 0}
    user, secret, code = found
    with translation.override(user.language):
        subject, text = words(user, secret, code)
    return {"sent": post(job, user.email, subject, text)}


def words(user: PortalUser, secret: str, code: str) -> tuple[str, str]:
    """Subject and text, in the language that is set."""
    base = f"{settings.ADDRESS}/portal/{user.tenant.slug}"
    names = {
        "name": isolate(user.name),
        "partner": isolate(user.partner.name),
        "workspace": isolate(user.tenant.name),
        "address": f"{base}/enter/{secret}",
        "portal": f"{base}/",
        "code": code,
    }
    if not code:
        names["days"] = format_number(INVITED.days, digits="latn")
        subject = _("Your access to the partner portal of %(workspace)s") % names
        return subject, _invitation() % names
    names["minutes"] = format_number(int(ASKED.total_seconds() // 60), digits="latn")
    return _("%(code)s is your code for %(workspace)s") % names, _letter() % names


def _invitation() -> str:
    return _(
        "Peace be upon you, %(name)s.\n\n%(workspace)s invites you to its partner portal, for %(partner)s: deal "
        "registrations, shared leads, prices and commission. Open this link to come in; it works once, and for "
        "%(days)s days:\n\n%(address)s\n\nLater you sign in with this e-mail address and no password:\n%(portal)s\n"
    )


def _letter() -> str:
    return _(
        "Peace be upon you, %(name)s.\n\nYour code for the partner portal of %(workspace)s: %(code)s\n\nOr open this "
        "link; both work once, and for %(minutes)s minutes:\n\n%(address)s\n\nIf you did not ask for it, do nothing, and "
        "give the code to nobody.\n"
    )
