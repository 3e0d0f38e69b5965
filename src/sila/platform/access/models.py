"""People who sign in, where they sit in the company, and what their roles let them do."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sila.platform.kit.folding import fold
from sila.platform.kit.ids import uuid7
from sila.platform.tenancy.fields import Link
from sila.platform.tenancy.models import TenantModel, Workspace


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Whoever is given a seat proves the address by opening its link, so it counts as confirmed."""
        from allauth.account.models import EmailAddress

        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """Someone who signs in. A global row: one person may belong to several workspaces."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    language = models.CharField(_("Language"), max_length=5, blank=True)
    theme = models.CharField(_("Theme"), max_length=5, default="auto")
    density = models.CharField(_("Density"), max_length=12, default="compact")
    calendar = models.CharField(_("Calendar"), max_length=9, blank=True)
    digits = models.CharField(_("Digits"), max_length=4, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("User")
        verbose_name_plural = _("Users")

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return False


class Stamped(TenantModel):
    """Rows that people edit: who may be shown two versions must be told which one they hold."""

    created_at = models.DateTimeField(_("Created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("Changed"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    custom = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True


class Bilingual(models.Model):
    """A name that the company gives in Arabic, in English, or both."""

    name = models.CharField(_("Name"), max_length=120)
    name_en = models.CharField(_("Name in English"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return (self.name_en if get_language() == "en" else "") or self.name


class OrgUnit(Stamped, Bilingual):
    """The tree of company, branch and department. `path` holds the ids from the root, for sub-trees."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        BRANCH = "branch", _("Branch")
        DEPARTMENT = "department", _("Department")

    code = models.CharField(_("Code"), max_length=40, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.BRANCH)
    parent = Link("self", verbose_name=_("Above"), null=True, blank=True)
    path = models.TextField(editable=False, blank=True)

    class Meta:
        verbose_name = _("Unit")
        verbose_name_plural = _("Units")
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="unit_name")]


def units_up_to(unit_id: Any) -> list[OrgUnit]:
    """The unit and all above it, the company first; nothing of no unit. Two queries, each for a few rows."""
    path = OrgUnit.objects.filter(id=unit_id).values_list("path", flat=True).first() if unit_id else ""
    ids = [part for part in (path or "").split("/") if part]
    return sorted(OrgUnit.objects.filter(id__in=ids), key=lambda unit: len(unit.path)) if ids else []


class Team(Stamped, Bilingual):
    class Meta:
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="team_name")]


class Role(Stamped, Bilingual):
    """What its holders may do.

    `grants`: {entity or "*": {verb: reach}}; `fields`: {entity: {field: "hidden" | "read" | "write"}}; `layout`: how
    they see nouns and menu, as differences (entities/layouts.py).
    """

    code = models.CharField(max_length=40, blank=True, editable=False)
    admin = models.BooleanField(_("Runs the workspace"), default=False)
    grants = models.JSONField(default=dict, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    layout = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("Role")
        verbose_name_plural = _("Roles")
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="role_name")]

    def reach(self, entity: str, verb: str) -> str:
        """How far its holders go, in the words of `grants`."""
        return str({**self.grants.get("*", {}), **self.grants.get(entity, {})}.get(verb, "none"))


class Member(Stamped):
    """A person's seat in one workspace. Exists from the invitation on; `user` is set when it is accepted."""

    found_by_person: ClassVar[bool] = True

    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="seats", editable=False, db_index=False
    )
    name = models.CharField(_("Name"), max_length=120)
    name_en = models.CharField(_("Name in English"), max_length=120, blank=True)
    name_fold = models.CharField(max_length=250, editable=False, blank=True)
    email = models.EmailField(_("E-mail"))
    title = models.CharField(_("Job title"), max_length=120, blank=True)
    unit = Link(OrgUnit, verbose_name=pgettext_lazy("label", "Unit"), null=True, blank=True)
    manager = Link("self", verbose_name=_("Manager"), null=True, blank=True)
    active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("Member")
        verbose_name_plural = _("Members")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "email"], name="member_email"),
            models.UniqueConstraint(fields=["tenant", "user"], name="member_user"),
        ]
        indexes = [models.Index(fields=["user", "tenant"], name="member_of_user")]

    def __str__(self) -> str:
        return (self.name_en if get_language() == "en" else "") or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_fold = fold(f"{self.name} {self.name_en}")[:250]
        super().save(*args, **kwargs)


class MemberRole(TenantModel):
    member = Link(Member, related_name="role_links")
    role = Link(Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "member_id", "role_id"], name="member_role")]


class TeamMember(TenantModel):
    team = Link(Team, related_name="member_links")
    member = Link(Member)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "member_id", "team_id"], name="team_member")]


class ShareGrant(TenantModel):
    """One record opened to one person, team or unit, until a day."""

    told_as: ClassVar[tuple[Any, str]] = (_("Shares"), "share")

    class Level(models.TextChoices):
        VIEW = "view", _("Can view")
        EDIT = "edit", _("Can edit")

    entity = models.CharField(max_length=40)
    record_id = models.UUIDField()
    member = Link(Member, null=True, blank=True)
    team = Link(Team, null=True, blank=True)
    unit = Link(OrgUnit, null=True, blank=True)
    level = models.CharField(max_length=4, choices=Level, default=Level.VIEW)
    expires_at = models.DateTimeField(_("Until"), null=True, blank=True)
    granted_by = Link(Member)
    granted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["tenant", "entity", "record_id"], name="grant_by_record")]


class Invitation(TenantModel):
    """A single-use link by which a person takes the seat that was made for them."""

    member = Link(Member)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "secret_hash"], name="invitation_secret")]


class ApiToken(TenantModel):
    """A machine's key. Only its hash is kept; it acts as the member who made it."""

    member = Link(Member)
    name = models.CharField(_("Name"), max_length=80)
    secret_hash = models.CharField(max_length=64)
    scope = models.CharField(
        _("May"), max_length=5, default="write", choices=[("read", _("Read")), ("write", _("Read and write"))]
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "secret_hash"], name="token_secret")]


__all__ = [
    "ApiToken",
    "Bilingual",
    "Invitation",
    "Member",
    "MemberRole",
    "OrgUnit",
    "Role",
    "ShareGrant",
    "Stamped",
    "Team",
    "TeamMember",
    "User",
    "Workspace",
]
