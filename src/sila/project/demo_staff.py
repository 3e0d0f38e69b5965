"""The staff of the sample company: its branches with their departments and teams, and who works where."""

from sila.platform.access.actor import Actor
from sila.platform.access.models import Member, OrgUnit, Role, Team, TeamMember
from sila.platform.entities.index import index_search
from sila.platform.entities.registry import registry
from sila.platform.tenancy.models import Workspace
from sila.project.workspaces import seat

SLUG, OWNER = "rayyan", "noura@rayyan.example"
BRANCHES = (
    ("riyadh", "فرع الرياض", "Riyadh branch"),
    ("jeddah", "فرع جدة", "Jeddah branch"),
    ("dammam", "فرع الدمام", "Dammam branch"),
)
DEPARTMENTS = (("مبيعات", "sales"), ("خدمة عملاء", "service"))
STAFF = (  # e-mail, Arabic, Latin, job, branch, role
    ("noura", "نورة الدوسري", "Noura Al-Dosari", "المديرة التنفيذية", "", "admin"),
    ("faisal", "فيصل القحطاني", "Faisal Al-Qahtani", "مدير مبيعات المنطقة الوسطى", "riyadh", "manager"),
    ("khalid", "خالد الغامدي", "Khalid Al-Ghamdi", "مدير مبيعات المنطقة الغربية", "jeddah", "manager"),
    ("hessa", "حصة الخالدي", "Hessa Al-Khalidi", "مديرة مبيعات المنطقة الشرقية", "dammam", "manager"),
    ("sara", "سارة العتيبي", "Sara Al-Otaibi", "مندوبة مبيعات", "riyadh", "seller"),
    ("majed", "ماجد الشهري", "Majed Al-Shehri", "مندوب مبيعات", "riyadh", "seller"),
    ("turki", "تركي المطيري", "Turki Al-Mutairi", "مندوب مبيعات", "riyadh", "seller"),
    ("reem", "ريم باوزير", "Reem Bawazir", "مندوبة مبيعات", "jeddah", "seller"),
    ("omar", "عمر حداد", "Omar Haddad", "مندوب مبيعات", "jeddah", "seller"),
    ("yousef", "يوسف السبيعي", "Yousef Al-Subaie", "مندوب مبيعات", "dammam", "seller"),
    ("priya", "بريا مينون", "Priya Menon", "Key account manager", "dammam", "seller"),
    ("amal", "أمل الزهراني", "Amal Al-Zahrani", "محاسبة", "riyadh", "viewer"),
)


def hire(workspace: Workspace) -> dict[str, Actor]:
    """Open the branches and seat everyone; who they are, by the first part of their e-mail."""
    root, actors = OrgUnit.objects.get(parent_id=None), {}
    roles = {role.code: role for role in Role.objects.all()}
    desks = {code: _open_branch(root, code, name, name_en) for code, name, name_en in BRANCHES}
    domain = OWNER.partition("@")[2].replace(SLUG, workspace.slug)
    for code, name, name_en, job, branch, role in STAFF:
        email = f"{code}@{domain}"
        if role == "admin":
            Member.objects.filter(email=email).update(title=job)
            member = Member.objects.get(email=email)
        else:
            unit = desks[branch][0 if role == "manager" else 1]
            member = seat(email, name, unit=unit, role=roles[role], name_en=name_en, title=job)
        if role in ("manager", "seller"):
            TeamMember.objects.create(team_id=desks[branch][2].id, member_id=member.id)
        actors[code] = Actor.of(workspace, member, "demo")
    Workspace.objects.filter(pk=workspace.pk).update(access_version=2)
    return actors


def _open_branch(root: OrgUnit, code: str, name: str, name_en: str) -> tuple[OrgUnit, OrgUnit, Team]:
    """The branch, its sales department, and its team."""
    branch = _open_unit(root, name, name_en, OrgUnit.Kind.BRANCH, code)
    city, city_en = name.removeprefix("فرع "), name_en.removesuffix(" branch")
    departments = [
        _open_unit(
            branch, f"{work} {city}", f"{city_en} {work_en}", OrgUnit.Kind.DEPARTMENT, f"{code}-{work_en}"
        )
        for work, work_en in DEPARTMENTS
    ]
    team = Team.objects.create(name=f"فريق {city}", name_en=f"{city_en} team")
    index_search(registry["teams"], team)
    return branch, departments[0], team


def _open_unit(above: OrgUnit, name: str, name_en: str, kind: str, code: str) -> OrgUnit:
    unit = OrgUnit(name=name, name_en=name_en, kind=kind, code=code, parent_id=above.id)
    unit.path = f"{above.path}{unit.id}/"
    unit.save()
    index_search(registry["units"], unit)
    return unit
