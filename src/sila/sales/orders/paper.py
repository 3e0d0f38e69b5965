"""An order on paper: what we confirm to the customer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.documents.printing import pdf
from sila.platform.tenancy.models import Workspace
from sila.sales.lines import paper as papers
from sila.sales.lines.paper import Data, Page, label, own_fact
from sila.sales.orders.models import SalesOrder
from sila.sales.orders.rules import WORK


def pdf_of(order: SalesOrder, workspace: Workspace) -> bytes:
    return pdf(papers.TEMPLATE, data_of(order, workspace))


def data_of(order: SalesOrder, workspace: Workspace) -> Data:
    page = Page(order, workspace, WORK.lines_of(order))
    told = (
        (_("The customer’s order number"), order.reference),
        (_("Ordered on"), order.ordered_on and page.day(order.ordered_on)),
        (_("Wanted by"), order.wanted_on and page.day(order.wanted_on)),
        (pgettext_lazy("noun", "Quote"), order.quote.number if order.quote_id else ""),
        (_("Your contact"), order.owner.name if order.owner_id else ""),
    )
    return page.data(
        title=_title(order),
        facts=[own_fact(label(name), value) for name, value in told if value],
        subject=order.name,
        notes=[*page.reasons(), *page.bank()],
    )


def _title(order: SalesOrder) -> papers.Said:
    if order.is_draft:
        return label(_("Draft of an order"))
    if order.status == SalesOrder.Status.CANCELLED:
        return label(_("Cancelled order"))
    return label(_("Order confirmation"))


def file_name(order: SalesOrder) -> str:
    return papers.file_name(order.number, order.name)
