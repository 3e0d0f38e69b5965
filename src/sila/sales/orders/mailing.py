"""An order by mail: its confirmation as a file."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.errors import Invalid
from sila.platform.entities.kinds import Context
from sila.sales.lines.mailing import begin, post_alone
from sila.sales.orders import paper
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import WORK

Status = SalesOrder.Status
SUBJECT = gettext_lazy("Order %(number)s from %(workspace)s")


@transaction.atomic
def mail(order: SalesOrder, *, by: Actor, to: str = "", message: str = "") -> SalesOrder:
    """Raises NotAllowed, Invalid."""
    order = records.unmoved(WORK.noun, order, by=by)
    if not is_mailable(order):
        raise Invalid({"": _("Only a confirmed order is sent to its customer.")})
    post_alone(order, SUBJECT, work=WORK, kind="order_mailed", by=by, printed=paper, to=to, message=message)
    return order


def is_mailable(order: Any) -> bool:
    return order.status in (Status.CONFIRMED, Status.BILLED)


def begins(order: SalesOrder, context: Context) -> dict[str, Any]:
    return begin(order, context, gettext_lazy("Here is the confirmation of your order: %(title)s."))
