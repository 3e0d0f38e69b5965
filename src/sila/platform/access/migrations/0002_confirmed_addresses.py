from django.db import migrations


def confirm(apps, schema_editor):
    """Seats are given by invitation to an address, so what people sign in with is confirmed already."""
    user_model = apps.get_model("access", "User")
    address_model = apps.get_model("account", "EmailAddress")
    held = set(address_model.objects.filter(primary=True).values_list("user_id", flat=True))
    for user in user_model.objects.exclude(pk__in=held).exclude(email="").iterator():
        address_model.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("account", "0009_emailaddress_unique_primary_email")]
    operations = [
        migrations.RunPython(confirm, migrations.RunPython.noop),
    ]
