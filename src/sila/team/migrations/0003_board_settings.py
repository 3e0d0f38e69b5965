import django.db.models.deletion
from django.db import migrations, models

import sila.platform.kit.ids
import sila.platform.tenancy.current


class Migration(migrations.Migration):
    dependencies = [
        ("team", "0002_rights_of_older_workspaces"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardSettings",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=sila.platform.kit.ids.uuid7, editable=False)),
                (
                    "by",
                    models.CharField(
                        choices=[
                            ("goal", "Against the own goal"),
                            ("territory", "Beside the territory"),
                            ("tenure", "By time in the company"),
                        ],
                        default="goal",
                        max_length=9,
                        verbose_name="Compared by",
                    ),
                ),
                (
                    "least",
                    models.PositiveSmallIntegerField(
                        default=4, verbose_name="People of a territory, at least"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        default=sila.platform.tenancy.current.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name": "Settings of the board",
                "constraints": [models.UniqueConstraint(fields=("tenant",), name="board_settings_once")],
            },
        ),
    ]
