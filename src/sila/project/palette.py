"""What Ctrl+K finds besides records and nouns: every page of the settings and the account, and the look.

`words` are further names by which people look for it, of both languages; they are never shown. `press` is a
button of the page that does it.
"""

from typing import Any

from django.utils.translation import gettext as _

from sila.parties.duplicate_queue import kinds_of
from sila.parties.duplicates import SLUGS
from sila.platform.access.actor import Actor
from sila.platform.entities import extensions
from sila.platform.entities.boards import has_board
from sila.platform.entities.importing.run import may_import
from sila.platform.entities.registry import registry
from sila.project.administration.navigation import settings_pages

Command = dict[str, Any]

SETTINGS_WORDS = {
    "notifications": "notifications bell mail digest quiet hours الإشعارات التنبيهات الجرس البريد هدوء",
    "general": "settings setup إعدادات ضبط workspace company country currency time zone week weekend holidays"
    " digits calendar المساحة الشركة العملة المنطقة الزمنية الأسبوع العطل الإجازات الأرقام",
    "brand": "settings branding theme accent إعدادات هوية شعار لون",
    "units": "settings departments branches structure إعدادات أقسام فروع هيكل إدارات",
    "teams": "settings groups إعدادات مجموعات فرق",
    "members": "settings users staff colleagues employees invite إعدادات مستخدمون موظفون زملاء دعوة",
    "access": "settings roles permissions rights security إعدادات أدوار أذونات حقوق",
    "operations": "bulk mass undo import history jobs جماعي تراجع استيراد سجل العمليات",
    "record-types": "settings custom objects modules nouns entities tables إعدادات كائنات جداول وحدات مخصصة",
    "pipelines": "settings stages funnel إعدادات مراحل قمع",
    "price-books": "settings price list lists discount إعدادات قائمة قوائم أسعار خصم جملة",
    "taxes": "settings vat tax rate exempt إعدادات ضريبة ضرائب القيمة المضافة نسبة معفاة",
    "measures": "settings units measure piece box kilogram hour factor إعدادات وحدات قياس حبة صندوق كيلو ساعة معامل",
    "letterheads": "settings company vat number invoice header bank إعدادات ترويسة بيانات المنشأة الرقم الضريبي بنك",
    "warranty-terms": "settings warranty guarantee months إعدادات ضمان شروط كفالة مدة",
    "lead-forms": "settings web form website capture embed enquiry إعدادات نموذج ويب موقع استمارة تضمين",
    "assignment": "settings leads routing round robin territory owner إعدادات إسناد توزيع مناطق دور",
    "territories": "settings regions areas tree sales structure إعدادات مناطق أقاليم شجرة توزيع جغرافي",
    "criteria": "settings suppliers vendors scorecard rating إعدادات موردون تقييم بطاقة أداء معايير",
    "scoring": "settings leads score points hot إعدادات تقييم نقاط درجة اهتمام",
    "authority": "limits approvals approve discount صلاحية اعتماد موافقة حدود",
    "rates": "exchange rates currency currencies money صرف عملة عملات سعر",
    "fields": "settings custom fields columns formula formulas rollup إعدادات حقول مخصصة معادلات معادلة تجميع",
    "quality": "settings validation rules completeness weights stale إعدادات قواعد تحقق اكتمال أوزان جودة",
    "layout": "settings page form columns menu sections إعدادات صفحة نموذج أعمدة قائمة أقسام ترتيب تخطيط",
    "trash": "settings bin deleted purge retention إعدادات سلة محذوفات حذف نهائي",
    "audit": "settings history log activity security إعدادات سجل تاريخ تدقيق مراجعة",
    "tokens": "settings developer api keys إعدادات مطور مفاتيح رموز واجهة برمجية",
}


def commands(actor: Actor) -> list[Command]:
    return [*_settings(actor), *_boards(actor), *_imports(actor), *_duplicates(actor), *_account(), *_look()]


