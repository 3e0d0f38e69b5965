from django.db import migrations

from sila.platform.access.older_roles import give

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
    """Who may see everything sees no pay by it."""
    give(apps, schema_editor, lambda code, grants: GRANTS.get(code, {}))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("tenancy", "0002_purge"),
        ("team", "0001_team"),
    ]

    operations = [
        migrations.RunPython(give_what_new_workspaces_get, migrations.RunPython.noop),
    ]
