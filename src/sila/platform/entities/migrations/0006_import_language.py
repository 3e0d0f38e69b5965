from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("entities", "0005_exchange_rates")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="language",
            field=models.CharField(blank=True, default="", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="importrefusal",
            name="record_id",
            field=models.UUIDField(null=True),
        ),
    ]
