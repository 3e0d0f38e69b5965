from django.db import migrations, models

import sila.platform.entities.fields


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("catalog", "0004_measures"),
        ("parties", "0008_coordinates"),
        ("sales", "0022_measures"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="discount_sum",
            field=sila.platform.entities.fields.MoneyField(
                blank=True,
                currency="currency",
                help_text="A sum, shared out over the lines by what they are worth.",
                null=True,
                verbose_name="Discount on the whole",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="share",
            field=sila.platform.entities.fields.MoneyField(
                currency="currency", default=0, editable=False, verbose_name="Of the discount on the whole"
            ),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="discount_sum",
            field=sila.platform.entities.fields.MoneyField(
                blank=True,
                currency="currency",
                help_text="A sum, shared out over the lines by what they are worth.",
                null=True,
                verbose_name="Discount on the whole",
            ),
        ),
        migrations.AddField(
            model_name="opportunityline",
            name="share",
            field=sila.platform.entities.fields.MoneyField(
                currency="currency", default=0, editable=False, verbose_name="Of the discount on the whole"
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="share",
            field=sila.platform.entities.fields.MoneyField(
                currency="currency", default=0, editable=False, verbose_name="Of the discount on the whole"
            ),
        ),
        migrations.AddField(
            model_name="quote",
            name="discount_sum",
            field=sila.platform.entities.fields.MoneyField(
                blank=True,
                currency="currency",
                help_text="A sum, shared out over the lines by what they are worth.",
                null=True,
                verbose_name="Discount on the whole",
            ),
        ),
        migrations.AddField(
            model_name="quoteline",
            name="share",
            field=sila.platform.entities.fields.MoneyField(
                currency="currency", default=0, editable=False, verbose_name="Of the discount on the whole"
            ),
        ),
        migrations.AddField(
            model_name="salesorder",
            name="discount_sum",
            field=sila.platform.entities.fields.MoneyField(
                blank=True,
                currency="currency",
                help_text="A sum, shared out over the lines by what they are worth.",
                null=True,
                verbose_name="Discount on the whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_sum__gte", 0)), name="invoice_discount_sum"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 0)), name="invoice_line_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_sum__gte", 0)), name="opportunity_discount_sum"
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunityline",
            constraint=models.CheckConstraint(condition=models.Q(("share__gte", 0)), name="deal_line_share"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(condition=models.Q(("share__gte", 0)), name="order_line_share"),
        ),
        migrations.AddConstraint(
            model_name="quote",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_sum__gte", 0)), name="quote_discount_sum"
            ),
        ),
        migrations.AddConstraint(
            model_name="quoteline",
            constraint=models.CheckConstraint(condition=models.Q(("share__gte", 0)), name="quote_line_share"),
        ),
        migrations.AddConstraint(
            model_name="salesorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("discount_sum__gte", 0)), name="order_discount_sum"
            ),
        ),
    ]
