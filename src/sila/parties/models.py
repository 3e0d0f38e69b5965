"""People, organisations and groups: one supertype, as a supplier may be a customer and an employee too."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.parties.locating import Located
from sila.parties.vocabulary import Relation
from sila.platform.access.models import Member, OrgUnit
from sila.platform.entities.fields import PhoneField, TagsField
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel

ORGANIZATIONS = {"kind": "organization"}
PEOPLE = {"kind": "person"}
LIVE = Q(deleted_at=None)
BELOW, BORN = LIVE & Q(parent_id__isnull=False), LIVE & Q(birth_date__isnull=False)


class Party(Located):
    """Whoever the company deals with. One row, however many roles it plays."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANIZATION = "organization", _("Company")
        GROUP = "group", _("Group")

    class Lifecycle(models.TextChoices):
        LEAD = "lead", _("Lead")
        PROSPECT = "prospect", _("Prospect")
        CUSTOMER = "customer", _("Customer")
        FORMER = "former", _("Former customer")

    class Relationship(models.TextChoices):
        NEW = "new", _("Getting acquainted")
        GROWING = "growing", _("Growing")
        STEADY = "steady", _("Steady")
        COOLING = "cooling", _("Cooling")
        ENDED = "ended", _("Ended")

    class Gender(models.TextChoices):
        MALE = "male", _("Male")
        FEMALE = "female", _("Female")

    class Size(models.TextChoices):
        MICRO = "micro", _("1–5")
        SMALL = "small", _("6–49")
        MEDIUM = "medium", _("50–249")
        LARGE = "large", _("250 and more")

    class Tag(models.TextChoices):
        KEY = "key", _("Key account")
        GOVERNMENT = "government", _("Government")
        REFERRAL = "referral", _("Came by referral")
        EXHIBITION = "exhibition", _("Met at an exhibition")
        SENSITIVE = "sensitive", _("Handle with care")

    split_by: ClassVar[str] = "kind"
    organization_id: UUID | None
    parent_id: UUID | None

    kind = models.CharField(_("Kind"), max_length=12, choices=Kind, default=Kind.PERSON, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    name_latin = models.CharField(_("Name in Latin letters"), max_length=200, blank=True)
    name_fold = models.CharField(max_length=200, editable=False, blank=True)
    name_key = models.CharField(max_length=200, editable=False, blank=True)

    honorific = models.CharField(_("Honorific"), max_length=30, blank=True)
    given = models.CharField(_("Given name"), max_length=60, blank=True)
    father = models.CharField(_("Father’s name"), max_length=60, blank=True)
    grandfather = models.CharField(_("Grandfather’s name"), max_length=60, blank=True)
    family = models.CharField(_("Family name"), max_length=60, blank=True)
    gender = models.CharField(_("Gender"), max_length=6, choices=Gender, blank=True)
    birth_date = models.DateField(_("Born on"), null=True, blank=True)
    nationality = models.CharField(_("Nationality"), max_length=60, blank=True)
    language = models.CharField(
        _("Preferred language"), max_length=5, blank=True, choices=[("ar", _("Arabic")), ("en", _("English"))]
    )
    job_title = models.CharField(_("Job title"), max_length=120, blank=True)
    organization = Link(
        "self",
        verbose_name=pgettext_lazy("label", "Company"),
        null=True,
        blank=True,
        limit_choices_to=ORGANIZATIONS,
    )

    legal_name = models.CharField(_("Legal name"), max_length=200, blank=True)
    cr_number = models.CharField(_("Commercial register"), max_length=20, blank=True)
    vat_number = models.CharField(_("VAT number"), max_length=20, blank=True)
    industry = models.CharField(_("Industry"), max_length=80, blank=True)
    size = models.CharField(_("Employees"), max_length=6, choices=Size, blank=True)
    website = models.URLField(_("Website"), max_length=300, blank=True)
    parent = Link(
        "self", verbose_name=_("Parent company"), null=True, blank=True, limit_choices_to=ORGANIZATIONS
    )

    phone = PhoneField(pgettext_lazy("label", "Phone"), blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    street = models.CharField(_("Address"), max_length=200, blank=True)
    district = models.CharField(_("District"), max_length=80, blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    country = models.CharField(_("Country"), max_length=60, blank=True)

    lifecycle = models.CharField(
        _("Lifecycle stage"), max_length=8, choices=Lifecycle, default=Lifecycle.LEAD
    )
    relationship = models.CharField(_("Relationship"), max_length=8, choices=Relationship, blank=True)
    tags = TagsField(_("Tags"), choices=Tag.choices)
    about = models.TextField(_("About"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("Party")
        verbose_name_plural = _("Parties")
        indexes = [
            models.Index(fields=["tenant", "kind", "name_fold", "id"], condition=LIVE, name="party_by_name"),
            models.Index(fields=["tenant", "name_fold", "id"], condition=LIVE, name="party_by_any_name"),
            models.Index(fields=["tenant", "kind", "id"], condition=LIVE, name="party_newest"),
            models.Index(fields=["tenant", "kind", "updated_at", "id"], condition=LIVE, name="party_touched"),
            models.Index(
                fields=["tenant", "kind", "city", "name_fold", "id"], condition=LIVE, name="party_in_city"
            ),
            models.Index(
                fields=["tenant", "kind", "lifecycle", "id"], condition=LIVE, name="party_in_lifecycle"
            ),
            models.Index(
                fields=["tenant", "kind", "owner_id", "name_fold", "id"],
                condition=LIVE,
                name="party_of_owner",
            ),
            models.Index(
                fields=["tenant", "kind", "org_unit_id", "id"], condition=LIVE, name="party_of_unit"
            ),
            models.Index(
                fields=["tenant", "kind", "territory_id", "id"], condition=LIVE, name="party_in_territory"
            ),
            models.Index(fields=["tenant", "email", "id"], condition=LIVE, name="party_by_email"),
            models.Index(fields=["tenant", "phone", "id"], condition=LIVE, name="party_by_phone"),
            models.Index(fields=["tenant", "kind", "name_key", "id"], condition=LIVE, name="party_by_key"),
            models.Index(
                fields=["tenant", "organization_id", "id"], condition=LIVE, name="party_of_employer"
            ),
            models.Index(fields=["tenant", "parent_id", "id"], condition=BELOW, name="party_of_parent"),
            models.Index(fields=["tenant", "kind", "birth_date", "id"], condition=BORN, name="party_born"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyRole(TenantModel):
    """A part that a party plays for us, for a time, perhaps for one branch only."""

    told_as: ClassVar[tuple[Any, str]] = (_("Roles"), "id-badge-2")

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PROSPECT = "prospect", _("Prospect")
        SUPPLIER = "supplier", _("Supplier")
        PARTNER = "partner", _("Partner")
        EMPLOYEE = "employee", _("Employee")
        CITIZEN = "citizen", _("Citizen")
        DONOR = "donor", _("Donor")
        MEMBER = "member", _("Club member")
        VOLUNTEER = "volunteer", _("Volunteer")
        COMPETITOR = "competitor", _("Competitor")

    merged_once: ClassVar[tuple[str, ...]] = ("role", "begins", "ends", "unit_id")
    party_id: UUID
    unit_id: UUID | None

    party = Link(Party, related_name="roles")
    role = models.CharField(_("Role"), max_length=10, choices=Role)
    begins = models.DateField(_("From"))
    ends = models.DateField(_("To"), null=True, blank=True)
    unit = Link(OrgUnit, verbose_name=pgettext_lazy("label", "Unit"), null=True, blank=True)

    class Meta:
        verbose_name = _("Role of a party")
        indexes = [
            models.Index(fields=["tenant", "party_id", "begins"], name="role_of_party"),
            models.Index(fields=["tenant", "role", "ends"], name="role_by_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("begins")), name="role_days"
            ),
        ]


class ContactPoint(TenantModel):
    """One way to reach a party. The primary phone and e-mail stand in the party's own columns as well."""

    told_as: ClassVar[tuple[Any, str]] = (_("Ways of contact"), "address-book")

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        FAX = "fax", _("Fax")
        ADDRESS = "address", _("Address")
        SOCIAL = "social", _("Social account")

    class Bounce(models.TextChoices):
        NONE = "", _("Reachable")
        SOFT = "soft", _("Failed lately")
        HARD = "hard", _("Unreachable")

    merged_as: ClassVar[dict[str, Any]] = {"primary": False}
    party_id: UUID

    party = Link(Party, related_name="contact_points")
    kind = models.CharField(_("Kind"), max_length=7, choices=Kind)
    value = models.CharField(_("Value"), max_length=300)
    norm = models.CharField(max_length=300, editable=False)
    label = models.CharField(_("Label"), max_length=40, blank=True)
    parts = models.JSONField(_("Parts of the address"), default=dict, blank=True)
    primary = models.BooleanField(_("Primary"), default=False)
    verified = models.BooleanField(_("Verified"), default=False)
    bounce = models.CharField(_("Delivery"), max_length=4, choices=Bounce, default=Bounce.NONE, blank=True)
    bounced_at = models.DateTimeField(_("Unreachable since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Contact point")
        indexes = [
            models.Index(fields=["tenant", "norm"], name="point_by_norm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "party_id", "kind", "norm"], name="point_once"),
            models.UniqueConstraint(
                fields=["tenant", "party_id", "kind"], condition=Q(primary=True), name="point_one_primary"
            ),
        ]


class PartyRelation(TenantModel):
    """`from_party` stands to `to_party` as the type says: from works for to, from is parent of to."""

    told_as: ClassVar[tuple[Any, str]] = (_("Relations"), "affiliate")
    merged_once: ClassVar[tuple[str, ...]] = ("from_party_id", "to_party_id", "type")
    from_party_id: UUID
    to_party_id: UUID

    from_party = Link(Party)
    to_party = Link(Party)
    type = models.CharField(_("Relation"), max_length=16, choices=Relation.choices)
    begins = models.DateField(_("From"), null=True, blank=True)
    ends = models.DateField(_("To"), null=True, blank=True)
    note = models.CharField(pgettext_lazy("label", "Note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Relation")
        indexes = [
            models.Index(fields=["tenant", "from_party_id"], name="relation_from"),
            models.Index(fields=["tenant", "to_party_id"], name="relation_to"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_party_id=models.F("to_party_id")), name="relation_of_two"
            ),
        ]


class PartyFact(TenantModel):
    """Something worth remembering about a person before the next meeting, and where we know it from."""

    told_as: ClassVar[tuple[Any, str]] = (_("Facts"), "bulb")

    class Topic(models.TextChoices):
        FAMILY = "family", _("Family")
        INTERESTS = "interests", _("Interests")
        WORK = "work", _("Work and study")
        TASTE = "taste", _("Likes and dislikes")
        OTHER = "other", _("Other")

    class Sensitivity(models.TextChoices):
        OPEN = "open", _("Everyone who sees the record")
        PRIVATE = "private", _("Only for the owner of the record")

    merged_once: ClassVar[tuple[str, ...]] = ("topic", "key", "value")
    party_id: UUID
    member_id: UUID | None

    party = Link(Party)
    topic = models.CharField(_("Topic"), max_length=10, choices=Topic, default=Topic.OTHER)
    key = models.CharField(_("About"), max_length=80)
    value = models.CharField(_("Fact"), max_length=500)
    source = models.CharField(_("Learned from"), max_length=120, blank=True)
    learned_at = models.DateField(_("Learned on"))
    sensitivity = models.CharField(
        _("Who may read it"), max_length=7, choices=Sensitivity, default=Sensitivity.OPEN
    )
    remind_at = models.DateTimeField(_("Remind on"), null=True, blank=True)
    member = Link(Member, null=True)

    class Meta:
        verbose_name = _("Fact")
        indexes = [
            models.Index(fields=["tenant", "party_id", "topic"], name="fact_of_party"),
            models.Index(
                fields=["tenant", "remind_at"], condition=Q(remind_at__isnull=False), name="fact_reminders"
            ),
        ]


class ImportantDate(TenantModel):
    """A day that comes back every year, by the Gregorian or the Hijri calendar."""

    told_as: ClassVar[tuple[Any, str]] = (_("Important dates"), "cake")

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday", _("Birthday")
        WEDDING = "wedding", _("Wedding day")
        FOUNDING = "founding", _("Founding day")
        RENEWAL = "renewal", _("Renewal")
        OTHER = "other", _("Other")

    class Calendar(models.TextChoices):
        GREGORIAN = "gregorian", _("Gregorian")
        HIJRI = "hijri", _("Hijri")

    merged_once: ClassVar[tuple[str, ...]] = ("kind", "day", "calendar")
    party_id: UUID

    party = Link(Party)
    kind = models.CharField(_("Occasion"), max_length=8, choices=Kind, default=Kind.BIRTHDAY)
    label = models.CharField(_("Label"), max_length=80, blank=True)
    day = models.DateField(pgettext_lazy("label", "Date"))
    calendar = models.CharField(_("Calendar"), max_length=9, choices=Calendar, default=Calendar.GREGORIAN)
    remind_days = models.PositiveSmallIntegerField(_("Remind days before"), default=7)
    next_on = models.DateField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("Important date")
        indexes = [
            models.Index(fields=["tenant", "party_id"], name="date_of_party"),
            models.Index(fields=["tenant", "next_on"], name="date_next"),
        ]


class DuplicatePair(TenantModel):
    """Two records that may be one, and what people decided. `first` has the smaller id, so a pair is one row.

    A pair that was decided stays for ever: what is not the same never comes back. See duplicate_search.py.
    """

    follows_merges: ClassVar[bool] = False

    class Decision(models.TextChoices):
        OPEN = "", _("To be decided")
        LATER = "later", _("Later")
        SAME = "same", _("The same")
        DIFFERENT = "different", _("Not the same")

    first_id: UUID
    second_id: UUID
    decided_by_id: UUID | None

    kind = models.CharField(max_length=12, choices=Party.Kind)
    first = Link(Party)
    second = Link(Party)
    score = models.FloatField()  # bits, see matching/scoring.py
    reasons = models.JSONField(default=list)  # [[code, bits], …], the weightiest first
    found_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.OPEN, blank=True)
    decided_by = Link(Member, null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Pair of duplicates")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "first_id", "second_id"], name="pair_once"),
            models.CheckConstraint(condition=Q(first_id__lt=models.F("second_id")), name="pair_in_order"),
        ]
        indexes = [
            models.Index(fields=["tenant", "kind", "decision", "-score", "id"], name="pair_in_queue"),
            models.Index(fields=["tenant", "second_id"], name="pair_of_second"),
        ]


class MergeRule(TenantModel):
    """Evidence upon which duplicates are merged without being asked; `member` allowed it. See automatic.py."""

    kind = models.CharField(max_length=12, choices=Party.Kind)
    rule = models.CharField(max_length=12)
    member = Link(Member)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("Rule for merging")
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "rule"], name="merge_rule_once")]
