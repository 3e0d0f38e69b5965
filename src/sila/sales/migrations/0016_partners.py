import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import sila.platform.entities.fields
import sila.platform.kit.clock
import sila.platform.kit.ids
import sila.platform.tenancy.current
import sila.platform.tenancy.fields
import sila.sales.partners.protected
from sila.platform.access.older_roles import give, like

EVERY = dict.fromkeys(("view", "create", "edit", "delete", "export", "bulk"), "all")
READ = {"view": "all"}
KEPT = ("territories", "partners", "supplier-criteria", "supplier-ratings")
GRANTS = {"manager": dict.fromkeys(KEPT, EVERY), "seller": dict.fromkeys(KEPT, READ)}


def give_what_new_workspaces_get(apps, schema_editor):
    """Registrations are open as far as deals are, also where that was changed."""
    give(apps, schema_editor, _rights)


def _rights(code, grants):
    return (
        {**like("opportunities", "deal-registrations")(code, grants), **GRANTS[code]}
        if code in GRANTS
        else {}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_layout"),
        ("catalog", "0003_prices"),
        ("parties", "0007_territories_and_suppliers"),
        ("sales", "0015_rights_to_assets"),
        ("tenancy", "0003_tax_rounding"),
    ]

    operations = [
        migrations.CreateModel(
            name="Partner",
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
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Empty: what its company is called.",
                        max_length=200,
                        verbose_name="Name",
                    ),
                ),
                ("name_fold", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("reseller", "Reseller"), ("outlet", "Retail outlet"), ("agent", "Agent")],
                        default="reseller",
                        max_length=8,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("registered", "Registered"), ("silver", "Silver"), ("gold", "Gold")],
                        default="registered",
                        max_length=10,
                        verbose_name="Tier",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="Partner since")),
                ("active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "commission_rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, default=0, max_digits=5, verbose_name="Commission, %"
                    ),
                ),
                (
                    "protection_days",
                    models.PositiveSmallIntegerField(default=90, verbose_name="Days of protection"),
                ),
                (
                    "sees",
                    sila.platform.entities.fields.TagsField(
                        blank=True,
                        default=sila.sales.partners.protected.usually_told,
                        verbose_name="Fields of leads that a partner may know",
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="Note")),
                ("party_id", models.UUIDField(editable=False, verbose_name="Company or person")),
                (
                    "price_book_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Price book"),
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
                    "party",
                    sila.platform.tenancy.fields.Link(to="parties.party", verbose_name="Company or person"),
                ),
                (
                    "price_book",
                    sila.platform.tenancy.fields.Link(
                        blank=True,
                        help_text="Of quotes and invoices in deals with this partner; for nobody else.",
                        null=True,
                        to="catalog.pricebook",
                        verbose_name="Price book",
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
                "verbose_name": "Partner",
                "verbose_name_plural": "Partners",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "id"],
                        name="partner_newest",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "name_fold", "id"],
                        name="partner_by_name",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "tier", "id"],
                        name="partner_in_tier",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "since", "id"],
                        name="partner_since",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "updated_at", "id"],
                        name="partner_touched",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "owner_id", "id"],
                        name="partner_of_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "org_unit_id", "id"],
                        name="partner_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "price_book_id"],
                        name="partner_of_book",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "quality", "id"],
                        name="sales_partner_quality",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "touched_at", "id"],
                        name="sales_partner_touch",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("flaws__gte", 4)),
                        fields=["tenant", "quality", "id"],
                        name="sales_partner_flawed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("tenant", "party_id"),
                        name="partner_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("commission_rate__gte", 0), ("commission_rate__lte", 100)),
                        name="partner_rate",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="party_id", name="sales_partner_party_id_link", to_table="parties_party"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="price_book_id",
                        name="sales_partner_pric_786d10_link",
                        to_table="catalog_pricebook",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="owner_id", name="sales_partner_owner_id_link", to_table="access_member"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="org_unit_id", name="sales_partner_org_unit_id_link", to_table="access_orgunit"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="created_by_id",
                        name="sales_partner_crea_190a4d_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="updated_by_id",
                        name="sales_partner_upda_f1024d_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="verified_by_id",
                        name="sales_partner_veri_144e91_link",
                        to_table="access_member",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DealRegistration",
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
                ("number", models.CharField(editable=False, max_length=20, verbose_name="Number")),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the customer's name.",
                        max_length=200,
                        verbose_name="Subject",
                    ),
                ),
                ("name_fold", models.CharField(blank=True, editable=False, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("approved", "Protected"),
                            ("refused", "Refused"),
                            ("expired", "Expired"),
                        ],
                        default="submitted",
                        editable=False,
                        max_length=9,
                        verbose_name="Status",
                    ),
                ),
                ("company_name", models.CharField(max_length=200, verbose_name="Customer's name")),
                ("contact_name", models.CharField(blank=True, max_length=200, verbose_name="Contact person")),
                (
                    "phone",
                    sila.platform.entities.fields.PhoneField(blank=True, max_length=20, verbose_name="Phone"),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="City")),
                (
                    "amount",
                    sila.platform.entities.fields.MoneyField(
                        blank=True, currency="currency", null=True, verbose_name="Amount"
                    ),
                ),
                (
                    "currency",
                    sila.platform.entities.fields.CurrencyField(
                        blank=True, default="", max_length=3, verbose_name="Currency"
                    ),
                ),
                ("expected_close", models.DateField(blank=True, null=True, verbose_name="Expected close")),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="Note")),
                (
                    "protected_until",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="Protected until"),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="Answer to the partner"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Decided on"),
                ),
                ("partner_id", models.UUIDField(editable=False, verbose_name="Partner")),
                (
                    "party_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Customer"),
                ),
                (
                    "product_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Product"),
                ),
                (
                    "decided_by_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Decided by"),
                ),
                (
                    "opportunity_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Deal"),
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
                    "decided_by",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="access.member", verbose_name="Decided by"
                    ),
                ),
                (
                    "opportunity",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="sales.opportunity", verbose_name="Deal"
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
                    "party",
                    sila.platform.tenancy.fields.Link(
                        blank=True,
                        help_text="Empty: who it is by phone, e-mail or name; approved, it is added.",
                        null=True,
                        to="parties.party",
                        verbose_name="Customer",
                    ),
                ),
                (
                    "product",
                    sila.platform.tenancy.fields.Link(
                        blank=True, null=True, to="catalog.product", verbose_name="Product"
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
                (
                    "partner",
                    sila.platform.tenancy.fields.Link(
                        related_name="registrations", to="sales.partner", verbose_name="Partner"
                    ),
                ),
            ],
            options={
                "verbose_name": "Deal registration",
                "verbose_name_plural": "Deal registrations",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "id"],
                        name="registration_newest",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "name_fold", "id"],
                        name="registration_by_name",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "amount", "id"],
                        name="registration_by_amount",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "updated_at", "id"],
                        name="registration_touched",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "status", "id"],
                        name="registration_in_status",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "owner_id", "id"],
                        name="registration_of_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "org_unit_id", "id"],
                        name="registration_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "partner_id", "status"],
                        name="registration_of_partner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "party_id", "status"],
                        name="registration_of_party",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "opportunity_id"],
                        name="registration_of_deal",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "expected_close", "id"],
                        name="registration_by_close",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "protected_until", "id"],
                        name="registration_until",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "decided_at", "id"],
                        name="registration_decided",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "quality", "id"],
                        name="sales_dealregistration_quality",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "touched_at", "id"],
                        name="sales_dealregistration_touch",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None), ("flaws__gte", 4)),
                        fields=["tenant", "quality", "id"],
                        name="sales_dealregistration_flawed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "number"), name="registration_number"),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="partner_id", name="sales_dealregistra_1947a7_link", to_table="sales_partner"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="party_id", name="sales_dealregistra_174ed1_link", to_table="parties_party"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="product_id", name="sales_dealregistra_157e93_link", to_table="catalog_product"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="decided_by_id",
                        name="sales_dealregistra_bd0ca2_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="opportunity_id",
                        name="sales_dealregistra_931b9b_link",
                        to_table="sales_opportunity",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="owner_id", name="sales_dealregistra_b109f1_link", to_table="access_member"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="org_unit_id", name="sales_dealregistra_5feca0_link", to_table="access_orgunit"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="created_by_id",
                        name="sales_dealregistra_feac8b_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="updated_by_id",
                        name="sales_dealregistra_88a825_link",
                        to_table="access_member",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="verified_by_id",
                        name="sales_dealregistra_901884_link",
                        to_table="access_member",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerCommission",
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
                (
                    "name",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="Invoice number"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("paid", "The invoice was settled"),
                            ("credited", "A credit note took a part of it back"),
                            ("reopened", "The invoice is open again"),
                            ("partner", "The deal has another partner"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="Why",
                    ),
                ),
                ("day", models.DateField(editable=False, verbose_name="Day")),
                (
                    "basis",
                    sila.platform.entities.fields.MoneyField(
                        currency="currency", editable=False, verbose_name="Counted amount before tax"
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=2, editable=False, max_digits=5, verbose_name="Commission, %"
                    ),
                ),
                (
                    "amount",
                    sila.platform.entities.fields.MoneyField(
                        currency="currency", editable=False, verbose_name="Commission"
                    ),
                ),
                (
                    "currency",
                    sila.platform.entities.fields.CurrencyField(
                        blank=True, default="", editable=False, max_length=3, verbose_name="Currency"
                    ),
                ),
                ("partner_id", models.UUIDField(editable=False, verbose_name="Partner")),
                ("invoice_id", models.UUIDField(editable=False, verbose_name="Invoice")),
                (
                    "opportunity_id",
                    models.UUIDField(blank=True, editable=False, null=True, verbose_name="Deal"),
                ),
                (
                    "invoice",
                    sila.platform.tenancy.fields.Link(
                        editable=False, to="sales.invoice", verbose_name="Invoice"
                    ),
                ),
                (
                    "opportunity",
                    sila.platform.tenancy.fields.Link(
                        blank=True, editable=False, null=True, to="sales.opportunity", verbose_name="Deal"
                    ),
                ),
                (
                    "partner",
                    sila.platform.tenancy.fields.Link(
                        related_name="commission", to="sales.partner", verbose_name="Partner"
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
                "verbose_name": "Partner commission",
                "verbose_name_plural": "Partner commission",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "partner_id", "day"],
                        name="commission_of_partner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "invoice_id", "id"],
                        name="commission_of_invoice",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "day", "id"],
                        name="commission_by_day",
                    ),
                ],
                "constraints": [
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="partner_id", name="sales_partnercommi_a73c6d_link", to_table="sales_partner"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="invoice_id", name="sales_partnercommi_ac32c0_link", to_table="sales_invoice"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="opportunity_id",
                        name="sales_partnercommi_e6e11e_link",
                        to_table="sales_opportunity",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedLead",
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
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("won", "Won"),
                            ("lost", "Came to nothing"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="offered",
                        editable=False,
                        max_length=9,
                        verbose_name="Status",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Note for the partner")),
                (
                    "answer",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="Partner's answer"
                    ),
                ),
                (
                    "shared_at",
                    models.DateTimeField(
                        default=sila.platform.kit.clock.now, editable=False, verbose_name="Shared on"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="Answered on"),
                ),
                ("lead_id", models.UUIDField(editable=False, verbose_name="Lead")),
                ("partner_id", models.UUIDField(editable=False, verbose_name="Partner")),
                (
                    "lead",
                    sila.platform.tenancy.fields.Link(
                        related_name="shares", to="sales.lead", verbose_name="Lead"
                    ),
                ),
                (
                    "partner",
                    sila.platform.tenancy.fields.Link(
                        related_name="shared_leads", to="sales.partner", verbose_name="Partner"
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
                "verbose_name": "Shared lead",
                "verbose_name_plural": "Shared leads",
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "lead_id", "id"],
                        name="share_of_lead",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "partner_id", "status"],
                        name="share_of_partner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "shared_at", "id"],
                        name="share_by_day",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["tenant", "answered_at", "id"],
                        name="share_by_answer",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None), ("status__in", ["offered", "accepted"])),
                        fields=("tenant", "lead_id"),
                        name="lead_shared_once",
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="lead_id", name="sales_sharedlead_lead_id_link", to_table="sales_lead"
                    ),
                    sila.platform.tenancy.fields.LinkConstraint(
                        column="partner_id", name="sales_sharedlead_p_2dbad7_link", to_table="sales_partner"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="assignmentrule",
            name="by_territory",
            field=models.BooleanField(
                default=False,
                help_text="Where it names nobody, to whom the one above it names.",
                verbose_name="To whoever is in charge of the lead's territory",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="territory",
            field=sila.platform.tenancy.fields.Link(
                blank=True,
                help_text="Set by hand it stays. Emptied, the rules of the territories decide.",
                null=True,
                to="parties.territory",
                verbose_name="Territory",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="territory_chosen",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="lead",
            name="territory_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Territory"),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="territory",
            field=sila.platform.tenancy.fields.Link(
                blank=True,
                help_text="Set by hand it stays. Emptied, the rules of the territories decide.",
                null=True,
                to="parties.territory",
                verbose_name="Territory",
            ),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="territory_chosen",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="opportunity",
            name="territory_id",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="Territory"),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["tenant", "territory_id", "id"],
                name="lead_in_territory",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["tenant", "territory_id", "id"],
                name="deal_in_territory",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="territory_id", name="sales_lead_territory_id_link", to_table="parties_territory"
            ),
        ),
        migrations.AddConstraint(
            model_name="opportunity",
            constraint=sila.platform.tenancy.fields.LinkConstraint(
                column="territory_id", name="sales_opportunity__c30c08_link", to_table="parties_territory"
            ),
        ),
        migrations.RunPython(give_what_new_workspaces_get, migrations.RunPython.noop),
    ]
