"""People, companies and groups taken out as address cards."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sila.parties.actions import field_of
from sila.parties.models import ContactPoint, Party
from sila.platform.entities.exporting import formats
from sila.platform.entities.exporting.table import Table
from sila.platform.entities.kinds import Row
from sila.platform.kit.card_writing import Line, card
from sila.platform.kit.folding import fold
from sila.platform.tenancy.current import scope

NOUNS = frozenset({"people", "organizations", "groups"})
PRIVATE = {"home": "HOME", "منزل": "HOME", "بيت": "HOME", "شخصي": "HOME", "personal": "HOME"}
TYPES = {  # a word of a label, folded -> what address books call it
    fold(word): kind
    for word, kind in {
        **PRIVATE,
        "work": "WORK",
        "office": "WORK",
        "عمل": "WORK",
        "مكتب": "WORK",
        "mobile": "CELL",
        "cell": "CELL",
        "جوال": "CELL",
        "محمول": "CELL",
        "موبايل": "CELL",
    }.items()
}


def as_cards(table: Table) -> Iterator[bytes]:
    """A card for each record, with what of it the actor may read."""
    open_fields = {f.name for f in table.fields}
    kinds = [kind for kind in ContactPoint.Kind.values if _is_open(kind, open_fields)]
    for page in table.pages():
        with scope(table.context.actor.workspace):
            points = _points([row["id"] for row in page], kinds)
        yield b"".join(
            card(_lines(row, points.get(row["id"], []), open_fields, table.entity.slug)) for row in page
        )


def _is_open(kind: str, open_fields: set[str]) -> bool:
    """A role that hides the phone hides all phones and faxes (see actions.may_reach)."""
    name = field_of(kind)
    return name in open_fields or not hasattr(Party, name)


def _points(ids: list[UUID], kinds: list[str]) -> dict[UUID, list[ContactPoint]]:
    found: dict[UUID, list[ContactPoint]] = {}
    points = ContactPoint.objects.filter(party_id__in=ids, kind__in=kinds).order_by("-primary", "id")
    for point in points:
        found.setdefault(point.party_id, []).append(point)
    return found


def _lines(row: Row, points: list[ContactPoint], open_fields: set[str], slug: str) -> Iterator[Line]:
    def said(name: str) -> str:
        return str(row[name] or "") if name in open_fields else ""

    yield from _names(
        said("name"), [said(n) for n in ("family", "given", "father", "grandfather", "honorific")]
    )
    if slug == "people":
        company = str(row["organization__name"] or "") if "organization" in open_fields else ""
        yield Line("ORG", (company,))
        yield Line("TITLE", said("job_title"))
        yield Line("BDAY", said("birth_date"))
    else:
        yield Line("ORG", (said("name"),))
        yield Line("X-ABSHOWAS", "COMPANY")
    yield from _ways(points)
    yield from _addresses(points, {n: said(n) for n in ("street", "district", "city", "country")})
    yield Line("URL", said("website"))
    yield Line("NOTE", said("about"))
    yield Line("UID", f"urn:uuid:{row['id']}")


def _names(name: str, parts: list[str]) -> Iterator[Line]:
    """Phones show the parts of a name, and nothing where there are none."""
    family, given, father, grandfather, honorific = parts
    yield Line("FN", name)
    yield Line("N", (family, given or ("" if family else name), (father, grandfather), honorific, ""))


def _ways(points: Iterable[ContactPoint]) -> Iterator[Line]:
    for point in points:
        types = _types(point.label)
        preferred = ("PREF",) if point.primary else ()
        if point.kind == "phone":
            yield Line("TEL", point.value, (*(types or ("VOICE",)), *preferred))
        elif point.kind == "fax":
            yield Line("TEL", point.value, ("FAX", *types))
        elif point.kind == "email":
            yield Line("EMAIL", point.value, ("INTERNET", *types, *preferred))
        elif point.kind == "social":
            yield Line("X-SOCIALPROFILE", point.value, (point.label,) if point.label.isalnum() else ())


def _types(label: str) -> tuple[str, ...]:
    words = [fold(word, article=True) for word in label.split()]
    return tuple(dict.fromkeys(TYPES[word] for word in words if word in TYPES))


def _addresses(points: Iterable[ContactPoint], own: dict[str, str]) -> Iterator[Line]:
    """The record's own first; the primary point says the same, with the parts of a national address."""
    held = [point for point in points if point.kind == "address"]
    if not any(point.primary for point in held):
        yield _address(own, ("WORK", "PREF"))
    for point in held:
        types = _types(point.label) or ("WORK",)
        yield _address(
            {**point.parts, **(own if point.primary else {})}, (*types, *(("PREF",) if point.primary else ()))
        )


def _address(parts: dict[str, str], types: tuple[str, ...]) -> Line:
    building = " ".join(filter(None, (parts.get("building_number", ""), parts.get("street", ""))))
    return Line(
        "ADR",
        (
            "",
            parts.get("district", ""),
            building,
            parts.get("city", ""),
            "",
            parts.get("postal_code", ""),
            parts.get("country", ""),
        ),
        types,
    )


formats.FORMATS["vcf"] = formats.Format(
    _("Address cards (vCard), for phones and address books"),
    "text/vcard; charset=utf-8",
    as_cards,
    nouns=NOUNS,
    every_field=True,
)
