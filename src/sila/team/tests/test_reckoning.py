"""The arithmetic of commission: what is always true of it, and figures that were worked out by hand."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sila.team.commission.correcting import corrections
from sila.team.commission.reckoning import (
    CREDITED,
    PAID,
    REFUNDED,
    Account,
    Billed,
    Move,
    Person,
    Scale,
    Terms,
    Tier,
    reckon,
)

ME, YOU, THIRD = (UUID(int=number) for number in (1, 2, 3))
FIRST = date(2026, 1, 1)


def terms(*tiers, cap=None, margin=False, currency="SAR", months=3, **more):
    ladder = tuple(Tier(above, Decimal(0), Decimal(rate)) for above, rate in tiers or ((0, "5"),))
    values = {"begins": date(2020, 1, 1), "ends": None, "by_goal": False, "calendar": "gregorian", **more}
    return Terms(currency=currency, margin=margin, months=months, tiers=ladder, cap=cap, **values)


def line(number, net, *, cost=None, counts=True):
    return Billed(UUID(int=1000 + number), f"line {number}", f"kind {number}", net, cost, counts)


def move(number, kind, amount, day=FIRST, *, shares=((ME, Decimal(100)),), rate=None, lines=()):
    return Move(UUID(int=number), kind, f"m{number}", day, amount, rate, tuple(shares), tuple(lines))


def account(lines, moves, *, number="INV-1", currency="SAR", tax=15):
    net = sum(each.net for each in lines)
    total = net + net * tax // 100
    return Account(
        UUID(int=abs(hash(number)) % 10**9 + 10**6), number, currency, total, tuple(lines), tuple(moves)
    )


def total(entries, name="amount"):
    return sum(getattr(entry, name) for entry in entries)


# ---- worked out by hand ----------------------------------------------------------------------------------
def test_a_payment_in_two_parts_across_two_tiers():
    """1,000.00 before tax, 1,150.00 with it. 575.00 is half: 500.00 × 5 % = 25.00. The other half: 100.00 × 5 % up to
    600.00, and 400.00 × 10 % above: 45.00."""
    ladder = terms((0, "5"), (600_00, "10"))
    paid = [move(1, PAID, 575_00), move(2, PAID, 575_00, FIRST + timedelta(days=3))]
    entries = reckon(ladder, Person(ME), [account([line(1, 1000_00)], paid)])
    assert [(entry.base, entry.amount) for entry in entries] == [(500_00, 25_00), (500_00, 45_00)]
    assert entries[1].steps == ((Decimal("5"), 100_00), (Decimal("10"), 400_00))


def test_what_goes_back_is_taken_from_the_period_in_which_it_was_earned():
    """Earned in the first quarter at 10 %, credited in the second, where the rate of a new sale is 5 %."""
    ladder = terms((0, "5"), (1000_00, "10"))
    later = date(2026, 4, 20)
    first = account([line(1, 1000_00)], [move(1, PAID, 1150_00)])
    note = [
        move(2, PAID, 1150_00, date(2026, 3, 1)),
        move(3, CREDITED, 1150_00, later, lines=[("kind 1", 1000_00)]),
    ]
    second = account([line(1, 1000_00)], note, number="INV-2")
    entries = reckon(ladder, Person(ME), [first, second])
    assert [(entry.period, entry.earned_in, entry.amount) for entry in entries] == [
        ("g-2026-q1", "g-2026-q1", 50_00),
        ("g-2026-q1", "g-2026-q1", 100_00),
        ("g-2026-q2", "g-2026-q1", -100_00),
    ]


def test_a_note_over_what_was_never_paid_takes_nothing_back():
    moves = [
        move(1, PAID, 690_00),
        move(2, CREDITED, 460_00, FIRST + timedelta(days=9), lines=[("kind 1", 400_00)]),
    ]
    entries = reckon(terms(), Person(ME), [account([line(1, 1000_00)], moves)])
    assert total(entries, "base") == 600_00
    assert total(entries) == 30_00


def test_a_note_and_the_refund_that_follows_it_count_once():
    moves = [
        move(1, PAID, 1150_00),
        move(2, CREDITED, 575_00, FIRST + timedelta(days=1), lines=[("kind 1", 500_00)]),
        move(3, REFUNDED, 575_00, FIRST + timedelta(days=2)),
    ]
    entries = reckon(terms(), Person(ME), [account([line(1, 1000_00)], moves)])
    assert [entry.base for entry in entries] == [1000_00, -500_00]


def test_a_margin_is_what_is_left_of_the_price_and_may_be_below_zero():
    gain, loss = line(1, 1000_00, cost=600_00), line(2, 100_00, cost=300_00)
    moves = [move(1, PAID, 1265_00), move(2, CREDITED, 115_00, date(2026, 5, 1), lines=[("kind 2", 100_00)])]
    entries = reckon(terms((0, "10"), margin=True), Person(ME), [account([gain, loss], moves)])
    assert [(entry.base, entry.amount) for entry in entries] == [
        (400_00, 40_00),
        (-200_00, -20_00),
        (200_00, 20_00),
    ]
    assert entries[-1].earned_in == "g-2026-q1"


def test_a_line_of_unknown_cost_has_no_margin_and_says_so():
    entries = reckon(terms(margin=True), Person(ME), [account([line(1, 1000_00)], [move(1, PAID, 1150_00)])])
    assert [(entry.base, entry.amount, entry.note) for entry in entries] == [(0, 0, "cost")]


def test_currencies_of_no_and_of_three_decimals_are_counted_at_the_rate_of_the_day():
    """1,000 yen at 0.025 are 25.00 riyals; 10.500 dinars at 12.2 are 128.10."""
    yen = account([line(1, 1000)], [move(1, PAID, 1000, rate=Decimal("0.025"))], currency="JPY", tax=0)
    dinars = account(
        [line(1, 10_500)], [move(2, PAID, 10_500, rate=Decimal("12.2"))], currency="KWD", tax=0, number="K"
    )
    assert [entry.base for entry in reckon(terms(), Person(ME), [yen, dinars])] == [25_00, 128_10]
    in_dinars = reckon(terms(currency="KWD"), Person(ME), [replace(dinars, moves=(move(2, PAID, 10_500),))])
    assert [(entry.base, entry.amount) for entry in in_dinars] == [(10_500, 525)]


def test_without_a_rate_it_waits_and_says_so():
    entries = reckon(
        terms(), Person(ME), [account([line(1, 1000_00)], [move(1, PAID, 1150_00)], currency="USD")]
    )
    assert [(entry.base, entry.amount, entry.note) for entry in entries] == [(0, 0, "rate")]


def test_tiers_by_the_goal_begin_at_its_shares():
    by_goal = replace(
        terms(by_goal=True), tiers=(Tier(0, Decimal(0), Decimal(5)), Tier(0, Decimal(100), Decimal(8)))
    )
    paid = [account([line(1, 1000_00)], [move(1, PAID, 1150_00)])]
    assert total(reckon(by_goal, Person(ME, goals={"g-2026-q1": 600_00}), paid)) == 30_00 + 32_00
    assert total(reckon(by_goal, Person(ME), paid)) == 50_00


def test_outside_of_their_time_in_the_plan_nothing_is_earned():
    paid = [account([line(1, 1000_00)], [move(1, PAID, 1150_00)])]
    assert reckon(terms(), Person(ME, begins=FIRST + timedelta(days=1)), paid) == []
    assert reckon(terms(), Person(ME, ends=FIRST - timedelta(days=1)), paid) == []
    assert total(reckon(terms(), Person(ME, begins=FIRST, ends=FIRST), paid)) == 50_00


def test_hijri_months_are_periods_too():
    paid = [account([line(1, 1000_00)], [move(1, PAID, 1150_00, date(2026, 6, 20))])]
    entry = reckon(terms(calendar="hijri", months=1), Person(ME), paid)[0]
    assert entry.period == "h-1448-01"


def test_what_changed_after_approval_is_told_by_invoice():
    paid = account([line(1, 1000_00)], [move(1, PAID, 1150_00)])
    entries = reckon(terms(), Person(ME), [paid])
    settled = {("g-2026-q1", paid.id): (1000_00, 40_00), ("g-2026-q1", THIRD): (10_00, 50)}
    told = corrections(entries, settled, ["g-2026-q1"], {})
    assert sorted((each.invoice, each.base, each.amount) for each in told) == sorted(
        [(paid.id, 0, 10_00), (THIRD, -10_00, -50)]
    )
    assert corrections(entries, settled, [], {}) == []


# ---- always true -----------------------------------------------------------------------------------------
amounts = st.integers(min_value=1, max_value=5_000_000)
ladders = st.lists(
    st.tuples(st.integers(0, 3_000_000), st.decimals(0, 40, places=2)),
    min_size=1,
    max_size=4,
    unique_by=lambda t: t[0],
)
splits = st.sampled_from(
    [((ME, "100"),), ((ME, "33.33"), (YOU, "66.67")), ((ME, "1"), (YOU, "49.5"), (THIRD, "49.5"))]
)


@st.composite
def stories(draw, *, whole_credit=False):
    """Some invoices, each paid in parts, perhaps credited in part and refunded, in two quarters and three currencies."""
    found, number = [], iter(range(1, 10_000))
    for place in range(draw(st.integers(1, 3))):
        lines = [
            line(at, draw(amounts), cost=draw(st.none() | amounts)) for at in range(draw(st.integers(1, 3)))
        ]
        currency, rate = draw(
            st.sampled_from([("SAR", None), ("USD", "3.75"), ("KWD", "12.2"), ("JPY", "0.0247")])
        )
        shares = tuple((who, Decimal(percent)) for who, percent in draw(splits))
        more = {"shares": shares, "rate": rate and Decimal(rate)}
        empty, moves = account(lines, [], number=f"INV-{place}", currency=currency), []
        left, day = empty.total, FIRST
        for _part in range(draw(st.integers(1, 4))):
            day += timedelta(days=draw(st.integers(0, 60)))
            if some := draw(st.integers(0, left)):
                moves.append(move(next(number), PAID, some, day, **more))
                left -= some
        if whole_credit or draw(st.booleans()):
            day += timedelta(days=draw(st.integers(0, 90)))
            taken = [
                (each.kind, each.net if whole_credit else draw(st.integers(0, each.net))) for each in lines
            ]
            with_tax = (
                empty.total if whole_credit else min(sum(net for _kind, net in taken) * 23 // 20, empty.total)
            )
            if with_tax:
                moves.append(move(next(number), CREDITED, with_tax, day, lines=taken, **more))
        found.append(replace(empty, moves=tuple(moves)))
    return found


@given(stories(), ladders, st.booleans(), st.none() | st.integers(0, 500_000))
def test_the_lines_of_each_period_add_up_to_the_commission_of_its_base_and_never_beyond_the_cap(
    story, ladder, margin, cap
):
    plan = terms(*ladder, margin=margin, cap=cap)
    entries = reckon(plan, Person(ME), story)
    for period in {entry.earned_in for entry in entries}:
        of_it = [entry for entry in entries if entry.earned_in == period]
        assert total(of_it) == Scale.of_period(plan, None).of(total(of_it, "base"))
        assert total(of_it) >= 0
        assert cap is None or total(of_it) <= cap


@given(stories(whole_credit=True), ladders, st.booleans())
def test_a_credit_note_over_all_of_it_brings_the_commission_to_zero(story, ladder, margin):
    for who in (ME, YOU, THIRD):
        entries = reckon(terms(*ladder, margin=margin), Person(who), story)
        assert (total(entries), total(entries, "base")) == (0, 0)


@given(stories(), st.booleans())
def test_the_shares_of_everybody_add_up_to_what_the_invoice_brought(story, margin):
    alone = [
        replace(each, moves=tuple(replace(m, shares=((ME, Decimal(100)),)) for m in each.moves))
        for each in story
    ]
    whole = total(reckon(terms(margin=margin), Person(ME), alone), "base")
    parts = [total(reckon(terms(margin=margin), Person(who), story), "base") for who in (ME, YOU, THIRD)]
    assert sum(parts) == whole


@given(stories())
def test_a_line_that_is_fully_paid_counts_for_its_net_exactly(story):
    for each in story:
        if sum(m.amount for m in each.moves if m.kind == PAID) == each.total and all(
            m.kind == PAID for m in each.moves
        ):
            alone = replace(each, moves=tuple(replace(m, shares=((ME, Decimal(100)),)) for m in each.moves))
            entries = reckon(terms(), Person(ME), [alone])
            for billed in each.lines:
                assert sum(entry.part for entry in entries if entry.line == billed.id) == billed.net


@given(stories(), ladders, st.randoms())
def test_the_order_in_which_facts_come_does_not_matter(story, ladder, chance):
    shuffled = [replace(each, moves=tuple(chance.sample(each.moves, len(each.moves)))) for each in story]
    chance.shuffle(shuffled)
    assert reckon(terms(*ladder), Person(ME), shuffled) == reckon(terms(*ladder), Person(ME), story)


@given(stories(), ladders)
def test_which_payment_of_a_day_was_entered_first_does_not_matter(story, ladder):
    """Their ids are the order of entry: turned round, every day comes to the same. (Shares and other currencies are
    rounded payment by payment.)"""

    def by_day(turned):
        days = {}
        for entry in reckon(
            terms(*ladder), Person(ME), [alone(each, turned) for each in story if each.currency == "SAR"]
        ):
            base, amount = days.get(entry.day, (0, 0))
            days[entry.day] = (base + entry.base, amount + entry.amount)
        return {day: sums for day, sums in days.items() if sums != (0, 0)}

    def alone(each, turned):
        moves = [replace(m, shares=((ME, Decimal(100)),)) for m in each.moves]
        return replace(
            each, moves=tuple(replace(m, id=UUID(int=10**6 - m.id.int)) if turned else m for m in moves)
        )

    assert by_day(turned=False) == by_day(turned=True)


@given(ladders, st.integers(-1_000, 6_000_000), st.none() | st.integers(0, 500_000))
def test_tiers_are_continuous_and_never_fall(ladder, base, cap):
    scale = Scale.of_period(terms(*ladder, cap=cap), None)
    assert 0 <= scale.of(base + 1) - scale.of(base) <= 1
    assert scale.of(min(base, 0)) == 0
