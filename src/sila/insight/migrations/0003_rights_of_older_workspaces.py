from django.db import migrations

from sila.platform.access.older_roles import give

GRANTS = {
    "manager": {
        "promotions": dict.fromkeys(("view", "create", "edit", "delete", "export", "bulk"), "all"),
    },
    "seller": {"promotions": {"view": "all"}},
}


def give_what_new_workspaces_get(apps, schema_editor):
    give(apps, schema_editor, lambda code, grants: GRANTS.get(code, {}))


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_fitting")]

    operations = [
        migrations.RunPython(give_what_new_workspaces_get, migrations.RunPython.noop),
    ]
