"""The lines of deals as a noun."""

from django.utils.translation import gettext_lazy as _

from sila.sales.deal_lines.rules import WORK
from sila.sales.lines.declaring import register_lines

opportunity_lines = register_lines(WORK, _("Product of a deal"))
