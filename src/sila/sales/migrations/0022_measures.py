from django.db import migrations, models

import sila.platform.tenancy.fields
from sila.platform.access.older_roles import each_workspace

LINES = ("OpportunityLine", "QuoteLine", "OrderLine", "InvoiceLine")


def link_lines(apps, schema_editor):
    """Lines that name the unit of their product, or that have none, are counted in it from now on. What is printed on them
    stays."""
    measures = apps.get_model("catalog", "Measure")._base_manager
    products = apps.get_model("catalog", "Product")._base_manager
    for workspace in each_workspace(apps, schema_editor.connection):
        known = {}
        for measure in measures.filter(tenant_id=workspace.pk, deleted_at=None):
            known |= {measure.name_en.casefold(): measure, measure.name.casefold(): measure}
        for model in LINES:
            lines = apps.get_model("sales", model)._base_manager.filter(tenant_id=workspace.pk)
            for word in list(lines.exclude(unit="").order_by().values_list("unit", flat=True).distinct()):
                measure = known.get(word.strip().casefold())
                if measure is not None:
                    counted = products.filter(tenant_id=workspace.pk, measure_id=measure.id).values("id")
                    columns = {"measure_id": measure.id, "factor": measure.factor}
                    named = lines.filter(unit=word)
                    named.filter(product_id__in=counted).update(**columns)
                    named.filter(product_id=None).update(**columns)
                    named.filter(unit=measure.name).update(unit_en=measure.name_en)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_measures"),
        ("sales", "0021_stage_asks_for_products"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoiceline",
            name="factor",
            field=models.DecimalField(
                decimal_places=8, default=1, editable=False, max_digits=15, verbose_name="Factor"
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="measure",
            field=sila.platform.tenancy.fields.Link(
                blank=True, null=True, to="catalog.measure", verbose_name="Unit of measure"
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="measure_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Unit of measure"),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="unit_en",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed, in English"
            ),
        ),
        migrations.AddField(
            model_name="opportunityline",
            name="factor",
            field=models.DecimalField(
                decimal_places=8, default=1, editable=False, max_digits=15, verbose_name="Factor"
            ),
        ),
        migrations.AddField(
            model_name="opportunityline",
            name="measure",
            field=sila.platform.tenancy.fields.Link(
                blank=True, null=True, to="catalog.measure", verbose_name="Unit of measure"
            ),
        ),
        migrations.AddField(
            model_name="opportunityline",
            name="measure_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Unit of measure"),
        ),
        migrations.AddField(
            model_name="opportunityline",
            name="unit_en",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed, in English"
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="factor",
            field=models.DecimalField(
                decimal_places=8, default=1, editable=False, max_digits=15, verbose_name="Factor"
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="measure",
            field=sila.platform.tenancy.fields.Link(
                blank=True, null=True, to="catalog.measure", verbose_name="Unit of measure"
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="measure_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Unit of measure"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="unit_en",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed, in English"
            ),
        ),
        migrations.AddField(
            model_name="quoteline",
            name="factor",
            field=models.DecimalField(
                decimal_places=8, default=1, editable=False, max_digits=15, verbose_name="Factor"
            ),
        ),
        migrations.AddField(
            model_name="quoteline",
            name="measure",
            field=sila.platform.tenancy.fields.Link(
                blank=True, null=True, to="catalog.measure", verbose_name="Unit of measure"
            ),
        ),
        migrations.AddField(
            model_name="quoteline",
            name="measure_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Unit of measure"),
        ),
        migrations.AddField(
            model_name="quoteline",
            name="unit_en",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed, in English"
            ),
        ),
        migrations.AlterField(
            model_name="invoiceline",
            name="unit",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed"
            ),
        ),
        migrations.AlterField(
            model_name="opportunityline",
            name="unit",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed"
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="unit",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed"
            ),
        ),
        migrations.AlterField(
            model_name="quoteline",
            name="unit",
            field=models.CharField(
                blank=True, editable=False, max_length=120, verbose_name="Unit as printed"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gt", 0)), name="invoice_line_factor"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="measure_id", name="sales_invoiceline__cbaf22_link", to_table="catalog_measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunityline",
            constraint=models.CheckConstraint(condition=models.Q(("factor__gt", 0)), name="deal_line_factor"),
        ),
        migrations.AddConstraint(
            model_name="opportunityline",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="measure_id", name="sales_opportunityl_e298b7_link", to_table="catalog_measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gt", 0)), name="order_line_factor"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="measure_id", name="sales_orderline_me_16f269_link", to_table="catalog_measure"
            ),
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=models.CheckConstraint(
                condition=models.Q(("factor__gt", 0)), name="quote_line_factor"
            ),
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="measure_id", name="sales_quoteline_me_d49f63_link", to_table="catalog_measure"
            ),
        ),
        migrations.RunPython(link_lines, migrations.RunPython.noop),
    ]