def _settings(actor: Actor) -> list[Command]:
    return [
        {
            "title": page["label"],
            "hint": _("Settings"),
            "url": page["url"],
            "icon": page["icon"],
            "words": SETTINGS_WORDS[page["key"]],
        }
        for page in settings_pages(actor)
    ]


def _boards(actor: Actor) -> list[Command]:
    return [
        {
            "title": _("Board: %(nouns)s") % {"nouns": entity.plural},
            "url": entity.url(actor.workspace.slug, tail="board"),
            "icon": "layout-kanban",
            "words": "board kanban pipeline stages كانبان مسار مراحل",
        }
        for entity in registry
        if entity.menu and actor.can(entity.slug, "view") and has_board(entity, entity.readable(actor))
    ]


def _imports(actor: Actor) -> list[Command]:
    return [
        {
            "title": _("Import: %(nouns)s") % {"nouns": entity.plural},
            "url": entity.url(actor.workspace.slug, tail="import"),
            "icon": "upload",
            "words": "csv excel file upload ملف رفع إكسل",
        }
        for entity in registry
        if entity.menu and may_import(entity, actor)
    ]


def _duplicates(actor: Actor) -> list[Command]:
    return [
        {
            "title": _("Duplicates: %(nouns)s") % {"nouns": registry[SLUGS[kind]].plural},
            "url": f"/w/{actor.workspace.slug}/duplicates/?kind={kind}",
            "icon": "copy",
            "words": "duplicates dedupe merge same twice مكررات مكرر تكرار متشابه دمج",
        }
        for kind in kinds_of(actor)
    ]


def _account() -> list[Command]:
    pages = (
        (_("Your account"), "/account", "user", "profile name preferences الملف الشخصي الاسم تفضيلات"),
        (_("E-mail"), "/accounts/email/", "mail", "account address حساب بريد إلكتروني إيميل"),
        (_("Password"), "/accounts/password/change/", "lock", "account change security حساب تغيير أمان"),
        (
            _("Two-step sign-in"),
            "/accounts/2fa/",
            "shield-lock",
            "two factor 2fa mfa passkeys authenticator recovery codes security"
            " ثنائية خطوتين مفاتيح مرور رموز أمان",
        ),
        (
            _("Sessions"),
            "/accounts/sessions/",
            "devices",
            "sign-ins devices browsers security أجهزة متصفحات تسجيل الدخول أمان",
        ),
        (_("Switch workspace"), "/workspaces", "switch-horizontal", "company تغيير الشركة مساحات"),
    )
    return [
        {"title": title, "url": url, "icon": icon, "words": f"account حساب {words}"}
        for title, url, icon, words in pages
    ]


def _look() -> list[Command]:
    buttons = (
        ("العربية", "[name=language][value=ar]", "language", "language Arabic لغة عربي"),
        ("English", "[name=language][value=en]", "language", "language لغة إنجليزية إنجليزي"),
        (_("Theme: light"), "[data-set-theme=light]", "sun", "mode day مظهر وضع نهار أبيض"),
        (_("Theme: dark"), "[data-set-theme=dark]", "moon", "mode night مظهر وضع ليل ليلي أسود"),
        (_("Theme: as the device"), "[data-set-theme=auto]", "device-desktop", "mode system auto تلقائي وضع"),
        (_("Density: compact"), "[data-set-density=compact]", "baseline-density-small", "rows صفوف ضيق"),
        (_("Density: comfortable"), "[data-set-density=comfortable]", "baseline-density-medium", "صفوف واسع"),
        (_("Keyboard shortcuts"), "[data-open='#shortcuts']", "keyboard", "keys help مساعدة أزرار لوحة"),
        (_("Sign out"), "[action$='/logout/'] button", "logout", "exit leave log out خروج"),
    )
    return [
        {"title": title, "press": f"#user-menu {button}", "icon": icon, "words": words}
        for title, button, icon, words in buttons
    ]


extensions.palette_commands.append(commands)
