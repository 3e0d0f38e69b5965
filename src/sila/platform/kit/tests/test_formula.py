"""The language of formulas: what it says, what it refuses and where, and that nothing makes it fail."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.folding import fold
from sila.platform.kit.formula import (
    FUNCTIONS,
    Problem,
    Reference,
    Setting,
    Type,
    Unknown,
    check,
    evaluate,
    keep,
    parse,
    restate,
)
from sila.platform.kit.formula.functions import ALIASES, ARABIC, WORDS

FIELDS = {
    "price": Reference(("price",), Type.NUMBER, "Price"),
    "name": Reference(("name",), Type.TEXT, "Name"),
    "born": Reference(("born",), Type.DATE, "Born"),
    "paid": Reference(("paid",), Type.BOOL, "Paid"),
    "stage": Reference(("stage",), Type.TEXT, "Stage", {"w": {"won", "رابح"}, "l": {"lost"}}, {"w": "Won"}),
    "customer.city": Reference(("party", "city"), Type.TEXT, "Customer.City"),
}
VALUES: dict[str, Any] = {
    "price": Decimal("2.50"),
    "name": "محمد Ali",
    "born": date(2024, 2, 29),
    "paid": True,
    "stage": "w",
    "city": None,
}


def find(text: str) -> Reference:
    if text.lower() not in FIELDS:
        raise Unknown(f"no {text}")
    return FIELDS[text.lower()]


def result(source: str, **values: Any) -> Any:
    held = VALUES | values

    def read(path: tuple[str, ...], coded: bool) -> Any:
        value = held[path[-1]]
        return {"w": "Won", "l": "Lost"}.get(value, value) if path[-1] == "stage" and not coded else value

    return evaluate(check(parse(source), find).tree, Setting(date(2026, 3, 31), read))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 + 2 * 3 - 4 / 2", Decimal(5)),
        ("-(2 + 3) * -1", Decimal(5)),
        ("٣٫٥ × ٢", Decimal(7)),
        ("7 ÷ 2", Decimal("3.5")),
        ("[Price] * 2", Decimal(5)),
        ("price / 0", None),
        ("price / (1 - 1) + 1", None),
        ("[customer.city] & '!'", "!"),
        ("upper([customer.city])", None),
        ('\'it\'\'s \' & """so"""', 'it\'s "so"'),
        ("«نص» & “نص”", "نصنص"),
        ("round(2.345, 2)", Decimal("2.35")),
        ("round(-2.5)", Decimal(-3)),
        ("floor(-2.1)", Decimal(-3)),
        ("ceiling(2.1)", Decimal(3)),
        ("abs(-2)", Decimal(2)),
        ("min(3, 1, 2) + max(3, 1)", Decimal(4)),
        ("join('-', 'a', blank(), 'b', 1.50)", "a-b-1.5"),
        ("left('abcd', 2) & right('abcd', 1) & right('x', 0)", "abd"),
        ("length(trim('  a   b '))", Decimal(3)),
        ("contains([Name], 'مُحمّد')", True),
        ("starts([Name], 'ali')", False),
        ("replace('a-b', '-', '+')", "a+b"),
        ("text(date(2026, 3, 1))", "2026-03-01"),
        ("today()", date(2026, 3, 31)),
        ("days_between(born, today())", Decimal(761)),
        ("add_days(today(), -31)", date(2026, 2, 28)),
        ("add_months(today(), -1)", date(2026, 2, 28)),
        ("add_months(born, 12)", date(2025, 2, 28)),
        ("add_months(today(), 99999)", None),
        ("add_days(today(), 999999999999)", None),
        ("year(born) + month(born) + day(born)", Decimal(2055)),
        ("date(2026, 2, 30)", None),
        ("if(paid, 'yes', 'no')", "yes"),
        ("if(price > 3, 1)", None),
        ("if([customer.city] = 'x', 1, 2)", Decimal(2)),
        ("coalesce([customer.city], name)", "محمد Ali"),
        ("is_blank([customer.city]) and not is_blank(name)", True),
        ("[customer.city] = blank()", True),
        ("stage = 'Won'", True),
        ("'رابح' != stage", False),
        ("stage & '.'", "Won."),
        ("price >= 2.5 and price <= 2.5 or false", True),
        ("not paid or not paid", False),
        ("'ABC' = 'abc'", True),
        ("born < today()", True),
        ("999999999999999 * 10", None),
        ("إذا(price ≥ 2؛ 'كبير'، 'صغير')", "كبير"),
        ("و(نعم, أو(لا, paid))", True),
        ("yes and not no", True),
        ("paid = نعم", True),
    ],
)
def test_a_formula_gives(source: str, expected: Any) -> None:
    assert result(source) == expected


@pytest.mark.parametrize(
    ("source", "at", "said"),
    [
        ("", "", "missing"),
        ("1 +", "+", "missing"),
        ("(1 + 2", "2", "“)” is missing"),
        ("1 2", "2", "ended"),
        ("price ^ 2", "^", "no place"),
        ("'abc", "'abc", "quotation"),
        ("[price", "[price", "bracket"),
        ("[cost] + 1", "[cost]", "no cost"),
        ("sqrt(2)", "sqrt", "no function"),
        ("price + name", "name", "expects a number"),
        ("upper(price)", "price", "expects a text"),
        ("if(price, 1, 2)", "price", "yes or no"),
        ("if(paid, 1, 'x')", "'x'", "expects a number"),
        ("paid & 'x'", "paid", "a text, a number or a date"),
        ("max(paid, paid)", "paid", "a number, a date or a text"),
        ("round()", "round()", "takes"),
        ("stage = 'maybe'", "'maybe'", "not one of the choices"),
        ("blank()", "blank()", "always empty"),
        ("1 = 2 = 3", "=", "ended"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(source: str, at: str, said: str) -> None:
    with translation.override("en"), pytest.raises(Problem) as caught:
        result(source)
    assert said in str(caught.value)
    assert source[caught.value.start : caught.value.end] == at or not at


@pytest.mark.parametrize(
    "source",
    ["(" * 500 + "1" + ")" * 500, "1" + "+1" * 900, "-" * 1999 + "1", "not " * 490 + "true", "x" * 2001,
     "join(" + ",".join(["'a'"] * 450) + ")", "if(true, " * 200 + "1" + ")" * 200, "&".join(["name"] * 120)],
)  # fmt: skip
def test_what_is_too_long_or_too_deep_is_refused(source: str) -> None:
    with pytest.raises(Problem):
        result(source)


def test_long_texts_end_in_nothing_not_in_a_full_memory() -> None:
    long = "x" * 20_000
    assert result("name & name", name=long) is None
    assert result("length(replace(name, 'x', 'xxxxxxxxxx'))", name=long) is None
    many = " & ".join(f"left(replace(replace(name, 'x', 'y'), 'y', 'x'), {n})" for n in range(1, 18))
    assert result(many, name=long) is None


def test_names_of_today_become_what_never_changes_and_back() -> None:
    source = "إذا([Stage] = 'رابح'، [Customer.City]، upper([Name]))"
    formula = check(parse(source), find)
    kept = keep(source, formula.kept)
    assert kept == 'if([stage] = "w"، [party.city]، upper([name]))'
    assert formula.paths == {("stage",), ("party", "city"), ("name",)}
    again = restate(source, formula.shown, "ar")
    assert again == 'إذا([Stage] = "Won"، [Customer.City]، أحرف_كبيرة([Name]))'


def test_every_function_has_one_name_in_each_language_and_an_example_that_works() -> None:
    assert len(WORDS) == 2 * len(ARABIC) + len(ALIASES)
    assert all(fold(name) == name for name in FUNCTIONS)
    for function in FUNCTIONS.values():
        if function.name != "blank":
            check(parse(str(function.example)), find)


PIECES = st.lists(
    st.sampled_from([*"()+-*/&,=<>[]'\"", "1", "0", "٣", "[Price]", "name", "born", "paid", "stage", " and ", " or ",
                     "not ", "true", "if(", "round(", "today()", "add_days(", "left(", "max(", "blank()", "'w'", "إذا("]),
    max_size=25,
).map("".join)  # fmt: skip


@given(PIECES)
def test_whatever_is_typed_is_a_formula_or_a_problem_with_its_place(source: str) -> None:
    try:
        value = result(source)
    except Problem as problem:
        assert 0 <= problem.start <= problem.end <= len(source)
    else:
        assert value is None or isinstance(value, Decimal | str | bool | date)


@given(st.text(max_size=80))
def test_any_text_at_all_is_read_or_refused(source: str) -> None:
    try:
        parse(source)
    except Problem as problem:
        assert str(problem)
