"""For how long a plan or a goal is: the choices that people have."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Every(models.TextChoices):
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class Calendar(models.TextChoices):
    GREGORIAN = "gregorian", _("Gregorian")
    HIJRI = "hijri", _("Hijri")


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}
