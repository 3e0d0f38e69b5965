"""What people call activities in typed questions, besides their names."""

from sila.platform.entities.asking.nouns import Called, called

called += [
    Called("calls", ("مكالمات", "مكالمة", "phone calls")),
    Called("meetings", ("appointments", "appointment", "مواعيد", "موعد")),
    Called("visits", ("visits", "visit", "زيارات", "زيارة")),
    Called("notes", ("notes", "note", "ملاحظات", "ملاحظة")),
    Called("tasks", ("to-dos", "todos", "واجبات")),
    Called("activities", ("activities", "activity", "أنشطة", "نشاط")),
]
