import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import sila.platform.kit.clock
import sila.platform.kit.ids
import sila.platform.tenancy.current
import sila.platform.tenancy.fields


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("parties", "0006_leaner_indexes"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupplierCriterion",
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
                ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="Weight")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("active", models.BooleanField(default=True, verbose_name="In use")),
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
                "verbose_name": "Criterion for suppliers",
                "verbose_name_plural": "Criteria for suppliers",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("tenant", "name"),
                        name="criterion_name",
                    ),
                    models.CheckConstraint(condition=models.Q(("weight__gte", 1)), name="criterion_weight"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierRating",
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
                ("name", models.CharField(blank=True, editable=False, max_length=200, verbose_name="Name")),
                ("period", models.DateField(help_text="Any day in it.", verbose_name="Quarter")),
                (
                    "stars",
                    models.PositiveSmallIntegerField(
                        help_text="From 1 (poor) to 5 (excellent).", verbose_name="Rating"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Note")),
                ("party_id", models.UUIDField(editable=False, verbose_name="Supplier")),
                ("criterion_id", models.UUIDField(editable=False, verbose_name="Criterion")),
                (
                    "rated_by_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Rated by"),
                ),
                (
                    "criterion",
                    sila.platform.tenancy.fields.Link(
                        to="parties.suppliercriterion", verbose_name="Criterion"
                    ),
                ),
                (
                    "party",
                    sila.platform.tenancy.fields.Link(
                        limit_choices_to={"kind": "organization"}, to="parties.party", verbose_name="Supplier"
                    ),
                ),
                (
                    "rated_by",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="access.member", verbose_name="Rated by"
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
                "verbose_name": "Rating of a supplier",
                "verbose_name_plural": "Ratings of suppliers",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "period", "id"],
                        name="rating_by_quarter",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "criterion_id", "id"],
                        name="rating_by_criterion",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("tenant", "party_id", "period", "criterion_id"),
                        name="supplier_rated_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stars__gte", 1), ("stars__lte", 5)), name="supplier_stars"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="party_id", name="parties_supplierra_581a41_link", to_table="parties_party"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="criterion_id",
                        name="parties_supplierra_79f504_link",
                        to_table="parties_suppliercriterion",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="rated_by_id", name="parties_supplierra_4ba86b_link", to_table="access_member"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Territory",
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
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                (
                    "places",
                    models.TextField(
                        blank=True,
                        help_text="One a line. Of customers and leads alike.",
                        max_length=5000,
                        verbose_name="Cities and countries",
                    ),
                ),
                (
                    "company_rule",
                    models.JSONField(blank=True, default=list, verbose_name="Conditions on companies"),
                ),
                (
                    "person_rule",
                    models.JSONField(blank=True, default=list, verbose_name="Conditions on people"),
                ),
                ("lead_rule", models.JSONField(blank=True, default=list, verbose_name="Conditions on leads")),
                (
                    "parent_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Part of"),
                ),
                (
                    "member_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="In charge"),
                ),
                ("team_id", models.UUIDField(blank=True, editable=False, null=True, verbose_name="Team")),
                (
                    "member",
                    sila.platform.tenancy.fields.Link(
                        blank=True, null=True, to="access.member", verbose_name="In charge"
                    ),
                ),
                (
                    "parent",
                    sila.platform.tenancy.fields.Link(
                        blank=True,
                        null=True,
                        related_name="parts",
                        to="parties.territory",
                        verbose_name="Part of",
                    ),
                ),
                (
                    "team",
                    sila.platform.tenancy.fields.Link(
                        blank=True, null=True, to="access.team", verbose_name="Team"
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
                "verbose_name": "Territory",
                "verbose_name_plural": "Territories",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "parent_id", "order", "id"],
                        name="territory_in_order",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("parent_id", models.F("id")), _negated=True),
                        name="territory_not_in_itself",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="parent_id",
                        name="parties_territory__68d479_link",
                        to_table="parties_territory",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="member_id", name="parties_territory__a44de5_link", to_table="access_member"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="team_id", name="parties_territory_team_id_link", to_table="access_team"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TerritoryMove",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField(default=sila.platform.kit.ids.uuid7, editable=False)),
                ("entity", models.CharField(max_length=40)),
                ("record_id", models.UUIDField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("rule", "By its rule"),
                            ("tree", "By changed rules"),
                            ("hand", "By hand"),
                            ("customer", "With the customer"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=sila.platform.kit.clock.now)),
                (
                    "from_territory_id",
                    models.UUIDField(editable=False, null=True, verbose_name="from territory"),
                ),
                ("to_territory_id", models.UUIDField(editable=False, null=True, verbose_name="to territory")),
                ("member_id", models.UUIDField(editable=False, null=True, verbose_name="member")),
                ("from_territory", sila.platform.tenancy.fields.Link(null=True, to="parties.territory")),
                ("member", sila.platform.tenancy.fields.Link(null=True, to="access.member")),
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
                ("to_territory", sila.platform.tenancy.fields.Link(null=True, to="parties.territory")),
            ],
            options={
                "verbose_name": "Move between territories",
                "verbose_name_plural": "Moves between territories",
                "indexes": [
                    models.Index(fields=["tenant", "entity", "record_id", "id"], name="moves_of_record"),
                    models.Index(fields=["tenant", "from_territory_id", "id"], name="moves_out_of_territory"),
                    models.Index(fields=["tenant", "to_territory_id", "id"], name="moves_into_territory"),
                ],
                "constraints": [
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="from_territory_id",
                        name="parties_territorym_21226e_link",
                        to_table="parties_territory",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="to_territory_id",
                        name="parties_territorym_4a99ae_link",
                        to_table="parties_territory",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="member_id", name="parties_territorym_d66be2_link", to_table="access_member"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="party",
            name="territory_chosen",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="party",
            name="territory_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Territory"),
        ),
        migrations.AddField(
            model_name="party",
            name="territory",
            field=sila.platform.tenancy.fields.Link(
                blank=True,
                help_text="Set by hand it stays. Emptied, the rules of the territories decide.",
                null=True,
                to="parties.territory",
                verbose_name="Territory",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["tenant", "kind", "territory_id", "id"],
                name="party_in_territory",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="territory_id", name="parties_party_terr_42a181_link", to_table="parties_territory"
            ),
        ),
    ]
