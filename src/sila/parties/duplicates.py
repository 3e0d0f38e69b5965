"""Is this one here already? Three look-ups, each on an index."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.registry import registry
from sila.platform.kit.contacts import normalise_email
from sila.platform.kit.dates import format_date
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.folding import fold, latin_key
from sila.platform.kit.names import strip_honorific
from sila.platform.kit.phones import normalise_phone, without_extension

SLUGS = {"person": "people", "organization": "organizations", "group": "groups"}
LIMIT = 10
_COLUMNS = (
    "id",
    "kind",
    "name",
    "name_fold",
    "name_key",
    "city",
    "organization_id",
    "email",
    "phone",
    "owner_id",
    "org_unit_id",
    "owner__name",
    "updated_at",
)


@dataclass
class Candidate:
    """A record that may be the same. Of one that the actor may not see, only owner and last touch show."""

    slug: str
    id: UUID | None
    title: str
    owner: str
    touched: datetime
    reasons: list[str] = field(default_factory=list)

    def shown(self, by: Actor) -> dict[str, Any]:
        """As `entities/_duplicates.html` wants it."""
        owner = _("belongs to %(owner)s") % {"owner": self.owner} if self.owner else ""
        touched = _("last touched %(day)s") % {"day": self._day(by)}
        return {
            "title": self.title or _("A record that you may not open"),
            "avatar": self.title or self.owner or "–",
            "hint": " · ".join(part for part in (*self.reasons, owner, touched) if part),
            "url": f"/w/{by.workspace.slug}/{self.slug}/{self.id}/" if self.id else "",
        }

    def _day(self, by: Actor) -> str:
        reader = Reader.of(by.workspace, by.member.user if by.member else None)
        return format_date(
            self.touched.astimezone(reader.tz).date(),
            language=reader.language,
            calendar="gregorian" if reader.calendar == "both" else reader.calendar,
            digits=reader.digits,
            country=reader.country,
        )


def duplicates_of_people(values: Mapping[str, Any], *, by: Actor, skip: str = "") -> list[dict[str, Any]]:
    return [candidate.shown(by) for candidate in candidates("person", values, by=by, skip=skip)]


def duplicates_of_organizations(
    values: Mapping[str, Any], *, by: Actor, skip: str = ""
) -> list[dict[str, Any]]:
    return [candidate.shown(by) for candidate in candidates("organization", values, by=by, skip=skip)]


def candidates(kind: str, values: Mapping[str, Any], *, by: Actor, skip: str = "") -> list[Candidate]:
    """The records that share an address, a number or a name with these values, likeliest first."""
    readable = registry[SLUGS[kind]].readable(by)
    values = {
        name: value for name, value in values.items() if name in readable
    }  # nobody guesses what is hidden
    email, phone = _email(values.get("email")), _phone(values.get("phone"), by)
    name = str(values.get("name") or "").strip()
    found: dict[UUID, Candidate] = {}
    for row in _by_contact(email, phone):
        _note(found, row, by, _("Same e-mail") if email and email in row["_norms"] else "")
        _note(found, row, by, _("Same phone") if phone and _same_number(phone, row["_norms"]) else "")
    for row in _by_name(kind, name, str(values.get("name_latin") or "")):
        _note(found, row, by, _reason_of_name(row, name, values))
    others = [candidate for record_id, candidate in found.items() if str(record_id) != skip]
    return sorted(others, key=lambda candidate: -len(candidate.reasons))[:LIMIT]


def _by_contact(email: str, phone: str) -> Iterable[dict[str, Any]]:
    wanted = [value for value in (email, phone, without_extension(phone)) if value]
    if not wanted:
        return
    columns = [f"party__{column}" for column in _COLUMNS]
    same = Q(norm__in=wanted)
    if phone and "x" not in phone:  # the same number, whatever its extension
        same |= Q(norm__gt=f"{phone}x", norm__lt=f"{phone}y")
    points = ContactPoint.objects.filter(same, party__deleted_at=None)
    for row in points.values("norm", *columns)[:LIMIT]:
        yield {column: row[f"party__{column}"] for column in _COLUMNS} | {"_norms": [row["norm"]]}


def _same_number(phone: str, norms: list[str]) -> bool:
    return without_extension(phone) in map(without_extension, norms)


def _by_name(kind: str, name: str, latin: str) -> Iterable[dict[str, Any]]:
    """Two look-ups, each on its own index: joined by OR they would use neither on SQLite."""
    folded, key = fold(name), latin_key(strip_honorific(latin or name))
    live = Party.objects.filter(kind=kind, deleted_at=None)
    if folded:
        yield from live.filter(name_fold=folded).values(*_COLUMNS)[:LIMIT]
    if len(key) >= 4:
        yield from live.filter(name_key=key).exclude(name_fold=folded).values(*_COLUMNS)[:LIMIT]


def _reason_of_name(row: dict[str, Any], name: str, values: Mapping[str, Any]) -> str:
    if row["name_fold"] != fold(name):
        return _("The name sounds alike")
    if values.get("city") and fold(str(values["city"])) == fold(row["city"]):
        return _("Same name in the same city")
    if values.get("organization") and str(values["organization"]) == str(row["organization_id"]):
        return _("Same name in the same company")
    return _("Same name")


def _note(found: dict[UUID, Candidate], row: dict[str, Any], by: Actor, reason: str) -> None:
    if not reason:
        return
    slug = SLUGS[row["kind"]]
    seen = by.policy.allows(slug, "view", owner=row["owner_id"], unit=row["org_unit_id"])
    candidate = found.setdefault(
        row["id"],
        Candidate(
            slug,
            row["id"] if seen else None,
            row["name"] if seen else "",
            (row["owner__name"] or "") if "owner" in registry[slug].readable(by) else "",
            row["updated_at"],
        ),
    )
    if reason not in candidate.reasons:
        candidate.reasons.append(reason)


def _email(typed: Any) -> str:
    try:
        return normalise_email(str(typed)) if typed else ""
    except InvalidInput:
        return ""  # the form says so; here it only means that there is nothing to compare


def _phone(typed: Any, by: Actor) -> str:
    try:
        return normalise_phone(str(typed), by.workspace.country) if typed else ""
    except InvalidInput:
        return ""
