from django.db import migrations

from sila.platform.access.older_roles import give, like


def open_orders_like_quotes(apps, schema_editor):
    give(apps, schema_editor, like("quotes", "orders"))


class Migration(migrations.Migration):
    dependencies = [("sales", "0012_billing_of_orders")]

    operations = [
        migrations.RunPython(open_orders_like_quotes, migrations.RunPython.noop),
    ]
