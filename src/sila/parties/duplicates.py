"""Is this one here already? Three look-ups, each on an index."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from sila.parties.matching import HINT, MATCH, REASONS, Match, Profile, compare, make_profile
from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.access.reader import Reader
from sila.platform.entities.registry import registry
from sila.platform.kit.contacts import normalise_email
from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.folding import fold, latin_key
from sila.platform.kit.names import strip_honorific
from sila.platform.kit.phones import normalise_phone, without_extension

SLUGS = {"person": "people", "organization": "organizations", "group": "groups"}
LIMIT = 10
STRONG_EVIDENCE = {
    "person": frozenset({"phone", "email"}),
    "organization": frozenset({"phone", "switchboard", "email", "email_role", "domain"}),
}
OTHER_NAME = frozenset(
    f"{part}_differs" for part in ("name", "given", "family", "middle", "trade", "branch", "number")
)
SAID = 3  # reasons in a hint
_TEXTS = ("name", "name_latin", "cr_number", "vat_number", "website", "street", "district", "city")
PROFILE_COLUMNS = ("id", "kind", *_TEXTS, "phone", "email", "birth_date", "organization_id")
_COLUMNS = (*PROFILE_COLUMNS, "owner_id", "org_unit_id", "owner__name", "updated_at")


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
        return reader.day(self.touched.astimezone(reader.tz).date())


def duplicates_of_people(values: Mapping[str, Any], *, by: Actor, skip: str = "") -> list[dict[str, Any]]:
    return [candidate.shown(by) for candidate in candidates("person", values, by=by, skip=skip)]


def duplicates_of_organizations(
    values: Mapping[str, Any], *, by: Actor, skip: str = ""
) -> list[dict[str, Any]]:
    return [candidate.shown(by) for candidate in candidates("organization", values, by=by, skip=skip)]


def candidates(kind: str, values: Mapping[str, Any], *, by: Actor, skip: str = "") -> list[Candidate]:
    """The records that the matcher takes for near these values, likeliest first. Few values are typed at first, so
    less is asked for than in the queue; a shared number or address is told in any case."""
    found = [
        (match.score, _candidate(row, match, by))
        for row, match, shared in _near(kind, values, by, skip)
        if match.score >= HINT or shared
    ]
    found.sort(key=lambda pair: -pair[0])
    return [candidate for _score, candidate in found[:LIMIT]]


def certain(kind: str, values: Mapping[str, Any], *, by: Actor) -> list[dict[str, Any]]:
    """The records that these values are by strong evidence, likeliest first, whether or not the actor may see them: a
    phone or an e-mail agrees, and no name speaks against it. Rows with `id`, `name`, `organization_id`."""
    found = [
        (match.score, row)
        for row, match, _shared in _near(kind, values, by, "", names=kind == "organization")
        if match.score >= MATCH and _is_strong(kind, match)
    ]
    return [row for _score, row in sorted(found, key=lambda pair: -pair[0])]


def _is_strong(kind: str, match: Match) -> bool:
    agree = {reason.code for reason in match.reasons if reason.bits > 0}
    against = {reason.code for reason in match.reasons if reason.bits < 0}
    return bool(agree & STRONG_EVIDENCE[kind]) and not against & OTHER_NAME


def _near(
    kind: str, values: Mapping[str, Any], by: Actor, skip: str, *, names: bool = True
) -> Iterator[tuple[dict[str, Any], Match, bool]]:
    """Records with the same way of contact (or name), how alike they are, and whether a contact is shared."""
    readable = registry[SLUGS[kind]].readable(by)  # nobody guesses what is hidden
    said, email, phone = typed(kind, {name: values[name] for name in values if name in readable}, by)
    rows: dict[UUID, dict[str, Any]] = {}
    for row in [*_by_contact(email, phone), *(_by_name(kind, values) if names else ())]:
        if row["kind"] == kind and str(row["id"]) != skip:
            known = rows.setdefault(row["id"], {**row, "_norms": []})
            known["_norms"] += row.get("_norms", ())
    for row in rows.values():
        more = [("email" if "@" in norm else "phone", norm) for norm in row["_norms"]]
        yield row, compare(said, profile_of_row(row, more)), bool(more)


def typed(kind: str, values: Mapping[str, Any], by: Actor) -> tuple[Profile, str, str]:
    """What was typed so far, as a profile; and its e-mail and phone, normalised, or ""."""
    email, phone = _email(values.get("email")), _phone(values.get("phone"), by)
    text = {name: str(values.get(name) or "") for name in (*_TEXTS, "organization")}
    row = {**text, "id": None, "kind": kind, "email": email, "phone": phone, "birth_date": None}
    return profile_of_row({**row, "organization_id": text["organization"]}), email, phone


def profile_of_row(row: Mapping[str, Any], more: Iterable[tuple[str, str]] = ()) -> Profile:
    """`row` has PROFILE_COLUMNS; `more` are further ways of contact, as (kind, norm)."""
    further = list(more)
    return make_profile(
        row["name"],
        id=row["id"],
        company=row["kind"] == "organization",
        name_latin=row["name_latin"],
        phones=[row["phone"], *(norm for kind, norm in further if kind == "phone")],
        emails=[row["email"], *(norm for kind, norm in further if kind == "email")],
        site=row["website"],
        ids=[row["cr_number"], row["vat_number"]],
        birth=row["birth_date"].strftime("%Y%m%d") if row["birth_date"] else "",
        streets=[row["street"]],
        district=row["district"],
        city=row["city"],
        employer=str(row["organization_id"] or ""),
    )


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


def _by_name(kind: str, values: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Two look-ups, each on its own index: joined by OR they would use neither on SQLite."""
    name = str(values.get("name") or "").strip()
    folded, key = fold(name), latin_key(strip_honorific(str(values.get("name_latin") or "") or name))
    live = Party.objects.filter(kind=kind, deleted_at=None)
    if folded:
        yield from live.filter(name_fold=folded).values(*_COLUMNS)[:LIMIT]
    if len(key) >= 4:
        yield from live.filter(name_key=key).exclude(name_fold=folded).values(*_COLUMNS)[:LIMIT]


def _candidate(row: dict[str, Any], match: Match, by: Actor) -> Candidate:
    slug = SLUGS[row["kind"]]
    seen = by.policy.allows(slug, "view", owner=row["owner_id"], unit=row["org_unit_id"])
    return Candidate(
        slug,
        row["id"] if seen else None,
        row["name"] if seen else "",
        (row["owner__name"] or "") if "owner" in registry[slug].readable(by) else "",
        row["updated_at"],
        reasons_of(match),
    )


def reasons_of(match: Match) -> list[str]:
    """The weightiest ones for it, in words."""
    return [str(REASONS[reason.code]) for reason in match.reasons if reason.bits > 0][:SAID]


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
