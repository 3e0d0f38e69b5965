from django.db import migrations

from sila.platform.access.older_roles import give

SERVICE = ("assets", "warranty-claims", "maintenance-plans")
EVERY = dict.fromkeys(("view", "create", "edit", "delete", "export", "bulk"), "all")
OWN = {"view": "all", "create": "own", "edit": "team", "delete": "own"}
GRANTS = {
    "manager": dict.fromkeys((*SERVICE, "warranty-terms"), EVERY),
    "seller": {
        **dict.fromkeys(SERVICE, OWN),
        "warranty-terms": {"view": "all"},
    },
}


def give_what_new_workspaces_get(apps, schema_editor):
    give(apps, schema_editor, lambda code, grants: GRANTS.get(code, {}))


class Migration(migrations.Migration):
    dependencies = [("sales", "0014_assets")]

    operations = [
        migrations.RunPython(give_what_new_workspaces_get, migrations.RunPython.noop),
    ]
