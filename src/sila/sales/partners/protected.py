"""Which fields of a lead a partner gets to know: what is not named stays with us, fields that are added later too."""

from sila.platform.entities.kinds.base import Text
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import current_or_none

USUALLY = (
    "company_name",
    "job_title",
    "city",
    "country",
    "language",
    "interest",
    "product",
    "need",
    "timing",
)
NEVER = ("currency", "quality", "touched_at", "verified_at", "verified_by")


def leads_can_tell() -> list[tuple[str, Text]]:
    """All that a lead says, the workspace's own fields too; its name apart, by which people speak of it."""
    leads = registry["leads"]
    fields = leads.fields if current_or_none() else leads.model_fields
    return [(name, f.label) for name, f in fields.items() if name not in (*leads.title, *NEVER)]


def usually_told() -> list[str]:
    return list(USUALLY)
