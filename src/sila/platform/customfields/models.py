"""Fields that a workspace adds to an entity, and their indexed values."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sila.platform.access.models import Stamped
from sila.platform.tenancy.models import TenantModel


class RecordType(Stamped):
    """A noun that the workspace made, such as a property or a vehicle. `slug` is its address and never changes."""

    PREFIX: ClassVar[str] = "x-"  # so that no noun of a later release can take the address

    slug = models.CharField(max_length=40, editable=False)
    label = models.CharField(_("Name in Arabic"), max_length=80)
    label_en = models.CharField(_("Name in English"), max_length=80, blank=True)
    plural = models.CharField(_("Plural in Arabic"), max_length=80)
    plural_en = models.CharField(_("Plural in English"), max_length=80, blank=True)
    icon = models.CharField(_("Icon"), max_length=30, default="folder")
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("Record type")
        verbose_name_plural = _("Record types")
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="record_type_slug")]

    def __str__(self) -> str:
        return (self.plural_en if get_language() == "en" else "") or self.plural


class CustomField(Stamped):
    """A field added by the workspace. `key` never changes; values live in the record's `custom` under it."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        LONG_TEXT = "longtext", _("Long text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Money")
        DATE = "date", _("Date")
        DATETIME = "datetime", _("Date and time")
        TIME = "time", _("Time")
        CHOICE = "choice", _("Choice")
        CHOICES = "choices", _("Several choices")
        BOOL = "bool", _("Yes or no")
        MEMBER = "member", _("Colleague")
        LINK = "link", _("Link to a record")
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        URL = "url", _("Web address")
        FORMULA = "formula", _("Formula")
        ROLLUP = "rollup", _("Roll-up")

    class Total(models.TextChoices):
        SUM = "sum", _("Sum")
        AVERAGE = "avg", _("Average")
        NONE = "none", _("Nothing")

    entity = models.CharField(max_length=40)
    key = models.CharField(max_length=12, editable=False)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    label = models.CharField(_("Name in Arabic"), max_length=80)
    label_en = models.CharField(_("Name in English"), max_length=80, blank=True)
    help = models.CharField(_("Help"), max_length=200, blank=True)
    required = models.BooleanField(_("Required"), default=False)
    choices = models.JSONField(_("Choices"), default=list, blank=True)
    to = models.CharField(_("Links to"), max_length=40, blank=True)
    group = models.CharField(_("Group in Arabic"), max_length=80, blank=True)
    group_en = models.CharField(_("Group in English"), max_length=80, blank=True)
    unique = models.BooleanField(_("No two records alike"), default=False)
    default = models.JSONField(_("Default"), null=True, blank=True)
    # Of a formula {"formula", "shown"}, of a roll-up {"noun", "link", "how", "field", "conditions", "shown"}: names
    # that never change, and the kind that its values have.
    rule = models.JSONField(default=dict, blank=True, editable=False)
    purged_at = models.DateTimeField(
        null=True, editable=False
    )  # it goes for ever; its values are being removed
    in_list = models.BooleanField(_("A column of the list"), default=False)
    in_quick = models.BooleanField(_("In the short form"), default=False)
    in_diary = models.BooleanField(_("In everybody's calendar"), default=False)
    total = models.CharField(_("In totals"), max_length=4, choices=Total, blank=True)  # empty: by what it is
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("Custom field")
        verbose_name_plural = _("Custom fields")
        constraints = [models.UniqueConstraint(fields=["tenant", "entity", "key"], name="custom_field_key")]

    def __str__(self) -> str:
        return (self.label_en if get_language() == "en" else "") or self.label

    @property
    def computed(self) -> bool:
        """Nobody types its values: they follow from others."""
        return self.kind in (self.Kind.FORMULA, self.Kind.ROLLUP)

    @property
    def shown(self) -> str:
        """The kind that its values have."""
        return str(self.rule.get("shown", "text")) if self.computed else self.kind


class DiaryDate(TenantModel):
    """A date of the code's own fields that stands in the calendar of whoever owns the record."""

    entity = models.CharField(max_length=40)
    field = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "entity", "field"], name="diary_date")]


class CustomValue(TenantModel):
    """The value of one custom field of one record, typed and indexed for filters and sorting."""

    field = models.CharField(max_length=12)
    record_id = models.UUIDField()
    text = models.CharField(max_length=200, null=True)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    moment = models.DateTimeField(null=True)
    sole = models.BooleanField(default=False)  # no other record may have it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "field", "text"], condition=Q(sole=True), name="custom_text_alone"
            ),
            models.UniqueConstraint(
                fields=["tenant", "field", "number"], condition=Q(sole=True), name="custom_number_alone"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "field", "text", "record_id"], name="custom_by_text"),
            models.Index(fields=["tenant", "field", "number", "record_id"], name="custom_by_number"),
            models.Index(fields=["tenant", "field", "moment", "record_id"], name="custom_by_moment"),
            models.Index(fields=["tenant", "record_id", "field"], name="custom_of_record"),
        ]
