"""Which fields of a lead a partner does not get to know."""

from sila.platform.entities.kinds.base import Text
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import current_or_none

USUALLY = ("phone", "email", "amount", "budget", "authority", "qualification_note", "score", "owner")
NEVER = ("currency", "quality", "touched_at", "verified_at", "verified_by")


def leads_can_hide() -> list[tuple[str, Text]]:
    """All that a lead says, the workspace's own fields too; its name apart, by which people speak of it."""
    leads = registry["leads"]
    fields = leads.fields if current_or_none() else leads.model_fields
    return [(name, f.label) for name, f in fields.items() if name not in (*leads.title, *NEVER)]


def usually_hidden() -> list[str]:
    return list(USUALLY)
