# SPDX-License-Identifier: AGPL-3.0-or-later
"""One tab of the workload as a page: bars, figures, the order of its columns, and the sentence on top."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from dispatch.kit.policy import policy_in_force
from dispatch.reporting import registers
from dispatch.reporting.asked import BUDGETS, MAP, WORKLOAD, Asked
from dispatch.reporting.attention import Concern, Finding
from dispatch.reporting.columns import FIGURES, SHOWN
from dispatch.reporting.rows import NONE, Row
from dispatch.reporting.service import Workload, default_order
from dispatch.reporting.words import ONE, WITHOUT, ago, hours, number, period_title, sentence, signed
from dispatch.web.i18n import _l, ngettext
from dispatch.web.i18n import gettext as _
from dispatch.web.views.page import Choice, Filter, Filters
from dispatch.web.views.workload import Bar, Head, LoadPage, LoadRow, Part, Sentence

TAB_OF = {Concern.REFUSALS: "language"}  # every other concern is about mediators, or about budgets
OF_BUDGETS = (Concern.SPENT, Concern.BUDGET)
GRAVE = (Concern.FULL, Concern.SPENT)
COUNTED = _l(
    "Counted are the hours worked where the attendance is told, those confirmed and planned where it is not, and training. "
    "The limit and the target of a month are the weekly ones for as many of its weeks as it has."
)


def load_page(session: Session, asked: Asked, load: Workload, now: dt.datetime) -> LoadPage:
    """The tab with everything it shows; ``now`` says how long ago a last job was."""
    widest = max((row.used for row in load.rows), default=0)
    return LoadPage(
        title=_("Workload, %(period)s") % {"period": period_title(asked.period)},
        tabs=asked.tabs(),
        period=asked.periods(),
        heads=heads(asked),
        rows=tuple(
            LoadRow(
                named(row, asked.by), asked.row_href(row.key), about(row, asked.by), bar_of(row, widest, asked.by),
                tuple(text_of(name, row, now) for name in SHOWN[asked.by]),
            )
            for row in load.rows
        ),
        totals=totals(load.rows, asked.by),
        filters=filters(session, asked),
        sentences=sentences(session, asked, load.findings),
        csv=asked.href(file="csv"),
        xlsx=asked.href(file="xlsx"),
        legend=legend(asked.by),
        lead=_("On average %(hours)s hours each.") % {"hours": hours(load.average)} if asked.by == "mediator" else "",
        note=_(COUNTED) if asked.by == "mediator" else "",
        only=asked.only,
        only_off=asked.href(only=""),
    )  # fmt: skip


def legend(by: str) -> tuple[tuple[str, str], ...]:
    tones = (("worked", _("worked")), ("booked", _("confirmed")), ("planned", _("planned")))
    hers = (("training", _("training")), ("target", _("target")))
    return (*tones, *hers) if by == "mediator" else tones


def heads(asked: Asked) -> tuple[Head, ...]:
    """Name and bar, then the figures; a click sorts, a second one turns the order round."""
    bar = "limit" if asked.by == "mediator" else "hours"
    titles = [("name", _(ONE[asked.by]), "", ""), (bar, _("Hours counted"), "", "")]
    for name in SHOWN[asked.by]:
        figure = FIGURES[name]
        titles.append((name, _(figure.title), _(figure.group) if figure.group else "", _(figure.whole)))
    order = asked.order or default_order(asked.by)
    return tuple(_head(asked, order, *title) for title in titles)


def _head(asked: Asked, order: str, name: str, title: str, group: str, whole: str) -> Head:
    standing = {name: "ascending", f"-{name}": "descending"}.get(order, "")
    first, second = (name, f"-{name}") if name == "name" else (f"-{name}", name)
    return Head(title, asked.href(order=second if order == first else first), standing, group, whole)


def named(row: Row, by: str) -> str:
    return row.name or _(WITHOUT[by])


def about(row: Row, by: str) -> str:
    if by == "language" and row.key != NONE:
        return ngettext("one speaker", "%(num)d speakers", row.speakers) % {"num": row.speakers}
    return row.about


def bar_of(row: Row, widest: int, by: str) -> Bar:
    """Worked, confirmed and planned hours one after the other, on the scale of her limit or of the longest bar."""
    limit = row.limit if by == "mediator" else None
    scale = max(limit or widest, row.used, 1)
    figures = row.figures
    told = min(figures.delivered, figures.used)
    planned = min(figures.planned, figures.used - told)
    lengths = (
        ("training", row.training),
        ("worked", told),
        ("booked", figures.used - told - planned),
        ("planned", planned),
    )
    return Bar(
        text=bar_text(row, by),
        parts=parts_of(lengths, scale),
        limit=100 * limit / scale if limit is not None and row.used > limit else None,
        target=100 * row.target / scale if row.target else None,
        note=bar_note(row),
        is_over=limit is not None and row.used > limit,
    )


def parts_of(lengths: Iterable[tuple[str, float]], scale: float) -> tuple[Part, ...]:
    """The pieces of a bar one after the other; what has no length is left out."""
    parts: list[Part] = []
    x = 0.0
    for tone, length in lengths:
        width = 100 * length / scale
        if width > 0:
            parts.append(Part(tone, round(x, 2), round(width, 2)))
        x += width
    return tuple(parts)


def bar_text(row: Row, by: str) -> str:
    """Her hours of those she may work; of a language, ambito, desk or project the hours alone."""
    if row.limit is None or by != "mediator":
        return _("%(used)s h") % {"used": hours(row.used)}
    values = {"used": hours(row.used), "limit": hours(row.limit), "percent": round(row.percent_of_limit or 0)}
    return _("%(used)s of %(limit)s h (%(percent)s %%)") % values


def bar_note(row: Row) -> str:
    """What the bar alone does not say: her target, her courses, a week fuller than the rest; or who could do more."""
    if row.speakers and row.percent_of_limit is not None:
        return _("%(percent)s %% of their hours") % {"percent": number(row.percent_of_limit, 1)}
    said = []
    if row.target:
        said.append(_("target %(hours)s h") % {"hours": hours(row.target)})
    if row.training:
        said.append(_("%(hours)s h of training") % {"hours": hours(row.training)})
    if row.week_limit and row.limit != row.week_limit and row.figures.fullest_week:
        fullest = round(100 * row.figures.fullest_week / row.week_limit)
        said.append(_("fullest week %(percent)s %%") % {"percent": fullest})
    return ", ".join(said)


def text_of(name: str, row: Row, now: dt.datetime) -> str:
    """A figure as a cell shows it."""
    if name == "last":
        return ago(row.last, now)
    if name == "average":
        return signed(row.average)
    value = FIGURES[name].value(row)
    assert isinstance(value, int | float)
    return number(value, 1 if FIGURES[name].decimals else 0)


def totals(rows: Sequence[Row], by: str) -> tuple[str, ...]:
    """The sum of each column that can be summed, under the hours counted."""
    sums = [_("%(used)s h") % {"used": hours(sum(row.used for row in rows))}]
    for name in SHOWN[by]:
        values = [FIGURES[name].value(row) for row in rows] if name not in ("last", "average") else []
        total = sum(value for value in values if isinstance(value, int | float))
        sums.append(number(total, 1 if FIGURES[name].decimals else 0) if values else "")
    return tuple(sums)


def sentences(session: Session, asked: Asked, findings: Iterable[Finding]) -> tuple[Sentence, ...]:
    policy = policy_in_force(session).workload
    said = []
    for finding in findings:
        path = BUDGETS if finding.concern in OF_BUDGETS else WORKLOAD
        href = asked.elsewhere(path, TAB_OF.get(finding.concern, "mediator"), finding.concern)
        tone = "danger" if finding.concern in GRAVE else "warning"
        said.append(Sentence(sentence(finding, policy), href, tone))
    return tuple(said)


def filters(session: Session, asked: Asked) -> Filters:
    sieve = asked.sieve
    ambiti = [one for one in registers.read_ambiti(session).values() if sieve.shows(one.code)]
    by_name = sorted((name, code) for code, name in registers.spoken_names(session).items())
    keep = [("by", asked.by if asked.path == WORKLOAD else ""), ("period", asked.period.name), ("order", asked.order)]
    languages = tuple(Choice(code, name) for name, code in by_name)
    if asked.path == MAP:
        kept = tuple(pair for pair in (("period", asked.period.name), ("show", asked.show)) if pair[1])
        return Filters(MAP, (Filter("language", _("Language"), sieve.language, languages),), kept)
    items = [Filter("ambito", _("Ambito"), sieve.ambito, tuple(Choice(one.code, one.name) for one in ambiti))]
    if asked.path == WORKLOAD:  # a budget and an ambito's share are not of one language
        items.append(Filter("language", _("Language"), sieve.language, languages))
    items.append(Filter("q", _("Search"), sieve.text))
    return Filters(asked.path, tuple(items), tuple(pair for pair in keep if pair[1]))
