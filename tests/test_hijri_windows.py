"""A file with the ends of competitors' contracts in the Hijri calendar plans the same calls as one in the Gregorian."""

from contextvars import Context
from datetime import UTC, date, datetime

import pytest

from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.tenancy.current import scope
from sila.project import cli
from sila.sales.windows import working
from sila.sales.windows.models import IncumbentContract
from sila.work.models import Activity

HEAD = "name,party,competitor,ends_on,notice,notice_unit"


@pytest.mark.parametrize(
    ("typed", "ends", "notice", "unit", "last", "call"),
    [  # the window opens 30 days before the last day, the call is 14 days before that, and no work on Friday and Saturday
        ("29/07/1448", date(2027, 1, 7), 2, "months", date(2026, 11, 7), date(2026, 9, 24)),
        ("20 رجب 1448", date(2026, 12, 29), 30, "days", date(2026, 11, 29), date(2026, 10, 15)),
        ("2026-12-31", date(2026, 12, 31), 30, "days", date(2026, 12, 1), date(2026, 10, 18)),
    ],
)
def test_ends_of_either_calendar_put_the_call_on_its_day(
    company, tmp_path, typed, ends, notice, unit, last, call
):
    with scope(company.workspace):
        for name in ("فندق المرسى", "شركة الأفق"):
            records.create(registry["organizations"], {"name": name}, by=company.actor("admin"))
    path = tmp_path / "incumbents.csv"
    path.write_text(f"{HEAD}\nنظافة,فندق المرسى,شركة الأفق,{typed},{notice},{unit}\n")
    words = ["import", "incumbent-contracts", str(path), "--workspace", "rayyan"]
    assert Context().run(cli.main, words) == 0
    with scope(company.workspace):
        incumbent = IncumbentContract.objects.get()
        assert (incumbent.ends_on, incumbent.notice_by) == (ends, last)
        with clock.at(datetime(2026, 9, 1, 9, tzinfo=UTC)):
            working.look(company.workspace)
            working.look(company.workspace)
        assert [each.starts_at for each in Activity.objects.filter(kind="call")] == [
            datetime(call.year, call.month, call.day, 6, tzinfo=UTC)
        ]
