"""Who the rows of a batch may be already: what `duplicates.sure_match` asked for one row, asked once for hundreds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sila.parties.duplicates import PROFILE_COLUMNS, SLUGS, profile_of_row, reasons_of, typed
from sila.parties.matching import MATCH, Profile, compare
from sila.parties.matching.blocking import MOST_IN_A_BLOCK
from sila.parties.models import ContactPoint, Party
from sila.platform.access.actor import Actor
from sila.platform.entities.importing.alike import Alike, Values
from sila.platform.entities.registry import registry
from sila.platform.kit.folding import fold, latin_key
from sila.platform.kit.names import strip_honorific
from sila.platform.kit.phones import without_extension

MOST = 5_000  # records that have a name of the batch; a shared way of contact is looked for without a limit
_COLUMNS = (*PROFILE_COLUMNS, "name_fold", "name_key", "owner_id", "org_unit_id")


class Crowd:
    """Those with a phone, an e-mail or a name of the batch, and those that its rows become."""

    def __init__(self, kind: str, rows: Sequence[Values], *, by: Actor) -> None:
        self.kind, self.by = kind, by
        self._readable = registry[SLUGS[kind]].readable(by).keys() - {"organization"}
        self._profiles: dict[UUID, Profile] = {}
        self._titles: dict[UUID, str] = {}  # of those that the actor may see
        self._having: dict[str, set[UUID]] = {}
        self._load([self._read(values)[1] for values in rows])

    def find(self, values: Values) -> Alike | None:
        """None also where several fit equally, of one name and without more to go by."""
        profile, keys = self._read(values)
        near = {each for key in keys for each in self._sharing(key)}
        compared = ((each, compare(profile, self._profiles[each])) for each in near)
        sure = sorted(
            ((each, match) for each, match in compared if match.score >= MATCH),
            key=lambda pair: -pair[1].score,
        )
        if not sure or (len(sure) > 1 and sure[0][1].score == sure[1][1].score):
            return None
        found, match = sure[0]
        return Alike(found, self._titles[found], reasons_of(match)) if found in self._titles else None

    def _sharing(self, key: str) -> set[UUID]:
        """A name that very many have tells nothing (see matching/blocking), and to compare with each would take a batch
        longer than its job may be silent. Who shares a way of contact is always compared."""
        found = self._having.get(key, set())
        return set() if key[0] in "nk" and len(found) > MOST_IN_A_BLOCK else found

    def add(self, values: Values, record: Any) -> None:
        self._keep(record.id, *self._read(values), title=record.name)

    # ---- reading -----------------------------------------------------------------------------------
    def _read(self, values: Values) -> tuple[Profile, set[str]]:
        """What a row says, as a profile; and by what it is looked for."""
        seen = {
            name: values[name] for name in values if name in self._readable
        }  # nobody guesses what is hidden
        profile, email, phone = typed(self.kind, seen, self.by)
        name = str(seen.get("name") or "").strip()
        key = latin_key(strip_honorific(str(seen.get("name_latin") or "") or name))
        return profile, _keys((email, phone), fold(name), key)

    def _load(self, wanted: Sequence[set[str]]) -> None:
        by_mark: dict[str, set[str]] = {}
        for key in set().union(*wanted):
            by_mark.setdefault(key[0], set()).add(key[1:])
        live = Party.objects.filter(kind=self.kind, deleted_at=None).order_by()
        points = ContactPoint.objects.filter(kind__in=("phone", "email"))
        ids = set(points.filter(norm__in=by_mark.get("r", ())).values_list("party_id", flat=True))
        for column, mark in (("name_fold", "n"), ("name_key", "k")):
            same = live.filter(**{f"{column}__in": by_mark.get(mark, ())})
            ids |= set(same.values_list("id", flat=True)[:MOST])
        further: dict[UUID, list[tuple[str, str]]] = {}
        for party, kind, norm in points.filter(party_id__in=ids).values_list("party_id", "kind", "norm"):
            further.setdefault(party, []).append((kind, norm))
        for row in live.filter(id__in=ids).values(*_COLUMNS):
            self._keep_row(row, further.get(row["id"], []))

    def _keep_row(self, row: Mapping[str, Any], further: Sequence[tuple[str, str]]) -> None:
        seen = self.by.policy.allows(SLUGS[self.kind], "view", owner=row["owner_id"], unit=row["org_unit_id"])
        keys = _keys((norm for _kind, norm in further), row["name_fold"], row["name_key"])
        self._keep(row["id"], profile_of_row(row, further), keys, title=row["name"] if seen else None)

    def _keep(self, found: UUID, profile: Profile, keys: Iterable[str], *, title: str | None) -> None:
        self._profiles[found] = profile
        if title is not None:
            self._titles[found] = title
        for key in keys:
            self._having.setdefault(key, set()).add(found)


def _keys(reach: Iterable[str], name: str, name_key: str) -> set[str]:
    """A letter first that says of which kind they are: reach, name, key of a name."""
    keys = {f"r{way}" for norm in reach for way in (norm, without_extension(norm)) if way}
    keys |= {f"n{name}"} if name else set()
    return keys | ({f"k{name_key}"} if len(name_key) >= 4 else set())


def people(rows: Sequence[Values], *, by: Actor) -> Crowd:
    return Crowd("person", rows, by=by)


def organizations(rows: Sequence[Values], *, by: Actor) -> Crowd:
    return Crowd("organization", rows, by=by)
