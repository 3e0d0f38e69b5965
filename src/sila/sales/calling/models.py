"""Lists of numbers to be called, one after the other, by several people at once."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.models import Party
from sila.platform.access.models import Bilingual, Member, Stamped
from sila.platform.entities.fields import PhoneField, averaged, untotalled
from sila.platform.entities.models import Record
from sila.platform.kit import clock
from sila.platform.tenancy.fields import Link
from sila.sales.leads.models import Lead
from sila.sales.models import LIVE


class DoNotCall(Stamped):
    """A number that nobody calls from a list, whoever has it: somebody asked for that."""

    name = models.CharField(_("Whose number"), max_length=200, blank=True)
    phone = PhoneField(pgettext_lazy("label", "Phone"))
    reason = models.CharField(pgettext_lazy("label", "Reason"), max_length=300, blank=True)
    asked_on = models.DateField(_("Asked on"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("one", "Number not to be called")
        verbose_name_plural = _("Numbers not to be called")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "phone"], condition=LIVE, name="do_not_call_once")
        ]
        indexes = [
            models.Index(fields=["tenant", "asked_on", "id"], condition=LIVE, name="do_not_call_by_day")
        ]


class CallOutcome(Stamped, Bilingual):
    """What comes of a call, and what follows for the number. Its place in the order is the key that says it."""

    class Effect(models.TextChoices):
        DONE = "done", pgettext_lazy("call", "It is done with")
        AGAIN = "again", pgettext_lazy("call", "It is tried again later")
        BACK = "back", pgettext_lazy("call", "It is called back at a time")
        NEVER = "never", pgettext_lazy("call", "It is never called again")

    order = untotalled(models.PositiveSmallIntegerField(_("Order"), default=0))
    effect = models.CharField(_("What follows"), max_length=5, choices=Effect, default=Effect.DONE)
    success = models.BooleanField(_("Counts as a success"), default=False)

    class Meta:
        verbose_name = pgettext_lazy("one", "Call outcome")
        verbose_name_plural = _("Call outcomes")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], condition=LIVE, name="call_outcome_name")
        ]


class CallList(Record):
    """Whom to call, and what to say. `{name}`, `{company}` and `{caller}` in the script become words."""

    marks: ClassVar[tuple[str, ...]] = ()
    entries: Any

    name = models.CharField(_("Name"), max_length=200)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    script = models.TextField(
        _("Script"),
        max_length=10_000,
        blank=True,
        help_text=_("{name}, {company} and {caller} become the words of the call."),
    )
    most_attempts = averaged(models.PositiveSmallIntegerField(_("Attempts at most"), default=3))
    retry_hours = averaged(models.PositiveSmallIntegerField(_("Hours until the next attempt"), default=4))
    needs_consent = models.BooleanField(
        pgettext_lazy("call list", "Only with consent"),
        default=False,
        help_text=_("Only those who are known to have agreed to be contacted."),
    )
    active = models.BooleanField(_("In use"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("one", "Call list")
        verbose_name_plural = _("Call lists")
        indexes = [
            models.Index(fields=["tenant", "id"], condition=LIVE, name="call_list_newest"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="call_list_by_name"),
            models.Index(fields=["tenant", "updated_at", "id"], condition=LIVE, name="call_list_touched"),
            models.Index(fields=["tenant", "created_at", "id"], condition=LIVE, name="call_list_by_day"),
            models.Index(fields=["tenant", "owner_id", "id"], condition=LIVE, name="call_list_of_owner"),
            models.Index(fields=["tenant", "org_unit_id", "id"], condition=LIVE, name="call_list_of_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class CallListEntry(Stamped):
    """One number of a list: a party or a lead. Whoever asks for the next number holds it for a while (`held_by`); nobody
    else gets it meanwhile. `due_at` is from when on it can be called."""

    told_as: ClassVar[tuple[Any, str]] = (_("Call lists"), "headset")
    merged_once: ClassVar[tuple[str, ...]] = ("call_list_id", "party_id", "lead_id")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("call", "Waiting")
        BACK = "back", pgettext_lazy("call", "To be called back")
        DONE = "done", pgettext_lazy("call", "Done")
        UNREACHED = "unreached", pgettext_lazy("call", "Not reached")
        BLOCKED = "blocked", pgettext_lazy("call", "May not be called")

    OPEN = (State.WAITING, State.BACK)

    call_list_id: UUID
    party_id: UUID | None
    lead_id: UUID | None
    outcome_id: UUID | None
    held_by_id: UUID | None

    name = models.CharField(_("Name"), max_length=200, editable=False)
    call_list = Link(CallList, verbose_name=_("Call list"), related_name="entries")
    party = Link(Party, verbose_name=_("Person or company"), null=True, blank=True, editable=False)
    lead = Link(Lead, verbose_name=pgettext_lazy("noun", "Lead"), null=True, blank=True, editable=False)
    state = models.CharField(_("Status"), max_length=9, choices=State, default=State.WAITING, editable=False)
    attempts = untotalled(models.PositiveSmallIntegerField(_("Attempts"), default=0, editable=False))
    outcome = Link(CallOutcome, verbose_name=_("Outcome"), null=True, blank=True, editable=False)
    due_at = models.DateTimeField(_("From"), default=clock.now, editable=False)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=500, blank=True, editable=False)
    held_by = Link(Member, verbose_name=_("Held by"), null=True, blank=True, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("one", "Number of a call list")
        verbose_name_plural = _("Numbers of call lists")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "call_list_id", "party_id"], condition=LIVE, name="call_entry_party"
            ),
            models.UniqueConstraint(
                fields=["tenant", "call_list_id", "lead_id"], condition=LIVE, name="call_entry_lead"
            ),
            models.CheckConstraint(
                condition=Q(party_id__isnull=True, lead_id__isnull=False)
                | Q(party_id__isnull=False, lead_id__isnull=True),
                name="call_entry_of_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "call_list_id", "state", "due_at", "id"],
                condition=LIVE,
                name="call_entry_next",
            ),
            models.Index(fields=["tenant", "due_at", "id"], condition=LIVE, name="call_entry_by_time"),
            models.Index(fields=["tenant", "party_id"], name="call_entry_of_party"),
            models.Index(fields=["tenant", "lead_id"], name="call_entry_of_lead"),
        ]
