"""Who is acting, through which door."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet

from sila.platform.access.belonging import Belonging, answering, belonging
from sila.platform.access.models import Member, ShareGrant
from sila.platform.access.policy import ADMIN, Policy, Reach, granted_ids, policy_of
from sila.platform.tenancy.models import Workspace

Door = Literal[
    "page", "api", "form", "mail", "import", "bulk", "automation", "job", "demo", "system", "portal"
]


@dataclass(frozen=True)
class Actor:
    """A member at a door, or the system itself (`member` is None) in a job or a command."""

    workspace: Workspace
    member: Member | None
    policy: Policy
    via: Door = "page"
    read_only: bool = False
    who: str = ""  # who it is, where it is no member: their name stands in the event log
    # What was asked once in an actor's life, which is a request or a batch of a job:
    _levels: dict[tuple[str, UUID], set[str]] = field(default_factory=dict, compare=False, repr=False)
    units: dict[UUID, UUID | None] = field(default_factory=dict, compare=False, repr=False)  # of members
    titles: dict[str, dict[UUID, Any]] = field(default_factory=dict, compare=False, repr=False)  # see `known`

    @classmethod
    def of(
        cls, workspace: Workspace, member: Member, via: Door = "page", *, read_only: bool = False
    ) -> "Actor":
        return cls(workspace, member, policy_of(workspace, member), via, read_only)

    @classmethod
    def system(cls, workspace: Workspace, via: Door = "system") -> "Actor":
        return cls(workspace, None, ADMIN, via)

    def anew(self, via: Door) -> "Actor":
        """The same one with the rights that they have by now: a job asks before each of its batches."""
        if self.member is None:
            return Actor.system(self.workspace, via)
        workspace = Workspace.objects.get(pk=self.workspace.pk)
        member = Member.objects.get(id=self.member.id)
        return Actor.of(
            workspace, member, via, read_only=self.read_only or not member.active or bool(member.deleted_at)
        )

    def with_all_rights(self, via: Door) -> "Actor":
        """For what follows from a decision that they were allowed to make, and must be complete."""
        return Actor(self.workspace, self.member, ADMIN, via, who=self.who)

    def known(self, noun: str, titles: dict[UUID, Any]) -> None:
        """The page has read these records anyway: what they are called need not be asked once more."""
        self.titles.setdefault(noun, {}).update(titles)

    @property
    def member_id(self) -> UUID | None:
        return self.member.id if self.member else None

    @property
    def lively(self) -> bool:
        """Somebody who looks at what they do: what they change is fresh. A change of many at once is not looked at."""
        return self.member is not None and self.via in ("page", "api", "import", "demo")

    @property
    def is_admin(self) -> bool:
        return self.policy.admin and not self.read_only

    def can(self, entity: str, verb: str) -> bool:
        """Whether the verb is open at all, for some record."""
        if self.read_only and verb not in ("view", "export"):
            return False
        return self.policy.reach(entity, verb) > Reach.NONE

    def may(self, entity: str, verb: str, record: Any) -> bool:
        """Whether the verb is open for this record, by ownership or by a share grant. What belongs to another record is
        judged by that one."""
        if whole := belonging(entity):
            return self.may(*answering(entity, verb), getattr(record, whole.link))
        if self.read_only and verb not in ("view", "export"):
            return False
        owner, unit = getattr(record, "owner_id", None), getattr(record, "org_unit_id", None)
        if self.policy.allows(entity, verb, owner=owner, unit=unit):
            return True
        if self.member is None or verb not in ("view", "edit"):
            return False
        levels = self._granted(entity, record.id)
        return "edit" in levels or (verb == "view" and bool(levels))

    def _granted(self, entity: str, record_id: UUID) -> set[str]:
        """The levels at which share grants open this record."""
        key = (entity, record_id)
        if key not in self._levels:
            grants = ShareGrant.objects.filter(self.policy.grants_to_me(), entity=entity, record_id=record_id)
            self._levels[key] = set(grants.values_list("level", flat=True))
        return self._levels[key]

    def shared_some(self, entity: str) -> bool:
        """Whether any record of the noun is shared with this actor."""
        if self.member is None:
            return False
        return ShareGrant.objects.filter(self.policy.grants_to_me(), entity=entity).exists()

    def restrict(self, rows: QuerySet[Any], entity: str, verb: str = "view") -> QuerySet[Any]:
        """The rows that this actor may see (or edit, …), decided in SQL."""
        if whole := belonging(entity):
            return self._restrict_to(whole, rows, *answering(entity, verb))
        if not any(column.name == "owner_id" for column in rows.model._meta.local_concrete_fields):
            return rows if self.policy.reach(entity, verb) > Reach.NONE else rows.none()
        restriction = self.policy.restriction(entity, verb)
        if restriction is None:
            return rows
        if verb in ("view", "edit"):
            restriction |= Q(id__in=granted_ids(self.policy, entity, edit=verb == "edit"))
        return rows.filter(restriction)

    def _restrict_to(self, whole: Belonging, rows: QuerySet[Any], slug: str, verb: str) -> QuerySet[Any]:
        """Rows that belong to records on which the verb is open. A record in the trash hides what belongs to it."""
        model: Any = rows.model._meta.get_field(whole.link).related_model
        records = self.restrict(model._default_manager.filter(deleted_at=None), slug, verb)
        return rows.filter(**{f"{whole.link}_id__in": records.order_by().values("id")})
