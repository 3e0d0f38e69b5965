"""A mail server hands messages on to a command."""

import io
import sys

import pytest

from sila.platform.tenancy.current import scope
from sila.project import cli
from sila.sales.leads.models import Lead

pytestmark = pytest.mark.django_db
MESSAGE = (
    b"From: Reem <reem@lamsa.example>\nMessage-ID: <1@lamsa.example>\nSubject: Desks\n\nTwenty, please.\n"
)


def test_a_mail_server_hands_messages_to_the_command(company, monkeypatch, capsys):
    def hand_over(raw, workspace="rayyan"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        options = cli.parser().parse_args(["capture-mail", workspace])
        return options.command.run(options)

    assert hand_over(MESSAGE) == 0
    with scope(company.workspace):
        lead = Lead.objects.get()
    assert lead.number in capsys.readouterr().out
    assert lead.owner_id is None
    assert hand_over(b"Auto-Submitted: auto-replied\n" + MESSAGE) == 0
    assert "ignored: auto-reply" in capsys.readouterr().out
    with pytest.raises(Exception, match="no workspace"):
        hand_over(MESSAGE, "nowhere")
    with pytest.raises(Exception, match="empty"):
        hand_over(b"")
