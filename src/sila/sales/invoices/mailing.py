"""An invoice or a credit note by mail, as a file."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.sales.invoices import paper
from sila.sales.invoices.models import Invoice
from sila.sales.invoices.rules import WORK
from sila.sales.lines.mailing import begin, post_alone

SUBJECT = gettext_lazy("Invoice %(number)s from %(workspace)s")
SUBJECT_OF_NOTE = gettext_lazy("Credit note %(number)s from %(workspace)s")
HERE = gettext_lazy("Here is our invoice %(number)s: %(title)s.")
HERE_OF_NOTE = gettext_lazy("Here is our credit note %(number)s: %(title)s.")


@transaction.atomic
def mail(invoice: Invoice, *, by: Actor, to: str = "", message: str = "") -> Invoice:
    """Raises NotAllowed, Invalid."""
    invoice = records.unmoved(WORK.noun, invoice, by=by)
    if invoice.is_draft:
        raise Invalid({"": _("Only an invoice that was issued is sent to its customer.")})
    subject = SUBJECT_OF_NOTE if invoice.is_credit else SUBJECT
    post_alone(
        invoice, subject, work=WORK, kind="invoice_mailed", by=by, printed=paper, to=to, message=message
    )
    return invoice


def begins(invoice: Invoice, context: Context) -> dict[str, Any]:
    return begin(invoice, context, HERE_OF_NOTE if invoice.is_credit else HERE)
