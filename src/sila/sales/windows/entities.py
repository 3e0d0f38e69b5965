"""Incumbent contracts."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sila.platform.entities.registry import Action, Entity, View, register
from sila.sales.contracts.planning import move_along, put_away
from sila.sales.rules import keep_amount
from sila.sales.windows.actions import make_deal
from sila.sales.windows.models import IncumbentContract
from sila.sales.windows.panels import flags, panels
from sila.sales.windows.rules import derive, know_competitor

incumbents = register(
    Entity(
        model=IncumbentContract,
        slug="incumbent-contracts",
        icon="radar",
        menu=_("Sales"),
        subtitle="party",
        told_apart=("party", "competitor"),
        tones={"confidence": {"certain": "ok", "likely": "2", "guess": "warn"}},
        dated=("notice_by", "opens_on"),
        columns=(
            *("name", "party", "competitor", "opens_on", "notice_by", "ends_on", "amount"),
            *("confidence", "owner"),
        ),
        sections={
            _("Incumbent contract"): ("name", "party", "competitor", "product"),
            _("End and window"): (
                *("ends_on", "notice", "notice_unit", "auto_renew", "renew_months"),
                *("window_days", "opens_on", "notice_by", "lead_days", "plan_kind"),
            ),
            pgettext_lazy("label", "Money"): ("amount", "currency"),
            _("Where it is known from"): ("confidence", "learned_from", "learned_in", "learned_on"),
            _("Notes"): ("notes",),
        },
        filters=(
            *("party", "competitor", "product", "opens_on", "notice_by", "ends_on", "amount", "confidence"),
            *("auto_renew", "plan_kind", "learned_on", "owner", "org_unit", "created_at"),
        ),
        search=("name", "party__name", "party__name_latin", "competitor__name", "learned_from"),
        quick=("name", "party", "competitor", "ends_on", "notice", "notice_unit", "amount", "learned_from"),
        keys=("name",),
        match=(("name", "party"),),
        rules=(derive, keep_amount, know_competitor),
        effects=(move_along,),
        on_trash=put_away,
        mergeable=False,
        flags=flags,
        panel_data=panels,
        views=(
            View("opening", _("Opening this month"), ("opens_on:within:this_month",), "opens_on"),
            View("closing", _("Closing in 30 days"), ("notice_by:within:next_30_days",), "notice_by"),
            View("unsure", _("Only guessed"), ("confidence:any:guess",), "opens_on"),
            View("undated", _("End not known"), ("ends_on:empty",)),
        ),
        actions=(
            Action(
                "make-deal",
                _("Make a deal"),
                make_deal,
                icon="target",
                opens=True,
                when=lambda incumbent: incumbent.notice_by is not None,
            ),
        ),
    )
)
