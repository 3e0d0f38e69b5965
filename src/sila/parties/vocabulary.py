"""How two parties can stand to each other, and how the other side calls it."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
INVERSE_MARK = "~"  # in forms: the relation read from its other end


def label_of(relation: str, *, inverse: bool = False) -> str:
    """The relation as it reads from its first party, or from the other one."""
    if inverse and relation in _INVERSE:
        return str(_INVERSE[relation])
    return str(Relation(relation).label)


def directed_choices() -> list[tuple[str, str]]:
    """Every relation from both ends, as forms offer them: ("works_for", …), ("~works_for", "employs")."""
    forward = [(str(relation.value), label_of(relation)) for relation in Relation]
    backward = [(INVERSE_MARK + relation, label_of(relation, inverse=True)) for relation in _INVERSE]
    return forward + backward


def read_direction(choice: str) -> tuple[Relation, bool]:
    """The relation of a form's choice, and whether it is read backwards. Raises ValueError."""
    return Relation(choice.removeprefix(INVERSE_MARK)), choice.startswith(INVERSE_MARK)
