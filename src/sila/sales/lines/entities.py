"""Who offers and bills."""

from django.utils.translation import gettext_lazy as _

from sila.platform.entities.registry import Entity, register
from sila.sales.lines.letterheads import check_numbers
from sila.sales.lines.models import Letterhead

NAMES = ("name", "name_en")


letterheads = register(
    Entity(
        model=Letterhead,
        slug="letterheads",
        icon="building-store",
        title=NAMES,
        sort="name",
        timeline=False,
        columns=("name", "org_unit", "vat_number", "cr_number"),
        sections={
            _("Letterhead"): (*NAMES, "org_unit", "vat_number", "cr_number"),
            _("Address and contact"): ("address", "address_en", "phone", "email", "website"),
            _("On documents"): ("bank", "footer", "footer_en"),
        },
        filters=("org_unit",),
        quick=(*NAMES, "vat_number"),
        keys=NAMES,
        rules=(check_numbers,),
    )
)
