"""What people call leads in typed questions, besides their name."""

from sila.platform.entities.asking.nouns import Called, called

called += [Called("leads", ("enquiries", "inquiries", "عملاء محتملين", "استفسارات"))]
