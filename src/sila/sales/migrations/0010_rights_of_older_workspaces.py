from decimal import Decimal

from django.db import migrations

VAT = {
    "SA": "15",
    "AE": "5",
    "BH": "10",
    "OM": "5",
    "EG": "14",
    "JO": "16",
    "MA": "20",
    "TN": "19",
    "DZ": "19",
    "LB": "11",
    "SD": "17",
    "DE": "19",
    "AT": "20",
    "FR": "20",
    "GB": "20",
    "TR": "20",
}
NO_TAX = (
    ("zero", "صفرية", "Zero-rated", "", ""),
    ("exempt", "معفاة", "Exempt", "توريد معفى من الضريبة", "Exempt supply"),
    ("outside", "خارج النطاق", "Out of scope", "خارج نطاق الضريبة", "Outside the scope of the tax"),
)
EVERY = dict.fromkeys(("view", "create", "edit", "delete", "export", "bulk"), "all")
SEEN = {"view": "all", "export": "all"}
READ = {"view": "all"}
WORDS = ("taxes", "letterheads", "roles", "authority-limits")
GRANTS = {
    "manager": {"price-books": EVERY, **dict.fromkeys(WORDS, SEEN)},
    "seller": dict.fromkeys(("price-books", *WORDS), READ),
}
LIKE_DEALS = ("quotes", "invoices")


def give_what_new_workspaces_get(apps, schema_editor):
    """Workspaces that are older than quotes: the taxes of their country where there are none, and for the roles that Sila
    brought what they are silent about. Quotes and invoices are open as far as deals are, also where that was changed."""
    for workspace in apps.get_model("tenancy", "Workspace")._base_manager.all():
        _open(schema_editor.connection, workspace.pk)
        taxes = apps.get_model("catalog", "Tax")._base_manager
        if not taxes.filter(tenant_id=workspace.pk).exists():
            for columns in _taxes_of(workspace.country):
                taxes.create(tenant_id=workspace.pk, **columns)
        for role in apps.get_model("access", "Role")._base_manager.filter(
            tenant_id=workspace.pk, code__in=GRANTS
        ):
            deals = role.grants.get("opportunities")
            as_deals = dict.fromkeys(LIKE_DEALS, deals) if deals else {}
            role.grants = {**as_deals, **GRANTS[role.code], **role.grants}
            role.save(update_fields=["grants"])
        workspace.access_version += 1
        workspace.save(update_fields=["access_version"])
    _open(schema_editor.connection, "")


def _taxes_of(country):
    rate = VAT.get(country)
    for treatment, name, name_en, reason, reason_en in NO_TAX:
        usual = rate is None and treatment == "outside"
        yield {
            "treatment": treatment, "rate": 0, "usual": usual,
            "name": name, "name_en": name_en, "reason": reason, "reason_en": reason_en,
        }  # fmt: skip
    if rate:
        names = {"name": f"ضريبة القيمة المضافة {rate}%", "name_en": f"VAT {rate}%"}
        yield {"treatment": "standard", "rate": Decimal(rate), "usual": True, **names}


def _open(connection, tenant):
    """Row security binds the owner of the tables too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant)])


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_prices"),
        ("sales", "0009_invoices"),
        ("work", "0006_approvals"),
    ]

    operations = [
        migrations.RunPython(give_what_new_workspaces_get, migrations.RunPython.noop),
    ]
