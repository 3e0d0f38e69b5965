"""The outcomes of calls that a workspace begins with."""

from sila.sales.calling.models import CallOutcome

OUTCOMES = (  # Arabic, English, what follows, a success
    ("مهتم", "Interested", "done", True),
    ("يُعاود الاتصال به", "Call back", "back", False),
    ("لم يرد", "No answer", "again", False),
    ("مشغول", "Busy", "again", False),
    ("غير مهتم", "Not interested", "done", False),
    ("رقم خاطئ", "Wrong number", "done", False),
    ("طلب عدم الاتصال", "Asked not to be called", "never", False),
)


def standard_outcomes() -> None:
    """Call it inside the workspace's scope."""
    CallOutcome.objects.bulk_create(
        CallOutcome(name=name, name_en=name_en, effect=effect, success=success, order=order)
        for order, (name, name_en, effect, success) in enumerate(OUTCOMES, start=1)
    )
