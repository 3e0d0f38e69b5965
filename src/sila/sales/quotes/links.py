"""The customer's way to a quote: a signed address that ends on a day, or when a newer one is made."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid, NotAllowed
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.models import Workspace
from sila.sales.quotes.models import Quote, QuoteLink

SALT = "quote of a customer"
DAYS = timedelta(days=30)  # for a quote that says no end


@transaction.atomic
def open_link(quote: Quote, *, by: Actor) -> QuoteLink:
    """A new link, up to the end of the quote's last day where the company is; the one before ends."""
    QuoteLink.objects.filter(quote_id=quote.id, ended_at=None).update(ended_at=clock.now())
    link: QuoteLink = QuoteLink.objects.create(
        quote_id=quote.id, expires_at=_end(quote.valid_until, by.workspace)
    )
    return link


def _end(last: date | None, workspace: Workspace) -> datetime:
    if last is None:
        return clock.now() + DAYS
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(workspace.timezone)).astimezone(UTC)


def close_links(quote: Quote) -> None:
    QuoteLink.objects.filter(quote_id=quote.id, ended_at=None).update(ended_at=clock.now())


def current_link(quote: Quote) -> QuoteLink | None:
    found: QuoteLink | None = (
        QuoteLink.objects.filter(quote_id=quote.id, ended_at=None).order_by("-id").first()
    )
    return found


def address_of(link: QuoteLink) -> str:
    """The whole address, to be given to the customer."""
    return f"{settings.ADDRESS}/quote/{signing.dumps([link.tenant_id.hex, link.id.hex], salt=SALT)}"


def last_day(link: QuoteLink, reader: Reader) -> str:
    """It ends with the day, at midnight."""
    last = (link.expires_at - timedelta(seconds=1)).astimezone(reader.tz)
    return reader.day(last.date(), calendar=reader.calendar)


def read_address(token: str) -> tuple[Workspace, UUID] | None:
    """The workspace and the id of the link; None for what we have not signed."""
    try:
        tenant, link = signing.loads(token, salt=SALT)
        workspace = Workspace.objects.filter(pk=UUID(tenant)).first()
        return (workspace, UUID(link)) if workspace else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def renew_link(quote: Quote, *, by: Actor) -> QuoteLink:
    """A new address for the customer; the old one opens nothing more. Raises NotAllowed, Invalid."""
    with transaction.atomic():
        now = records.get(registry["quotes"], quote.id, by=by, lock=True)
        if not by.may("quotes", "edit", now):
            raise NotAllowed
        if now.status != Quote.Status.SENT:
            raise Invalid({"": _("Only a quote that was sent has a link for its customer.")})
        return open_link(now, by=by)
