"""What a new workspace needs before its first deal."""

from django.db import transaction

from sila.sales.leads.models import DisqualifyReason
from sila.sales.models import LossReason, Pipeline, Stage

STANDARD = (  # Arabic, English, probability, category, days until it rots
    ("جديد", "New", 10, "open", 14),
    ("تأهيل", "Qualification", 25, "open", 21),
    ("عرض سعر", "Quote", 50, "open", 21),
    ("تفاوض", "Negotiation", 70, "open", 30),
    ("توقيع", "Signature", 90, "open", 14),
    ("فوز", "Won", 100, "won", None),
    ("خسارة", "Lost", 0, "lost", None),
)
REASONS = (
    ("السعر", "Price"),
    ("اختار منافسًا", "Chose a competitor"),
    ("لا ميزانية", "No budget"),
    ("تأجّل المشروع", "Project postponed"),
    ("المواصفات لا تناسب", "Specification did not fit"),
    ("انقطع التواصل", "Lost contact"),
)
DISQUALIFIED = (
    ("لا حاجة لديه", "No need"),
    ("لا ميزانية", "No budget"),
    ("لا صلاحية له بالقرار", "Cannot decide"),
    ("خارج نطاق عملنا", "Outside of what we do"),
    ("تعذّر الوصول إليه", "Could not be reached"),
    ("رسالة مزعجة أو غير صحيحة", "Spam or not genuine"),
)


@transaction.atomic
def standard_pipeline() -> Pipeline:
    """The pipeline and the reasons that a workspace starts with. Call it inside the workspace's scope."""
    pipeline: Pipeline = Pipeline.objects.create(name="مسار المبيعات", name_en="Sales pipeline")
    Stage.objects.bulk_create(
        Stage(
            pipeline_id=pipeline.id,
            order=order,
            name=name,
            name_en=name_en,
            probability=probability,
            category=category,
            rot_days=rot_days,
        )
        for order, (name, name_en, probability, category, rot_days) in enumerate(STANDARD, start=1)
    )
    LossReason.objects.bulk_create(
        LossReason(name=name, name_en=name_en, order=order)
        for order, (name, name_en) in enumerate(REASONS, start=1)
    )
    DisqualifyReason.objects.bulk_create(
        DisqualifyReason(name=name, name_en=name_en, order=order)
        for order, (name, name_en) in enumerate(DISQUALIFIED, start=1)
    )
    return pipeline
