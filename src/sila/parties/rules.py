"""What is derived from a party before it is saved, and kept beside it after."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.entities.errors import Invalid
from sila.platform.entities.registry import Changes
from sila.platform.kit.folding import fold, latin_digits, latin_key
from sila.platform.kit.names import strip_honorific
from sila.platform.tenancy.writing import add

MIRRORED = ("phone", "email")
ADDRESS = ("street", "district", "city", "country")
MAX_LEVELS = 20


def derive_names(party: Party, changes: Changes, by: Actor) -> None:
    party.name_fold = fold(party.name)[:200]
    party.name_key = latin_key(strip_honorific(party.name_latin or party.name))[:200]


def tidy_numbers(party: Party, changes: Changes, by: Actor) -> None:
    for name in ("cr_number", "vat_number"):
        setattr(party, name, latin_digits(getattr(party, name)).replace(" ", ""))


def refuse_circles(party: Party, changes: Changes, by: Actor) -> None:
    """A company is not its own parent, however long the chain."""
    if "parent" not in changes or party.parent_id is None:
        return
    above: Any = party.parent_id
    for _level in range(MAX_LEVELS):
        if above == party.id:
            raise Invalid({"parent": _("A company cannot stand above itself.")})
        above = Party.objects.filter(id=above).values_list("parent_id", flat=True).first()
        if above is None:
            return


def mirror_contact_points(party: Party, changes: Changes, by: Actor) -> None:
    """The party's phone and e-mail are its primary contact points; a changed address changes its point."""
    if party.version == 1:
        add(ContactPoint, *(_point(party, kind) for kind in MIRRORED if getattr(party, kind)))
        return
    for kind in MIRRORED:
        if kind in changes:
            _make_primary(party, kind, str(changes[kind] or ""))
    if any(name in changes for name in ADDRESS):
        _rewrite_address(party)


def _point(party: Party, kind: str) -> dict[str, Any]:
    value = getattr(party, kind)
    return {"party_id": party.id, "kind": kind, "value": value, "norm": value, "primary": True}


def _make_primary(party: Party, kind: str, old: str) -> None:
    points = ContactPoint.objects.filter(party_id=party.id, kind=kind)
    value = getattr(party, kind)
    points.filter(primary=True).update(primary=False)
    if not value:
        points.filter(norm=old).delete()
    elif not points.filter(norm=value).update(primary=True):
        lost = ContactPoint.objects.filter(kind=kind, norm=value, bounce=ContactPoint.Bounce.HARD).first()
        # what does not work elsewhere, as with a record that is merged into this one, does not here
        state = {"bounce": lost.bounce, "bounced_at": lost.bounced_at} if lost else {}
        add(ContactPoint, _point(party, kind) | state)


def _rewrite_address(party: Party) -> None:
    """The primary address says what the party's own columns say; one that says nothing, or the same as another, goes."""
    points = ContactPoint.objects.filter(party_id=party.id, kind="address")
    point = points.filter(primary=True).first()
    if point is None:
        return
    point.parts = {**point.parts, **{name: getattr(party, name) for name in ADDRESS}}
    point.value = address_line(point.parts)
    point.norm = fold(point.value)[:300]
    same = points.exclude(id=point.id).filter(norm=point.norm)
    if not point.value or same.exists():
        points.filter(id=point.id).delete()
        same.update(primary=True)
        return
    point.save(update_fields=["parts", "value", "norm"])


def note_own_address(party: Party, *, besides: str) -> None:
    """Before another address is put first, the one in the party's own columns becomes a row, so that it is not lost.
    `besides`: the one that is coming, which may be the same."""
    points = ContactPoint.objects.filter(party_id=party.id, kind="address")
    parts = {name: getattr(party, name) for name in ADDRESS if getattr(party, name)}
    line = address_line(parts)
    norm = fold(line)[:300]
    if line and norm != besides and not points.filter(Q(primary=True) | Q(norm=norm)).exists():
        ContactPoint.objects.create(
            party_id=party.id, kind="address", value=line, norm=norm, parts=parts, primary=True
        )


def address_line(parts: dict[str, str]) -> str:
    """The address on one line, its numbers where a Saudi National Address has them."""
    order = (
        "building_number",
        "street",
        "district",
        "city",
        "postal_code",
        "additional_number",
        "unit",
        "country",
    )
    return "، ".join(str(parts[name]) for name in order if parts.get(name))[:300]
