import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import sila.platform.entities.fields
import sila.platform.kit.ids
import sila.platform.tenancy.current
import sila.platform.tenancy.fields
from sila.platform.access.older_roles import give, like


def open_documents_like_partners(apps, schema_editor):
    give(apps, schema_editor, like("partners", "partner-documents"))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("parties", "0008_coordinates"),
        ("sales", "0023_discount_sum"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartnerDocument",
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
                ("source", models.CharField(blank=True, max_length=40, verbose_name="Source")),
                (
                    "quality",
                    sila.platform.entities.fields.ScoreField(
                        editable=False, null=True, verbose_name="Data quality"
                    ),
                ),
                ("flaws", models.PositiveSmallIntegerField(editable=False, null=True)),
                ("touched_at", models.DateTimeField(editable=False, null=True, verbose_name="Last touched")),
                ("verified_at", models.DateTimeField(editable=False, null=True, verbose_name="Confirmed")),
                ("snoozed_until", models.DateField(editable=False, null=True)),
                ("name", models.CharField(max_length=200, verbose_name="Title")),
                ("name_fold", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("one", "One partner"),
                            ("tier", "Partners of a tier"),
                            ("all", "All partners"),
                        ],
                        default="one",
                        max_length=4,
                        verbose_name="Who sees it",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        blank=True,
                        choices=[("registered", "Registered"), ("silver", "Silver"), ("gold", "Gold")],
                        max_length=10,
                        verbose_name="Tier",
                    ),
                ),
                (
                    "until",
                    models.DateField(
                        blank=True,
                        help_text="Empty: until it is withdrawn.",
                        null=True,
                        verbose_name="Last day",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Note for partners")),
                (
                    "status",
                    models.CharField(
                        choices=[("shared", "Shared"), ("withdrawn", "Withdrawn")],
                        default="shared",
                        editable=False,
                        max_length=9,
                        verbose_name="Status",
                    ),
                ),
                (
                    "partner_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Partner"),
                ),
                ("owner_id", models.UUIDField(blank=True, editable=False, null=True, verbose_name="Owner")),
                ("org_unit_id", models.UUIDField(blank=True, editable=False, null=True, verbose_name="Unit")),
                (
                    "created_by_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Added by"),
                ),
                (
                    "updated_by_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Changed by"),
                ),
                (
                    "verified_by_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Confirmed by"),
                ),
                (
                    "created_by",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="access.member", verbose_name="Added by"
                    ),
                ),
                (
                    "org_unit",
                    sila.platform.tenancy.fields.Link(
                        blank=True, null=True, to="access.orgunit", verbose_name="Unit"
                    ),
                ),
                (
                    "owner",
                    sila.platform.tenancy.fields.Link(
                        blank=True, null=True, to="access.member", verbose_name="Owner"
                    ),
                ),
                (
                    "partner",
                    sila.platform.tenancy.fields.Link(
                        blank=True,
                        null=True,
                        related_name="documents",
                        to="sales.partner",
                        verbose_name="Partner",
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
                (
                    "updated_by",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="access.member", verbose_name="Changed by"
                    ),
                ),
                (
                    "verified_by",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="access.member", verbose_name="Confirmed by"
                    ),
                ),
            ],
            options={
                "verbose_name": "Document for partners",
                "verbose_name_plural": "Documents for partners",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "id"],
                        name="pdocument_newest",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "name_fold", "id"],
                        name="pdocument_by_name",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "updated_at", "id"],
                        name="pdocument_touched",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "until", "id"],
                        name="pdocument_until",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "owner_id", "id"],
                        name="pdocument_of_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "org_unit_id", "id"],
                        name="pdocument_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "partner_id", "id"],
                        name="pdocument_of_partner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "quality", "id"],
                        name="sales_partnerdocument_quality",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "touched_at", "id"],
                        name="sales_partnerdocument_touch",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("flaws__gte", 4)),
                        fields=["tenant", "quality", "id"],
                        name="sales_partnerdocument_flawed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("audience", "one"), ("partner_id__isnull", False), ("tier", "")),
                            models.Q(
                                ("audience", "tier"),
                                ("partner_id__isnull", True),
                                models.Q(("tier", ""), _negated=True),
                            ),
                            models.Q(("audience", "all"), ("partner_id__isnull", True), ("tier", "")),
                            _connector="OR",
                        ),
                        name="partner_document_audience",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="partner_id", name="sales_partnerdocum_c602e6_link", to_table="sales_partner"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="owner_id", name="sales_partnerdocum_692604_link", to_table="access_member"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="org_unit_id", name="sales_partnerdocum_04d6b3_link", to_table="access_orgunit"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="created_by_id",
                        name="sales_partnerdocum_361249_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="updated_by_id",
                        name="sales_partnerdocum_975393_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="verified_by_id",
                        name="sales_partnerdocum_cc9424_link",
                        to_table="access_member",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="contract",
            name="way",
            field=models.CharField(
                choices=[("sold", "We sell"), ("bought", "We buy")],
                default="sold",
                max_length=6,
                verbose_name="Sold or bought",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="lead_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text=(
                    "Counted from the last day for notice: then a task is made for the owner, "
                    "and a deal where we sell."
                ),
                null=True,
                verbose_name="Prepare the renewal, days before",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="party",
            field=sila.platform.tenancy.fields.Link(
                related_name="contracts", to="parties.party", verbose_name="Customer or supplier"
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="party_id",
            field=models.UUIDField(editable=False, verbose_name="Customer or supplier"),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="side",
            field=models.CharField(
                choices=[("ours", "Ours"), ("theirs", "The other side’s")],
                default="ours",
                max_length=6,
                verbose_name="Whose obligation",
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["tenant", "way", "ends_on", "id"],
                name="contract_by_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("way", "sold"),
                    models.Q(("opportunity_id__isnull", True), ("renewal_id__isnull", True)),
                    _connector="OR",
                ),
                name="contract_bought_has_no_deal",
            ),
        ),
        migrations.RunPython(open_documents_like_partners, migrations.RunPython.noop),
    ]
