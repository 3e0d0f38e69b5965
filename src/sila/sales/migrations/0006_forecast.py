from django.db import migrations, models

CATEGORIES = [
    ("omitted", "Left out"),
    ("pipeline", "Possible"),
    ("best_case", "Best case"),
    ("commit", "Commit"),
    ("closed", "Closed"),
]
FILL = """
UPDATE sales_opportunity SET forecast_category = CASE
    WHEN category = 'won' THEN 'closed'
    WHEN category = 'lost' THEN 'omitted'
    ELSE COALESCE((SELECT CASE WHEN s.probability >= 75 THEN 'commit' WHEN s.probability >= 40 THEN 'best_case'
        ELSE 'pipeline' END FROM sales_stage s
        WHERE s.tenant_id = sales_opportunity.tenant_id AND s.id = sales_opportunity.stage_id), 'pipeline')
END WHERE tenant_id = %s
"""


def fill(apps, schema_editor):
    """Deals that are there by their end or their stage, one workspace after the other: row security binds the owner of the
    tables too."""
    connection = schema_editor.connection
    identify = apps.get_model("tenancy", "Workspace")._meta.pk.get_db_prep_value
    for workspace in apps.get_model("tenancy", "Workspace")._base_manager.values_list("pk", flat=True):
        _open(connection, workspace)
        with connection.cursor() as cursor:
            cursor.execute(FILL, [identify(workspace, connection)])
    _open(connection, "")


def _open(connection, tenant):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant)])


def field(help_text):
    return models.CharField(
        blank=True, choices=CATEGORIES, help_text=help_text, max_length=9, verbose_name="Forecast category"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0005_lead_capture"),
    ]

    operations = [
        migrations.AddField("opportunity", "forecast_category", field("If empty, it follows the stage.")),
        migrations.AddField(
            "stage",
            "forecast_category",
            field("Of deals in this stage. If empty, it follows the probability."),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
