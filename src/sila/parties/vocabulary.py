"""How two parties can stand to each other, and how the other side calls it."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Relation(models.TextChoices):
    WORKS_FOR = "works_for", _("works for")
    MANAGES = "manages", _("manages")
    SPOUSE = "spouse", _("is married to")
    PARENT = "parent", _("is a parent of")
    SIBLING = "sibling", _("is a sibling of")
    RELATIVE = "relative", _("is a relative of")
    FRIEND = "friend", _("is a friend of")
    PARENT_COMPANY = "parent_company", _("is the parent company of")
    PARTNER = "partner", _("is a partner of")
    SUPPLIES = "supplies", _("supplies")
    INFLUENCES = "influences", _("influences")
    REFERRED = "referred", _("referred")
    MEMBER_OF = "member_of", _("is a member of")
    REPRESENTS = "represents", _("represents")


SYMMETRIC = frozenset(
    {Relation.SPOUSE, Relation.SIBLING, Relation.RELATIVE, Relation.FRIEND, Relation.PARTNER}
)

_INVERSE: dict[str, Promise] = {
    Relation.WORKS_FOR: _("employs"),
    Relation.MANAGES: _("reports to"),
    Relation.PARENT: _("is a child of"),
    Relation.PARENT_COMPANY: _("is a subsidiary of"),
    Relation.SUPPLIES: _("is supplied by"),
    Relation.INFLUENCES: _("is influenced by"),
    Relation.REFERRED: _("was referred by"),
    Relation.MEMBER_OF: _("has as a member"),
    Relation.REPRESENTS: _("is represented by"),
}
# What the first party is to the second, and the second to the first: X is Y's employee, Y is X's employer.
_STANDING: dict[str, tuple[Promise, Promise]] = {
    Relation.WORKS_FOR: (pgettext_lazy("standing", "Employee"), pgettext_lazy("standing", "Employer")),
    Relation.MANAGES: (pgettext_lazy("standing", "Manager"), pgettext_lazy("standing", "Direct report")),
    Relation.SPOUSE: (pgettext_lazy("standing", "Spouse"), pgettext_lazy("standing", "Spouse")),
    Relation.PARENT: (
        pgettext_lazy("standing", "Father or mother"),
        pgettext_lazy("standing", "Son or daughter"),
    ),
    Relation.SIBLING: (
        pgettext_lazy("standing", "Brother or sister"),
        pgettext_lazy("standing", "Brother or sister"),
    ),
    Relation.RELATIVE: (pgettext_lazy("standing", "Relative"), pgettext_lazy("standing", "Relative")),
    Relation.FRIEND: (pgettext_lazy("standing", "Friend"), pgettext_lazy("standing", "Friend")),
    Relation.PARENT_COMPANY: (
        pgettext_lazy("standing", "Parent company"),
        pgettext_lazy("standing", "Subsidiary"),
    ),
    Relation.PARTNER: (pgettext_lazy("standing", "Partner"), pgettext_lazy("standing", "Partner")),
    Relation.SUPPLIES: (pgettext_lazy("standing", "Supplier"), pgettext_lazy("standing", "Customer")),
    Relation.INFLUENCES: (
        pgettext_lazy("standing", "Has influence on them"),
        pgettext_lazy("standing", "Under their influence"),
    ),
    Relation.REFERRED: (
        pgettext_lazy("standing", "Referred them"),
        pgettext_lazy("standing", "Referred by them"),
    ),
    Relation.MEMBER_OF: (
        pgettext_lazy("standing", "Member"),
        pgettext_lazy("standing", "Has them as a member"),
    ),
    Relation.REPRESENTS: (
        pgettext_lazy("standing", "Representative"),
        pgettext_lazy("standing", "Represented by them"),
    ),
}
INVERSE_MARK = "~"  # in forms: the relation read from its other end


def label_of(relation: str, *, inverse: bool = False) -> str:
    """The relation as it reads from its first party, or from the other one."""
    if inverse and relation in _INVERSE:
        return str(_INVERSE[relation])
    return str(Relation(relation).label)


def standing_of_other(relation: str, *, inverse: bool = False) -> str:
    """What the other party is to the one whose page it is; `inverse` when this one is the second of the two."""
    first, second = _STANDING[relation]
    return str(first if inverse else second)


def directed_choices() -> list[tuple[str, str]]:
    """Every relation from both ends, as forms offer them: ("works_for", …), ("~works_for", "employs")."""
    forward = [(str(relation.value), label_of(relation)) for relation in Relation]
    backward = [(INVERSE_MARK + relation, label_of(relation, inverse=True)) for relation in _INVERSE]
    return forward + backward


def read_direction(choice: str) -> tuple[Relation, bool]:
    """The relation of a form's choice, and whether it is read backwards. Raises ValueError."""
    return Relation(choice.removeprefix(INVERSE_MARK)), choice.startswith(INVERSE_MARK)
