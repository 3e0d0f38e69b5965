"""Which fields of a deal a stage can ask for."""

from sila.platform.entities.kinds.base import Text
from sila.platform.entities.registry import registry
from sila.platform.tenancy.current import current_or_none

NEVER = {
    "name",
    "stage",
    "pipeline",
    "closed_on",
    "source",
    "verified_at",
}  # always there, or decided by the stage itself


def fields_to_require() -> list[tuple[str, Text]]:
    """Those that people fill in, the workspace's own among them."""
    deals = registry["opportunities"]
    fields = deals.fields if current_or_none() else deals.model_fields
    return [(name, f.label) for name, f in fields.items() if not f.read_only and name not in NEVER]
