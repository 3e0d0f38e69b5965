from django.db import migrations


def open_orders_like_quotes(apps, schema_editor):
    """Roles that are older than orders see and change them as far as their quotes."""
    for workspace in apps.get_model("tenancy", "Workspace")._base_manager.all():
        _open(schema_editor.connection, workspace.pk)
        for role in apps.get_model("access", "Role")._base_manager.filter(tenant_id=workspace.pk):
            if "quotes" in role.grants and "orders" not in role.grants:
                role.grants = {**role.grants, "orders": role.grants["quotes"]}
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
    dependencies = [("sales", "0012_billing_of_orders")]

    operations = [migrations.RunPython(open_orders_like_quotes, migrations.RunPython.noop)]
