"""Units of measure, also for workspaces that are older: the usual ones, and one for each word that their products had."""

from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import sila.platform.kit.ids
import sila.platform.tenancy.current
import sila.platform.tenancy.fields
from sila.platform.access.older_roles import each_workspace, give

EVERY = dict.fromkeys(("view", "create", "edit", "delete", "export", "bulk"), "all")
GRANTS = {"manager": {"measures": EVERY}, "seller": {"measures": {"view": "all"}}}
MEASURES = (
    ("حبة", "Piece", "PCE", "", "1"),
    ("وحدة", "Unit", "C62", "حبة", "1"),
    ("زوج", "Pair", "PR", "حبة", "2"),
    ("دزينة", "Dozen", "DZN", "حبة", "12"),
    ("صندوق 12 حبة", "Box of 12", "BX", "حبة", "12"),
    ("كيلوغرام", "Kilogram", "KGM", "", "1"),
    ("غرام", "Gram", "GRM", "كيلوغرام", "0.001"),
    ("طن", "Tonne", "TNE", "كيلوغرام", "1000"),
    ("متر", "Metre", "MTR", "", "1"),
    ("سنتيمتر", "Centimetre", "CMT", "متر", "0.01"),
    ("كيلومتر", "Kilometre", "KMT", "متر", "1000"),
    ("متر مربع", "Square metre", "MTK", "", "1"),
    ("لتر", "Litre", "LTR", "", "1"),
    ("متر مكعب", "Cubic metre", "MTQ", "لتر", "1000"),
    ("ساعة", "Hour", "HUR", "", "1"),
    ("يوم عمل", "Working day", "DAY", "ساعة", "8"),
    ("شهر", "Month", "MON", "", "1"),
    ("ربع سنة", "Quarter", "QAN", "شهر", "3"),
    ("سنة", "Year", "ANN", "شهر", "12"),
)


def bring_units(apps, schema_editor):
    give(apps, schema_editor, lambda code, grants: GRANTS.get(code, {}))
    measures = apps.get_model("catalog", "Measure")._base_manager
    products = apps.get_model("catalog", "Product")._base_manager
    for workspace in each_workspace(apps, schema_editor.connection):
        known = _usual(measures, workspace.pk)
        own = products.filter(tenant_id=workspace.pk).exclude(unit="")
        for word in own.order_by().values_list("unit", flat=True).distinct():
            if (key := word.strip().casefold()) and key not in known:
                known[key] = measures.create(tenant_id=workspace.pk, name=word.strip()).id
            if key:
                own.filter(unit=word).update(measure_id=known[key])


def _usual(measures, tenant):
    """The id of each by its Arabic and its English name."""
    made = {}
    for name, name_en, code, base, factor in MEASURES:
        columns = {"name": name, "name_en": name_en, "code": code, "factor": Decimal(factor)}
        made[name] = measures.create(tenant_id=tenant, base_id=made.get(base), **columns).id
        made[name_en.casefold()] = made[name]
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("catalog", "0003_prices"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.AddField(
            model_name="product",
            name="measure_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Unit of measure"),
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=sila.platform.kit.ids.uuid7, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="Created"
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="Changed"
                    ),
                ),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("custom", models.JSONField(default=dict, editable=False)),
                ("name", models.CharField(max_length=120, verbose_name="Name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="Name in English")),
                (
                    "factor",
                    models.DecimalField(
                        blank=True,
                        decimal_places=8,
                        default=1,
                        help_text="How many of the base unit one of these is: of a dozen, 12.",
                        max_digits=15,
                        verbose_name="Factor",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="By UN/ECE recommendation 20, such as PCE, KGM, HUR, MON.",
                        max_length=3,
                        verbose_name="Code for e-invoices",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="In use")),
                (
                    "base_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Base unit"),
                ),
                (
                    "base",
                    sila.platform.tenancy.fields.Link(
                        blank=True,
                        null=True,
                        related_name="others",
                        to="catalog.measure",
                        verbose_name="Base unit",
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
                "verbose_name": "Unit of measure",
                "verbose_name_plural": "Units of measure",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("tenant", "name"),
                        name="measure_name",
                    ),
                    models.CheckConstraint(condition=models.Q(("factor__gt", 0)), name="measure_factor"),
                    models.CheckConstraint(
                        condition=models.Q(("base_id__isnull", False), ("factor", 1), _connector="OR"),
                        name="measure_base",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base_id", models.F("id")), _negated=True),
                        name="measure_not_of_itself",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="base_id", name="catalog_measure_base_id_link", to_table="catalog_measure"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="product",
            name="measure",
            field=sila.platform.tenancy.fields.Link(
                blank=True, null=True, to="catalog.measure", verbose_name="Unit of measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="measure_id", name="catalog_product_me_825e07_link", to_table="catalog_measure"
            ),
        ),
        migrations.RunPython(bring_units, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="product",
            name="unit",
        ),
    ]
