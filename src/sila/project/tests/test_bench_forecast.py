"""`./sila bench forecast`, on files of the same form as the Maven sales data."""

import csv
import gzip
import json
from datetime import date, timedelta
from random import Random

import pytest

from sila.project.benchmark import forecasts

TEAMS = (("Ann", "Maya", "East"), ("Bob", "Maya", "West"))
HEADER = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)


def american(day):
    return f"{day.month}/{day.day}/{day.year}"


@pytest.fixture
def folder(tmp_path):
    """A company that sold evenly, its deals of ninety days at most; some are still open, one has no date."""
    chance = Random(5)
    rows = [("X", "Ann", "Desk", "A", "Prospecting", "", "", "")]
    for number in range(1500):
        opened = date(2017, 1, 1) + timedelta(days=chance.randrange(360))
        closed = opened + timedelta(days=chance.randrange(90))
        stage = chance.choice(("Won", "Lost")) if closed <= date(2017, 12, 31) else "Engaging"
        closing = (american(closed), str(chance.randrange(500, 1500) * (stage == "Won")))
        ended = ("", "") if stage == "Engaging" else closing
        agent = chance.choice(TEAMS)[0]
        rows.append((str(number), agent, "GTXPro", "A", stage, american(opened), *ended))
    with gzip.open(tmp_path / "sales_pipeline.csv.gz", "wt", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    with (tmp_path / "sales_teams.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("sales_agent", "manager", "regional_office"), *TEAMS])
    return tmp_path


def test_it_tells_its_error_beside_that_of_simpler_ones(folder, tmp_path, capsys):
    forecasts.run(folder, target=tmp_path / "figures.json")
    told = json.loads((tmp_path / "figures.json").read_text())
    ours, naive = told["total"][0], told["total"][1]
    assert ours["error"] < 0.25
    assert ours["low"] < ours["forecast"] < ours["high"]
    assert naive["low"] is None
    assert set(told["parts"]) == {"agent", "region", "product"}
    shown = capsys.readouterr().out
    assert f"{ours['error']:.1%}" in shown
    assert "naive" in shown


def test_what_was_sold_afterwards_changes_no_forecast(folder):
    """The amounts and ends of the fourth quarter are taken away: what is foretold stays."""
    deals = list(forecasts.read(folder))
    cut, months = forecasts.CUT.toordinal(), [forecasts._month(2017, month) for month in range(1, 13)]
    told = []
    for known in (deals, forecasts.known_on(deals, cut)):
        trained = forecasts.known_on(known, cut)
        record = forecasts.forecast.back_tests(trained, cut, months, 3)[None]
        total, _parts = forecasts._quarter(known, trained, months, record)
        told.append([line.forecast for line in total])
    assert told[0] == told[1]


def test_a_deal_without_a_date_is_left_out(folder):
    assert len(list(forecasts.read(folder))) == 1500


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(forecasts.UnreadableData, match="sales_teams"):
        list(forecasts.read(tmp_path))
