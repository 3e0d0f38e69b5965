"""What people call those whom they deal with, in typed questions: customers are people and companies at once."""

from sila.platform.entities.asking.nouns import Called, called

BOTH = "kind:any:person|organization"
_STAGES = {
    "customer": ("customer", "customers", "client", "clients", "عميل", "عملاء", "زبون", "زبائن", "زباين"),
    "former": ("former customers", "lost customers", "عملاء سابقون", "عملاء سابقين", "العملاء السابقون"),
    "prospect": ("prospect", "prospects", "عملاء مرتقبون", "عملاء مرتقبين", "العملاء المرتقبون"),
    "lead": ("عملاء مبدئيون", "عملاء مبدئيين", "العملاء المبدئيون"),
}
called += [Called("parties", words, (BOTH, f"lifecycle:any:{stage}")) for stage, words in _STAGES.items()]
called += [
    Called("people", ("persons", "individuals", "أفراد", "أفراداً", "ناس", "أشخاصا")),
    Called("organizations", ("firms", "businesses", "منشآت", "مؤسسات", "جهات")),
]
