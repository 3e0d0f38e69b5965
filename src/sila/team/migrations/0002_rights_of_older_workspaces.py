from django.db import migrations

EVERY = dict.fromkeys(("view", "create", "edit", "delete", "export", "bulk"), "below")
GRANTS = {
    "manager": {
        "commission-plans": {"view": "all", "export": "all"},
        "commission-statements": {"view": "below", "edit": "below", "export": "below"},
        "goals": EVERY,
        "contests": dict.fromkeys(EVERY, "all"),
    },
    "seller": {
        "commission-plans": {"view": "all"},
        "contests": {"view": "all"},
        "commission-statements": {"view": "own"},
        "goals": {"view": "own"},
    },
    "viewer": {"commission-statements": {"view": "own"}},
}


def give_what_new_workspaces_get(apps, schema_editor):
    """For the roles that Sila brought, what they are silent about. Who may see everything sees no pay by it."""
    for workspace in apps.get_model("tenancy", "Workspace")._base_manager.all():
        _open(schema_editor.connection, workspace.pk)
        for role in apps.get_model("access", "Role")._base_manager.filter(
            tenant_id=workspace.pk, code__in=GRANTS
        ):
            role.grants = {**GRANTS[role.code], **role.grants}
            role.save(update_fields=["grants"])
        workspace.access_version += 1
        workspace.save(update_fields=["access_version"])
    _open(schema_editor.connection, "")


def _open(connection, tenant):
    """Row security binds the owner of the tables too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant)])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("tenancy", "0002_purge"),
        ("team", "0001_team"),
    ]

    operations = [migrations.RunPython(give_what_new_workspaces_get, migrations.RunPython.noop)]
