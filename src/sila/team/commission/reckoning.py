"""What a person earns by a plan: one pure function of facts, exact in minor units. Its rules are docs/commission.md.

An invoice counts as it is paid. Of each line there counts what is left of it after credit notes, in the proportion in
which the invoice is paid, rounded half up; each payment, refund or note brings the difference to before. So a line that
is fully paid has counted for exactly its net amount, and one that is credited for nothing, whatever came in between.

What comes in belongs to the period of its day. What goes back is taken from what came in on the same line, the newest
first, at the rate of exchange, the share and the tier at which it was counted: the commission of a period is a function
of what its base comes to, so taking all of it back brings the commission to zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sila.platform.entities.periods import Period
from sila.platform.entities.rates import Rate, Rates
from sila.platform.kit.lines import allocate, half_up
from sila.sales.credits import share_out

WHOLE = Decimal(100)
PAID, REFUNDED, CREDITED = "payment", "refund", "note"
Shares = tuple[tuple[UUID, Decimal], ...]  # percent, together at most 100


# ---- facts ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Tier:
    """The rate in percent for what lies above: an amount, or a percentage of the goal."""

    above: int
    above_goal: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Terms:
    """A plan. `cap` and tiers in minor units of `currency`."""

    currency: str
    margin: bool
    calendar: str
    months: int
    begins: date
    ends: date | None
    by_goal: bool
    tiers: tuple[Tier, ...]
    cap: int | None

    def period(self, day: date) -> Period:
        return Period.of(day, self.calendar, self.months)


@dataclass(frozen=True)
class Billed:
    """A line of an invoice: `kind` is what finds it again in a credit note; without a `cost` its margin is not known."""

    id: UUID
    name: str
    kind: str
    net: int
    cost: int | None
    counts: bool

    def worth(self, margin: bool) -> int:
        if not self.counts:
            return 0
        return (0 if self.cost is None else self.net - self.cost) if margin else self.net


@dataclass(frozen=True)
class Move:
    """Money that came or went, or a note. `amount` in minor units of the invoice, with tax and above zero; `lines` of a
    note: what it takes back of each kind, before tax. `rate`: into the plan's currency on that day."""

    id: UUID
    kind: str
    name: str
    day: date
    amount: int
    rate: Decimal | None
    shares: Shares
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Account:
    """An invoice with all that happened to it."""

    id: UUID
    number: str
    currency: str
    total: int
    lines: tuple[Billed, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Person:
    """Whose commission it is, and between which days they are in the plan; goals by the key of their period."""

    id: UUID
    begins: date | None = None
    ends: date | None = None
    goals: Mapping[str, int] = field(default_factory=dict)


# ---- what follows --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """One step. `part`: what the move brought of the line in the invoice's currency; `base`: the person's share of it in
    the plan's. `before`: what had counted in `earned_in`; `steps`: rate and the part of the base it counted for. `note`:
    "" or why it counts for nothing: rate, cost, time."""

    invoice: UUID
    number: str
    line: UUID
    line_name: str
    source: UUID
    kind: str
    name: str
    moved: int
    day: date
    period: str
    earned_in: str
    part: int
    currency: str
    rate: Decimal | None
    percent: Decimal
    base: int
    before: int
    steps: tuple[tuple[Decimal, int], ...]
    amount: int
    capped: bool
    note: str = ""


@dataclass
class Chunk:
    """What one move brought of one line, how much of it has not gone back, and where it counted."""

    part: int
    left: int
    worth: int
    shares: Shares
    percent: Decimal
    rate: Decimal | None
    earned_in: str
    note: str

    def base_of(self, part: int, person: UUID) -> int:
        """The person's share of so much of it; of the whole and of nothing exactly."""
        worth = half_up(Fraction(self.worth * part, self.part)) if self.part else 0
        rest = WHOLE - sum((percent for _member, percent in self.shares), Decimal(0))
        whole = [*self.shares, *([(UUID(int=0), rest)] if rest > 0 else [])]
        return share_out(worth, whole).get(person, 0) if not self.note else 0


def reckon(terms: Terms, person: Person, accounts: Iterable[Account]) -> list[Entry]:
    """Every step for the person, by day. The order in which facts are given does not matter."""
    return _Reckoning(terms, person).run(accounts)


class _Reckoning:
    def __init__(self, terms: Terms, person: Person) -> None:
        self.terms, self.person = terms, person
        self.running: dict[str, int] = {}  # period -> what counted so far
        self.entries: list[Entry] = []

    def run(self, accounts: Iterable[Account]) -> list[Entry]:
        books = [Book(account, self.terms.margin) for account in accounts]
        moves = [
            (move.day, book.account.number, move.kind, move.id, book, move)
            for book in books
            for move in book.account.moves
        ]
        for _day, _number, _kind, _id, book, move in sorted(moves, key=lambda each: each[:4]):
            for place, change in enumerate(book.take(move)):
                if change:
                    self._count(book, place, move, change)
                elif self.terms.margin and move.kind == PAID:
                    self._tell_missing_cost(book, place, move)
        return self.entries

    def _count(self, book: "Book", place: int, move: Move, change: int) -> None:
        """It goes against what stands with the other sign, the newest first; the rest stands anew. (A margin below zero
        counts below zero, and comes back when it is credited.)"""
        for chunk in reversed(book.chunks[place]):
            if chunk.left * change < 0:
                some = -chunk.left if abs(chunk.left) < abs(change) else change
                before = chunk.base_of(chunk.left, self.person.id)
                chunk.left += some
                change -= some
                self._enter(
                    book, place, move, chunk, some, chunk.base_of(chunk.left, self.person.id) - before
                )
        if change:
            chunk = self._chunk(book.account.currency, move, change)
            book.chunks[place].append(chunk)
            self._enter(book, place, move, chunk, change, chunk.base_of(change, self.person.id))

    def _chunk(self, currency: str, move: Move, part: int) -> Chunk:
        worth = _converted(part, currency, move, self.terms.currency)
        percent = dict(move.shares).get(self.person.id, Decimal(0))
        note = "" if self._in_time(move.day) else "time"
        if worth is None:
            note = note or "rate"
        key = self.terms.period(move.day).key
        return Chunk(part, part, worth or 0, move.shares, percent, move.rate, key, note)

    def _in_time(self, day: date) -> bool:
        firsts = (self.terms.begins, self.person.begins)
        lasts = (self.terms.ends, self.person.ends)
        return all(first is None or first <= day for first in firsts) and all(
            last is None or day <= last for last in lasts
        )

    def _enter(self, book: "Book", place: int, move: Move, chunk: Chunk, part: int, base: int) -> None:
        if not chunk.percent or (chunk.note == "time" and not base):
            return
        before = self.running.get(chunk.earned_in, 0)
        after = self.running[chunk.earned_in] = before + base
        scale = self.scale(chunk.earned_in)
        amount, free = scale.of(after) - scale.of(before), scale.uncapped(after) - scale.uncapped(before)
        steps = scale.steps(before, after)
        self._add(book, place, move, chunk, part, base, before, steps, amount, amount != free)

    def _tell_missing_cost(self, book: "Book", place: int, move: Move) -> None:
        line = book.account.lines[place]
        percent = dict(move.shares).get(self.person.id, Decimal(0))
        if line.counts and line.cost is None and percent and self._in_time(move.day):
            key = self.terms.period(move.day).key
            nothing = Chunk(0, 0, 0, move.shares, percent, move.rate, key, "cost")
            self._add(book, place, move, nothing, 0, 0, self.running.get(key, 0), (), 0, False)

    def _add(
        self,
        book: "Book",
        place: int,
        move: Move,
        chunk: Chunk,
        part: int,
        base: int,
        before: int,
        steps: tuple[tuple[Decimal, int], ...],
        amount: int,
        capped: bool,
    ) -> None:
        account, line = book.account, book.account.lines[place]
        self.entries.append(
            Entry(
                invoice=account.id,
                number=account.number,
                line=line.id,
                line_name=line.name,
                source=move.id,
                kind=move.kind,
                name=move.name,
                moved=move.amount,
                day=move.day,
                period=self.terms.period(move.day).key,
                earned_in=chunk.earned_in,
                part=part,
                currency=account.currency,
                rate=chunk.rate,
                percent=chunk.percent,
                base=base,
                before=before,
                steps=steps,
                amount=amount,
                capped=capped,
                note=chunk.note,
            )
        )

    def scale(self, period: str) -> "Scale":
        return Scale.of_period(self.terms, self.person.goals.get(period))


def _converted(part: int, currency: str, move: Move, into: str) -> int | None:
    known = {} if move.rate is None else {currency: Rate(currency, move.day, move.rate)}
    return Rates(into, known).convert(part, currency)


# ---- what has counted of an invoice ----------------------------------------------------------------------
class Book:
    """An account as it stands after some of its moves."""

    def __init__(self, account: Account, margin: bool) -> None:
        self.account, self.margin = account, margin
        self.paid = self.credited = 0
        self.left = [line.net for line in account.lines]  # before tax, after notes
        self.counted = [0] * len(account.lines)
        self.chunks: list[list[Chunk]] = [[] for _line in account.lines]

    def take(self, move: Move) -> list[int]:
        """What the move changes of what counts, line by line."""
        if move.kind == CREDITED:
            self.credited += move.amount
            self._credit(move.lines)
        else:
            self.paid += move.amount if move.kind == PAID else -move.amount
        counted = [self._counts(place) for place in range(len(self.left))]
        changes = [now - before for now, before in zip(counted, self.counted, strict=True)]
        self.counted = counted
        return changes

    def _counts(self, place: int) -> int:
        line, due = self.account.lines[place], self.account.total - self.credited
        if due <= 0:
            return 0
        paid = Fraction(min(max(self.paid, 0), due), due)
        left = Fraction(self.left[place], line.net) if line.net else Fraction(due, self.account.total)
        return half_up(line.worth(self.margin) * left * paid)

    def _credit(self, lines: Sequence[tuple[str, int]]) -> None:
        """Off the lines of the same kind, as far as they go; the rest off all, by what is left of them."""
        rest = 0
        for kind, net in lines:
            places = [place for place, line in enumerate(self.account.lines) if line.kind == kind]
            rest += net - self._off(places, net)
        self._off(range(len(self.left)), rest)

    def _off(self, places: Sequence[int], net: int) -> int:
        left = [max(self.left[place], 0) for place in places]
        taken = min(net, sum(left))
        if taken <= 0:
            return 0
        for place, share in zip(places, allocate(taken, left), strict=True):
            self.left[place] -= share
        return taken


# ---- rates -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Scale:
    """The tiers of a person in a period: bounds in minor units. Commission is continuous in the base and never falls
    as it grows; below zero there is none."""

    tiers: tuple[tuple[int, Decimal], ...]
    cap: int | None

    @classmethod
    def of_period(cls, terms: Terms, goal: int | None) -> "Scale":
        """Tiers that begin with a share of a goal count where there is one."""
        bounds = []
        for tier in terms.tiers:
            if not terms.by_goal:
                bounds.append((tier.above, tier.rate))
            elif tier.above_goal == 0 or goal is not None:
                bounds.append((half_up(Fraction(goal or 0) * Fraction(tier.above_goal) / 100), tier.rate))
        return cls(tuple(sorted(bounds)), terms.cap)

    def steps(self, before: int, after: int) -> tuple[tuple[Decimal, int], ...]:
        """By how much of each tier the base moved, with its sign."""
        low, high, sign = (before, after, 1) if before <= after else (after, before, -1)
        found = []
        for place, (above, rate) in enumerate(self.tiers):
            top = self.tiers[place + 1][0] if place + 1 < len(self.tiers) else None
            some = (high if top is None else min(high, top)) - max(low, above)
            if some > 0:
                found.append((rate, sign * some))
        return tuple(found)

    def uncapped(self, base: int) -> int:
        return half_up(
            sum((Fraction(rate) * some / 100 for rate, some in self.steps(0, max(base, 0))), Fraction(0))
        )

    def of(self, base: int) -> int:
        free = self.uncapped(base)
        return free if self.cap is None else min(free, self.cap)
