"""The sample workspace: a trading group with three branches and two years of work, made through the verbs.

Everything is drawn from one seed and told in the order in which it happened; dates count back from today.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation

from sila.catalog.demo import PRODUCTS, add_prices, product_values
from sila.insight.demo import add_adjustments
from sila.parties import actions as party_verbs
from sila.parties import demo as parties
from sila.platform.access.actor import Actor
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.platform.kit import clock
from sila.platform.kit.dice import Dice
from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace
from sila.project.demo_assets import add_assets
from sila.project.demo_capture import add_capture
from sila.project.demo_contracts import add_contracts
from sila.project.demo_fields import add_computed_fields
from sila.project.demo_fitting import add_fitting
from sila.project.demo_leads import add_leads
from sila.project.demo_news import tell_news
from sila.project.demo_partners import add_partners, add_suppliers
from sila.project.demo_purchases import add_purchases
from sila.project.demo_quality import add_quality
from sila.project.demo_quotes import add_quotes
from sila.project.demo_selling import add_selling
from sila.project.demo_staff import OWNER, SLUG, STAFF, hire
from sila.project.demo_territories import add_territories
from sila.project.demo_visits import add_visits
from sila.project.demo_windows import add_windows
from sila.project.workspaces import create_workspace
from sila.sales import actions as deal_verbs
from sila.sales import demo as sales
from sila.sales.models import LossReason, Opportunity, Stage
from sila.team.demo import add_team
from sila.work import actions as work_verbs
from sila.work import demo as work

NAME = "مجموعة الريان للتجارة"
SEED = 1448
COMPANIES, PEOPLE, DEALS, DAYS = 300, 900, 400, 730
RATES = (("USD", "3.75"), ("AED", "1.0211"), ("KWD", "12.2"))  # into riyals
RIYADH = ZoneInfo("Asia/Riyadh")


def ensure_sample() -> Workspace:
    """The sample workspace, made now if it is not there."""
    return Workspace.objects.filter(slug=SLUG).first() or make_sample()


def make_sample(
    slug: str = SLUG, *, companies: int = COMPANIES, people: int = PEOPLE, deals: int = DEALS
) -> Workspace:
    with transaction.atomic():
        workspace = create_workspace(
            slug,
            NAME,
            owner_email=OWNER.replace(SLUG, slug),
            owner_name=STAFF[0][1],
            owner_name_en=STAFF[0][2],
        )
        with scope(workspace), translation.override(workspace.language):
            story = Story(workspace)
            story.tell(companies, people, deals)
            add_capture(story.actors, story.now)
            add_leads(story.actors, story.now)
            add_quotes(story.actors, story.now)
            add_purchases(story.actors, story.now)
            add_fitting(story.actors, story.now)
            add_assets(story.actors, story.now)
            add_adjustments(story.actors, story.now.astimezone(RIYADH).date())
            add_selling(story.actors, story.now)
            add_partners(story.actors, story.now)
            add_suppliers(story.actors, story.now)
            add_team(story.actors, story.now)
            add_windows(story.actors, story.now)
            add_visits(story.actors, story.now)
            add_computed_fields(Actor.system(workspace, "demo"))
            add_contracts(Actor.system(workspace, "demo"))
            add_quality(Actor.system(workspace, "demo"))
            tell_news(story.actors, story.now)
    return workspace


@dataclass
class Known:
    """A company of the sample, with what the story needs to go on about it."""

    company: parties.Company
    seller: Actor
    since: datetime
    record: Any = None
    people: list[Any] = field(default_factory=list)


@dataclass
class Running:
    """A deal on its way."""

    deal: Opportunity
    known: Known

    @property
    def seller(self) -> Actor:
        return self.known.seller

    @property
    def about(self) -> list[tuple[str, Any]]:
        """The records that work on the deal is noted on."""
        links = [("opportunities", self.deal.id), ("organizations", self.known.record.id)]
        return [*links, ("people", self.deal.contact_id)] if self.deal.contact_id else links


class Story:
    """Plans what happens when, then lets it happen in that order, each at its own moment."""

    def __init__(self, workspace: Workspace) -> None:
        self.rng = Dice(SEED)
        self.workspace = workspace
        self.now = timezone.now()
        self.start = self.now - timedelta(days=DAYS)
        self.plot: list[tuple[datetime, int, Callable[[], object]]] = []
        self.numbers = count()
        self.known: list[Known] = []
        self.running: list[Running] = []

    def tell(self, companies: int, people: int, deals: int) -> None:
        self.actors = hire(self.workspace)
        self.admin = self.actors["noura"]
        with clock.at(self.start):
            add_territories(self.actors)
        for currency, rate in RATES:
            values = {"currency": currency, "rate": rate, "day": self.start.date().isoformat()}
            records.create(registry["exchange-rates"], values, by=self.admin)
        self.products = [
            records.create(registry["products"], product_values(row), by=self.admin) for row in PRODUCTS
        ]
        add_prices(self.products, self.admin)
        self.stages = list(Stage.objects.filter(category="open").order_by("order"))
        self.reasons = list(LossReason.objects.order_by("order"))
        self.plan_companies(companies)
        self.plan_people(people)
        self.plan_deals(deals)
        self.plan_office()
        self.happen()
        self.plan_day()

    def happen(self) -> None:
        """One deed after the other, by the clock; a deed may plan more."""
        while self.plot:
            moment, _number, deed = heappop(self.plot)
            with clock.at(moment):
                deed()

    def at(self, moment: datetime, deed: Callable[[], object]) -> None:
        heappush(self.plot, (min(moment, self.now), next(self.numbers), deed))

    # ---- companies and people --------------------------------------------------------------------
    def sellers(self, branch: str) -> list[Actor]:
        """Who looks after a branch's customers; the head of the company has key accounts in Riyadh."""
        codes = [code for code, *_rest, where, role in STAFF if where == branch and role == "seller"]
        return [self.actors[code] for code in (["noura", *codes] if branch == "riyadh" else codes)]

    def working_hour(self, moment: datetime) -> datetime:
        """The same day, or the Sunday after a weekend, between eight and five."""
        local = moment.astimezone(RIYADH)
        local += timedelta(days={4: 2, 5: 1}.get(local.weekday(), 0))
        hour = time(self.rng.randrange(8, 17), self.rng.choice((0, 10, 15, 30, 40, 45)))
        lately = self.now - timedelta(minutes=self.rng.randrange(2, 150))
        return min(datetime.combine(local.date(), hour, tzinfo=RIYADH), lately)

    def plan_companies(self, count: int) -> None:
        for company in parties.companies(self.rng, count):
            since = self.working_hour(self.start + timedelta(days=DAYS * self.rng.random() ** 2 * 0.97))
            known = Known(company, self.rng.choice(self.sellers(company.branch)), since)
            self.known.append(known)
            self.at(since, partial(self.add_company, known))

    def add_company(self, known: Known) -> None:
        values = {**known.company.values, "source": self.rng.choice(sales.SOURCES)}
        known.record = records.create(registry["organizations"], values, by=known.seller)

    def plan_people(self, count: int) -> None:
        for number in range(count):
            known = (
                self.known[number % len(self.known)]
                if number < len(self.known)
                else self.rng.choice(self.known)
            )
            moment = self.working_hour(known.since + timedelta(days=self.rng.expovariate(1 / 40)))
            self.at(max(moment, known.since + timedelta(minutes=5)), partial(self.add_person, known))

    def add_person(self, known: Known) -> None:
        of_company = {"organization": known.record.id, "lifecycle": known.record.lifecycle}
        values = parties.person(self.rng, known.company) | of_company
        person = records.create(registry["people"], values, by=known.seller)
        known.people.append(person)
        if self.rng.random() < 0.09:
            topic, key, value = self.rng.choice(parties.FACTS)
            party_verbs.add_fact(
                person, key, value, by=known.seller, topic=topic, source=known.company.values["name"]
            )
        if person.birth_date:
            calendar = self.rng.choice(("gregorian", "hijri"))
            party_verbs.add_important_date(person, person.birth_date, by=known.seller, calendar=calendar)
        if len(known.people) == 2 and self.rng.random() < 0.3:
            party_verbs.relate(person, known.people[0].id, "~manages", by=known.seller)

    # ---- deals -----------------------------------------------------------------------------------
    def plan_deals(self, count: int) -> None:
        for _number in range(count):
            known = self.rng.choice(self.known)
            span = (self.now - known.since) * 0.98
            begins = self.working_hour(known.since + span * self.rng.random() ** 0.75)
            begins = max(begins, known.since + timedelta(minutes=15))
            course = sales.course(self.rng, self.now - begins)
            self.at(begins, partial(self.begin_deal, known, begins, course))

    def begin_deal(self, known: Known, begins: datetime, course: sales.Course) -> None:
        """Runs when the deal begins, and lets all its further course happen at its own moments."""
        rng, product = self.rng, self.rng.choice(self.products)
        amount = (
            (product.price or 0)
            // 100
            * rng.choice((1, 1, 2, 3, 4, 6, 10) if product.price > 10**6 else (20, 40, 75, 120))
        )
        english = known.company.values["name_latin"] == ""
        values: dict[str, Any] = {
            "name": sales.name_of(rng, product.name, product.name_en, known.record.name, english=english),
            "party": known.record.id,
            "product": product.id,
            "amount": str(amount),
            "opened_on": begins.date(),
            "expected_close": (begins + course.closes_after + timedelta(days=rng.randrange(-5, 25))).date(),
            "next_step": rng.choice(sales.NEXT_STEPS) if not course.end else "",
            "source": rng.choice(sales.SOURCES),
        }
        if known.people:
            values["contact"] = rng.choice(known.people).id
        if not course.end and begins + course.closes_after < self.now:
            values["expected_close"] = (self.now + timedelta(days=rng.randrange(3, 60))).date()
        if known.record.lifecycle == "lead":
            self.advance(known, {"lifecycle": "prospect"})
        deal = records.create(registry["opportunities"], values, by=known.seller)
        if "contact" in values and rng.random() < 0.5:
            role = rng.choice(("decides", "signs", "uses", "champion", "buys"))
            deal_verbs.give_part(deal, values["contact"], role, by=known.seller)
        self.go_on(Running(deal, known), begins, course)

    def go_on(self, running: Running, begins: datetime, course: sales.Course) -> None:
        last = begins
        for step, after in enumerate(course.moves, start=1):
            if self.rng.random() < 0.7:
                last = max(
                    self.working_hour(begins + after - timedelta(days=1)), last + timedelta(minutes=25)
                )
                self.at(last, partial(self.note_something, running))
            last = max(self.working_hour(begins + after), last + timedelta(minutes=35))
            self.at(last, partial(self.move, running, self.stages[min(step, len(self.stages) - 1)]))
        if course.end:
            last = max(self.working_hour(begins + course.closes_after), last + timedelta(minutes=40))
            self.at(last, partial(self.close, running, course.end))
            return
        self.running.append(running)
        if self.rng.random() < 0.75:
            self.plan_next(running)

    def move(self, running: Running, stage: Stage) -> None:
        running.deal = deal_verbs.move(running.deal, by=running.seller, stage=stage.id)

    def close(self, running: Running, end: str) -> None:
        by, known = running.seller, running.known
        if end == "lost":
            reason, note = self.rng.choice(self.reasons), self.rng.choice(sales.LOST_NOTES)
            deal_verbs.lose(running.deal, by=by, reason=reason.id, note=note)
            return
        deal_verbs.win(running.deal, by=by, reason=self.rng.choice(sales.WON))
        if known.record.lifecycle != "customer":
            self.advance(known, {"lifecycle": "customer", "relationship": "growing"})
            party_verbs.give_role(known.record, "customer", by=by)

    def advance(self, known: Known, standing: dict[str, str]) -> None:
        """The company and those of its people who are known by then."""
        known.record = records.update(registry["organizations"], known.record.id, standing, by=known.seller)
        for person in known.people:
            records.update(registry["people"], person.id, standing, by=known.seller)

    # ---- work ------------------------------------------------------------------------------------
    def note_something(self, running: Running) -> None:
        rng = self.rng
        kind = rng.choices(("call", "meeting", "visit", "note"), (5, 2, 1, 3))[0]
        outcome, extra = "", {}
        if kind == "note":
            subject, body = rng.choice(work.NOTES)
            extra = {"body": body}
        elif kind == "meeting":
            subject, outcome, extra["location"] = rng.choice(work.MEETINGS)
        else:
            subject, outcome = rng.choice(work.CALLS if kind == "call" else work.VISITS)
            if kind == "call":
                extra["direction"] = rng.choice(("in", "out", "out"))
        values = {"subject": subject, **extra}
        work_verbs.log(kind, values, by=running.seller, about=running.about, outcome=outcome)

    def plan_next(self, running: Running) -> None:
        rng = self.rng
        due = self.later(rng.choice((-4, -2, -1, 0, 0, 0, 1, 1, 2, 3, 5, 8, 12, 20)))
        kind = rng.choices(("task", "call", "meeting"), (5, 4, 2))[0]
        when = {"due_at": due} if kind == "task" else {"starts_at": due}
        if kind == "meeting":
            when["ends_at"] = due + timedelta(hours=1)
        subject = rng.choice(work.TASKS if kind == "task" else work.NEXT)
        values = {"subject": subject, **when}
        verb = partial(work_verbs.plan, kind, values, by=running.seller, about=running.about)
        self.at(min(self.now, due) - timedelta(days=rng.randrange(1, 6)), verb)

    def later(self, days: int) -> datetime:
        """A working hour some days from today; what falls on a weekend comes before it, or after it."""
        local = (self.now + timedelta(days=days)).astimezone(RIYADH)
        if days:
            local += timedelta(
                days={4: 2, 5: 1}.get(local.weekday(), 0)
                if days > 0
                else {4: -1, 5: -2}.get(local.weekday(), 0)
            )
        return datetime.combine(
            local.date(), time(self.rng.randrange(8, 18), self.rng.choice((0, 15, 30))), tzinfo=RIYADH
        )

    def plan_office(self) -> None:
        """What hangs on no deal: the week's meetings, the month's report, and each seller's own list."""
        for actor in self.actors.values():
            if not actor.can("tasks", "create"):
                continue
            for kind, subject, rule in work.OFFICE:
                if self.rng.random() < 0.6:
                    due = self.later(self.rng.randrange(0, 6))
                    when = (
                        {"due_at": due}
                        if kind == "task"
                        else {"starts_at": due, "ends_at": due + timedelta(hours=1)}
                    )
                    values = {"subject": subject, "rrule": rule, **when}
                    self.at(self.now - timedelta(days=3), partial(work_verbs.plan, kind, values, by=actor))
        for subject in work.TASKS[:6]:
            due = self.later(self.rng.choice((-1, 0, 0, 1, 2)))
            values = {"subject": subject, "due_at": due, "priority": self.rng.choice(("normal", "high"))}
            self.at(self.now - timedelta(days=2), partial(work_verbs.plan, "task", values, by=self.admin))

    def plan_day(self) -> None:
        """The day of the head of the company, so that the first page has something to say: today, or in the evening
        tomorrow."""
        mine = [running for running in self.running if running.seller is self.admin] or self.running
        local = self.now.astimezone(RIYADH).replace(minute=0, second=0, microsecond=0)
        hour = local if 7 <= local.hour <= work.LATEST else local.replace(hour=9)
        if local.hour > work.LATEST:
            hour += timedelta(days=1)
        for number, (kind, subject, place, hours) in enumerate(work.DAY):
            running, moment = mine[number % len(mine)], hour + timedelta(hours=hours)
            values: dict[str, Any] = {"subject": subject}
            if kind == "meeting":
                values["location"] = place
            if hours < 0:
                with clock.at(min(moment, self.now - timedelta(minutes=20))):
                    work_verbs.log(kind, values, by=self.admin, about=running.about, outcome=place)
                continue
            times = {"starts_at": moment, "ends_at": moment + timedelta(minutes=45)}
            with clock.at(self.now - timedelta(days=1)):
                work_verbs.plan(kind, values | times, by=self.admin, about=running.about)
