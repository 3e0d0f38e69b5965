"""For migrations that bring a noun: roles that are older than it get rights on it."""

from collections.abc import Callable, Iterator
from typing import Any

Grants = dict[str, dict[str, str]]


def give(apps: Any, schema_editor: Any, rights: Callable[[str, Grants], Grants]) -> None:
    """`rights(code, grants)` is what a role gets on nouns about which it is silent; what it says already stays."""
    roles = apps.get_model("access", "Role")._base_manager
    for workspace in each_workspace(apps, schema_editor.connection):
        for role in roles.filter(tenant_id=workspace.pk):
            given = {**rights(role.code, role.grants), **role.grants}
            if given != role.grants:
                role.grants = given
                role.save(update_fields=["grants"])
        workspace.access_version += 1
        workspace.save(update_fields=["access_version"])


def like(earlier: str, *nouns: str) -> Callable[[str, Grants], Grants]:
    """As far as they have the rights on another noun."""
    return lambda code, grants: dict.fromkeys(nouns, grants[earlier]) if earlier in grants else {}


def each_workspace(apps: Any, connection: Any) -> Iterator[Any]:
    """With its rows open: row security binds the owner of the tables too."""
    for workspace in apps.get_model("tenancy", "Workspace")._base_manager.all():
        _open(connection, str(workspace.pk))
        yield workspace
    _open(connection, "")


def _open(connection: Any, tenant: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [tenant])
