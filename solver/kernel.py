# SPDX-License-Identifier: AGPL-3.0-or-later
"""The most profitable routes of many units at given prices, compiled: labels that travel through a day in time order.

A label is a partial route. It carries a bit mask of the nodes it can still make, so a label that is worth no less,
can still make all that another can, and stands at the same place dominates it (the trick of "visited or no longer
reachable": D. Feillet, P. Dejax, M. Gendreau and C. Gueguen, "An exact algorithm for the elementary shortest path
problem with resource constraints", Networks 44(3), 2004). A unit that is a whole week keeps for each of its stretches
the best routes by working minutes, and joins them by dynamic programming over the minutes of the week.

Everything is in whole price units, so the best value found is exact and may stand in a bound. Compiled code is kept
beside this file (or in ``NUMBA_CACHE_DIR``); it runs without the interpreter's lock, so threads price in parallel.

One long file on purpose: compiled code is kept by the date of its own file, so what lay in another one could be changed
without its callers here being compiled again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from solver.compiled import compiled

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Masks = npt.NDArray[np.uint64]

NOWHERE = -1
MOST_LABELS = 1 << 17  # of one stretch: beyond, it is priced in part and bounded by its ceiling
NEVER = -(1 << 62)
CLOSED = 1 << 60  # the price of a row that may not be used
# What is guessed of a weekly unit, from the last time it was priced: the price of its minutes, and how far its best week
# stays below the bound at that price.
HOUR, SHORT = range(2)
GOOD, FRONT, BEST, EVERY = range(4)  # what is asked of the labels of a stretch
MOST_TRIES = 5  # at the price of a week's minutes
LITTLE_FIRST, LEAST_FIRST = 3, 5  # an eighth of what a week's routes may lose is looked among first, or even less
MANY_LISTS = 1 << 14  # of labels, by what was visited; a power of two
MOST_CUTS = 64  # that one stretch is charged for: one bit of a word each

_DEBRUIJN = np.uint64(0x03F79D71B4CB0A89)
_BIT = np.zeros(64, dtype=np.int64)
for _at in range(64):
    _BIT[((int(_DEBRUIJN) << _at) & (1 << 64) - 1) >> 58] = _at


# Columns of the tables below. Tables of whole numbers, not records: what is handed to compiled functions decides how long
# they take to compile, and four tables are compiled in a tenth of the time of forty arrays.
FIRST_STRETCH, PAST_STRETCH, WEEKLY, ROOM, FAIR = UNIT_COLUMNS = range(
    5
)  # of a unit; FAIR: where its table of fairness costs begins
NODE_LO, WORDS, MASK_LO, LEG_LO, LEG_SIZE, FACT_LO, DAY_LO = range(7)  # of a stretch
BETWEEN_IS_WORK, HOME_IS_WORK, COVERS, KEEPS_LOSSES, HAS_REMOTE = range(7, 12)
LIMIT, TIGHT, FACT_WORK, FACT_TRAVEL, DAY_ROW = range(5)  # of a day
START, END, PLACE, DAY, FACT, PAYS, AFTER, LEAST_LEG, FIRST_OK, LAST_OK, ROW, LINK, POST = NODE_COLUMNS = range(
    13
)  # of a node
VALUE, PAST, WORK, STOP, READY, DUE, NODE, PASSED, PAID, PARENT, NEXT_ARRIVED, NEXT_KEPT, SIGN, HALVES = (
    LABEL_COLUMNS
) = range(14)  # of a label


class Graph(NamedTuple):
    """Every unit, stretch, day and node of a problem; the last stretch only says where the others end.

    Nodes of a stretch lie in order of start. PLACE is a column of the unit's leg matrix: 0 her home, -1 remote; DAY
    counts within the stretch; PAYS: an on-site slot, whose day's travel costs; AFTER: the first node that starts once
    this one has ended; ROW, LINK: rows of the master; KEEPS_LOSSES: a stop at a loss may shorten a road or come first.
    ``facts`` are nodes counted from their stretch's first. ``follows``: bit mask of the later nodes that can still be
    made; ``alike``: nodes worth the same at any prices. ``static``: what a node brings before anything is paid.
    """

    units: Ints
    stretches: Ints
    days: Ints
    nodes: Small
    static: Ints
    legs: Small
    facts: Small
    fair: Ints
    follows: Masks
    alike: Masks


class Charges(NamedTuple):
    """What visits cost besides their rows. ``post``: budgets and their cuts, for each post.

    A subset-row cut (``solver.subsets``) charges its ``price`` for every second of its posts in a stretch; ``of`` holds
    the cuts of each post, those of post p from ``first[p]`` on.
    """

    post: Ints
    first: Ints
    of: Ints
    price: Ints


class Pool(NamedTuple):
    """Room for the labels of one stretch; reused. ``ends``: (label, value, work) of whole routes.

    PAST: working minutes of the stretch's earlier days, WORK of the current one; STOP: last on-site node or NOWHERE,
    READY: when she is free to drive on; DUE: minutes driven between busy stops only, charged once the day has an
    on-site slot (PAID); PASSED: facts behind; HALVES: the cuts of which one more post will be charged.
    """

    labels: Ints
    open: Masks
    ends: Ints


def new_pool(words: int) -> Pool:
    """Room for ``MOST_LABELS`` labels with masks of so many words."""
    return Pool(
        np.empty((MOST_LABELS, len(LABEL_COLUMNS)), dtype=np.int64),
        np.empty(MOST_LABELS * max(1, words), dtype=np.uint64),
        np.empty((MOST_LABELS, 3), dtype=np.int64),
    )


@compiled
def _mixed(number):  # type: ignore[no-untyped-def]
    """A number scattered over 64 bits, so that sums of them tell sets apart (the finaliser of SplitMix64)."""
    bits = np.uint64(number + 1) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@compiled
def _rest(graph, stretch, worth, road, price, mu, base, rest):  # type: ignore[no-untyped-def]
    """For each node, and for the whole, no less than all that can still follow brings.

    At first the weighted interval scheduling bound: roads and gaps are left out but for the shortest leg that can lead
    to a visit, and a visit with several starts may count more than once. The bound of the whole gives away what the
    facts alone drive, since the legs to the chosen visits may take the place of theirs.
    """
    low, high = graph.stretches[stretch, NODE_LO], graph.stretches[stretch + 1, NODE_LO]
    count = high - low
    best = np.zeros(count + 1, dtype=np.int64)
    remote = np.zeros(count + 1, dtype=np.int64)
    given_away = -base
    for node in range(count - 1, -1, -1):
        at = low + node
        rest[node] = best[graph.nodes[at, AFTER]]
        best[node] = best[node + 1]
        remote[node] = remote[node + 1]
        if graph.nodes[at, FACT]:
            given_away += worth[node]
        else:
            gain = worth[node] - road * graph.nodes[at, LEAST_LEG] + rest[node]
            if gain > best[node]:
                best[node] = gain
            if graph.nodes[at, PLACE] < 0:
                gain = worth[node] + remote[graph.nodes[at, AFTER]]
                if gain > remote[node]:
                    remote[node] = gain
    most = best[0] + given_away
    if graph.stretches[stretch + 1, DAY_LO] - graph.stretches[stretch, DAY_LO] == 1:
        most = min(most, _along(graph, stretch, worth, road, price, mu, remote, rest) - base)
    return most


@compiled
def _along(graph, stretch, worth, road, price, mu, remote, rest):  # type: ignore[no-untyped-def]
    """Lowers the rests of on-site nodes of a day to the best way home from there; returns the best from home on.

    A longest path over the nodes in time order, roads and all: what it forgets is that a slot is visited once (but
    not there and back: D. J. Houck et al., "The travelling salesman problem as a constrained shortest path problem",
    Opsearch 17, 1980), the day's limit, what is already driven on a day that pays for no road yet, and that ``remote`` visits take time.
    """
    low, count = graph.stretches[stretch, NODE_LO], len(worth)
    size, legs = graph.stretches[stretch, LEG_SIZE], graph.stretches[stretch, LEG_LO]
    hour = mu + price[graph.days[graph.stretches[stretch, DAY_LO], DAY_ROW]]
    at_home = hour if graph.stretches[stretch, HOME_IS_WORK] else np.int64(0)
    between = hour if graph.stretches[stretch, BETWEEN_IS_WORK] else np.int64(0)
    # Nodes worth a stop, the last first: a stop at a loss only helps where it shortens a road.
    stops = np.empty(count, dtype=np.int64)
    posts = np.empty(count, dtype=np.int64)
    behind = np.empty(count, dtype=np.int64)  # the value of such a node and what follows it,
    onto = np.empty(count, dtype=np.int64)  # the post that follows at first,
    other_behind = np.empty(count, dtype=np.int64)  # and the value where another one follows
    ahead = np.empty(count, dtype=np.int64)  # no less than it and all later ones bring, the road to them paid
    later = np.zeros(count + 1, dtype=np.int64)  # how many lie behind each node
    found, last, most = 0, True, np.int64(0)
    for node in range(count - 1, -1, -1):
        at = low + node
        later[node] = found
        place, fact = graph.nodes[at, PLACE], graph.nodes[at, FACT] != 0
        if place < 0 or worth[node] == NEVER:
            continue
        post = np.int64(-2 - node if fact else graph.nodes[at, POST])
        here = road if graph.nodes[at, PAYS] else np.int64(0)
        follows = -graph.legs[legs + place * size] * (here + at_home) if last else NEVER
        then_post, then_follows = np.int64(-1), NEVER
        for other in range(later[node if fact else graph.nodes[at, AFTER] - 1] - 1, -1, -1):
            if ahead[other] <= then_follows:
                break
            then = low + stops[other]
            then_fact = graph.nodes[then, FACT] != 0
            leg = graph.legs[legs + place * size + graph.nodes[then, PLACE]]
            if posts[other] != post and (
                graph.nodes[at, END] + leg <= graph.nodes[then, START] or (fact and then_fact)
            ):
                paid = road if graph.nodes[then, PAYS] else here
                value = behind[other] if onto[other] != post else other_behind[other]
                value -= leg * (paid + between)
                if value > follows:
                    if posts[other] != then_post:
                        then_post, then_follows = posts[other], follows
                    follows = value
                elif value > then_follows and posts[other] != then_post:
                    then_follows = value
            if then_fact:
                break  # nobody passes by what she has already promised
        if follows <= NEVER >> 1:
            rest[node] = NEVER
            continue
        rest[node] = min(rest[node], follows + remote[graph.nodes[at, AFTER]])
        if not (fact or worth[node] > 0 or graph.stretches[stretch, KEEPS_LOSSES]):
            continue
        start = worth[node] + follows
        stops[found], posts[found], behind[found], onto[found] = node, post, start, then_post
        other_behind[found] = max(NEVER, worth[node] + then_follows)
        # Two facts may lie at one place, with no road between them.
        ahead[found] = start if fact else start - graph.nodes[at, LEAST_LEG] * (here + between)
        if found:
            ahead[found] = max(ahead[found], ahead[found - 1])
        found += 1
        start -= graph.legs[legs + place] * (here + at_home)
        if fact:
            last, most = False, start
        else:
            most = max(most, start)
    return most + remote[0]


@compiled
def _worth(graph, stretch, price, charges, mu, worth):  # type: ignore[no-untyped-def]
    """What each node brings once its row, its minutes, its budgets and its link are paid for; NEVER where closed."""
    low = graph.stretches[stretch, NODE_LO]
    first_day = graph.stretches[stretch, DAY_LO]
    for node in range(len(worth)):
        at = low + node
        paid = price[graph.nodes[at, ROW]]
        if paid >= CLOSED:
            worth[node] = NEVER
            continue
        hour = mu + price[graph.days[first_day + graph.nodes[at, DAY], DAY_ROW]]
        rest = graph.static[at] - paid - (graph.nodes[at, END] - graph.nodes[at, START]) * hour
        if not graph.nodes[at, FACT]:
            rest -= charges.post[graph.nodes[at, POST]] + price[graph.nodes[at, LINK]]
        worth[node] = rest


@compiled
def _cuts_here(graph, stretch, charges, bits, prices):  # type: ignore[no-untyped-def]
    """Gives each cut that holds two posts of a stretch a bit, the dearest first; returns how many there are.

    ``bits``: those of each node. A cut without a bit is not charged for: routes look better, never worse, than they are.
    """
    low = graph.stretches[stretch, NODE_LO]
    before = np.full(len(charges.price), -1, dtype=np.int64)
    held = np.empty(len(charges.price), dtype=np.int64)
    count = 0
    for node in range(len(bits)):
        bits[node] = np.uint64(0)
        post = graph.nodes[low + node, POST]
        if graph.nodes[low + node, FACT]:
            continue
        for at in range(charges.first[post], charges.first[post + 1]):
            cut = charges.of[at]
            if before[cut] == -1:
                before[cut] = post
            elif before[cut] >= 0 and before[cut] != post:
                before[cut] = -2
                held[count] = cut
                count += 1
    if count == 0:
        return 0
    dearest = held[:count]
    if count > MOST_CUTS:
        dearest = dearest[_order(-charges.price[dearest])][:MOST_CUTS]
    for bit in range(len(dearest)):
        prices[bit] = charges.price[dearest[bit]]
        before[dearest[bit]] = -3 - bit
    for node in range(len(bits)):
        post = graph.nodes[low + node, POST]
        if graph.nodes[low + node, FACT]:
            continue
        for at in range(charges.first[post], charges.first[post + 1]):
            bit = -3 - before[charges.of[at]]
            if bit >= 0:
                bits[node] |= np.uint64(1) << np.uint64(bit)
    return len(dearest)


@compiled
def _sum_of(bits, prices):  # type: ignore[no-untyped-def]
    """The prices of some bits together."""
    total = np.int64(0)
    while bits:
        lowest = bits & (~bits + np.uint64(1))
        total += prices[_BIT[(lowest * _DEBRUIJN) >> np.uint64(58)]]
        bits ^= lowest
    return total


@compiled
def _dominated(graph, pool, stretch, words, label, kept, weekly, mu, every, cuts, prices):  # type: ignore[no-untyped-def]
    """Whether another label makes this one useless; else it is remembered."""
    low = graph.stretches[stretch, NODE_LO]
    stop = pool.labels[label, STOP]
    node = pool.labels[label, NODE]
    day = graph.nodes[low + node, DAY]
    tight = graph.days[graph.stretches[stretch, DAY_LO] + day, TIGHT]
    remote, covers = graph.stretches[stretch, HAS_REMOTE] != 0, graph.stretches[stretch, COVERS] != 0
    place = graph.stretches[stretch, LEG_SIZE]  # a list of its own for those who have not been anywhere today
    stop_is_fact = False
    last_ok = True
    if stop >= 0:
        place = graph.nodes[low + stop, PLACE]
        stop_is_fact = graph.nodes[low + stop, FACT] != 0
        last_ok = not covers or graph.nodes[low + stop, LAST_OK] != 0
    mask = label * words
    bucket = place
    if every:
        # Labels of other visits are no rivals: they are kept apart, since there can be a hundred thousand of them.
        bucket = np.int64(_mixed(pool.labels[label, SIGN] + place) & np.uint64(len(kept) - 1))
    # In a weekly unit minutes are paid for later: what counts is what a label is worth before, and its minutes.
    minutes = pool.labels[label, PAST] + pool.labels[label, WORK]
    value = pool.labels[label, VALUE] + mu * weekly * minutes
    other = kept[bucket]
    while other >= 0:
        if (
            pool.labels[other, VALUE] + mu * weekly * (pool.labels[other, PAST] + pool.labels[other, WORK]) >= value
            and pool.labels[other, PASSED] == pool.labels[label, PASSED]
            and (not every or pool.labels[other, SIGN] == pool.labels[label, SIGN])
            and pool.labels[other, PAID] == pool.labels[label, PAID]
            and graph.nodes[low + pool.labels[other, NODE], DAY] == day
            and (not (weekly or every) or pool.labels[other, PAST] + pool.labels[other, WORK] <= minutes)
            and (not tight or pool.labels[other, WORK] <= pool.labels[label, WORK])
            and (not remote or pool.labels[other, READY] <= pool.labels[label, READY])
        ):
            theirs = pool.labels[other, STOP]
            same = (theirs >= 0 and graph.nodes[low + theirs, FACT] != 0) == stop_is_fact
            if (
                every
                and (graph.stretches[stretch, LEG_SIZE] if theirs < 0 else graph.nodes[low + theirs, PLACE]) != place
            ):
                same = False
            if covers and last_ok and theirs >= 0 and not graph.nodes[low + theirs, LAST_OK]:
                same = False
            if same:
                theirs_mask = other * words
                for word in range(words):
                    if pool.open[mask + word] & ~pool.open[theirs_mask + word]:
                        same = False
                        break
                if same and cuts:
                    # At worst the other label pays for cuts that this one does not have half of.
                    only = np.uint64(pool.labels[other, HALVES]) & ~np.uint64(pool.labels[label, HALVES])
                    if only:
                        theirs_value = pool.labels[other, VALUE] + mu * weekly * (
                            pool.labels[other, PAST] + pool.labels[other, WORK]
                        )
                        same = theirs_value - _sum_of(only, prices) >= value
                if same:
                    return True
        other = pool.labels[other, NEXT_KEPT]
    pool.labels[label, NEXT_KEPT] = kept[bucket]
    kept[bucket] = label
    return False


@compiled
def _closed(graph, pool, stretch, label, road, price, mu):  # type: ignore[no-untyped-def]
    """(may end, value, work) of a label whose day ends at home."""
    low = graph.stretches[stretch, NODE_LO]
    node = pool.labels[label, NODE]
    value, work, stop = pool.labels[label, VALUE], pool.labels[label, WORK], pool.labels[label, STOP]
    if node < 0:
        return True, value, work
    day = graph.stretches[stretch, DAY_LO] + graph.nodes[low + node, DAY]
    if stop >= 0:
        if graph.stretches[stretch, COVERS] and not graph.nodes[low + stop, LAST_OK]:
            return False, value, work
        place = graph.nodes[low + stop, PLACE]
        leg = graph.legs[graph.stretches[stretch, LEG_LO] + place * graph.stretches[stretch, LEG_SIZE]]
        if pool.labels[label, PAID]:
            value -= leg * road
        if graph.stretches[stretch, HOME_IS_WORK]:
            value -= leg * (mu + price[graph.days[day, DAY_ROW]])
            work += leg
    fits = work <= graph.days[day, LIMIT] or not graph.days[day, TIGHT]
    return fits, value, work


@compiled
def _extended(graph, pool, stretch, label, node, new, worth, road, price, mu):  # type: ignore[no-untyped-def]
    """Writes the label after one more node at ``new``, its mask aside; False where the day's rules forbid it."""
    low = graph.stretches[stretch, NODE_LO]
    at = low + node
    day = graph.nodes[at, DAY]
    old = pool.labels[label]
    value, work, past = old[VALUE], old[WORK], old[PAST]
    stop, ready, due, pays = old[STOP], old[READY], old[DUE], old[PAID]
    before = pool.labels[label, NODE]
    if before >= 0 and graph.nodes[low + before, DAY] != day:
        may_end, value, work = _closed(graph, pool, stretch, label, road, price, mu)
        if not may_end:
            return False
        past, work, stop, ready, due, pays = past + work, 0, NOWHERE, 0, 0, 0
    minutes = graph.nodes[at, END] - graph.nodes[at, START]
    value += worth[node]
    work += minutes
    place = graph.nodes[at, PLACE]
    hour = mu + price[graph.days[graph.stretches[stretch, DAY_LO] + day, DAY_ROW]]
    if place < 0:
        ready += minutes
    else:
        size, legs = graph.stretches[stretch, LEG_SIZE], graph.stretches[stretch, LEG_LO]
        if stop == NOWHERE:
            if graph.stretches[stretch, COVERS] and not graph.nodes[at, FIRST_OK]:
                return False
            leg = graph.legs[legs + place]
            is_work = graph.stretches[stretch, HOME_IS_WORK]
        else:
            leg = graph.legs[legs + graph.nodes[low + stop, PLACE] * size + place]
            if ready + leg > graph.nodes[at, START] and not (graph.nodes[at, FACT] and graph.nodes[low + stop, FACT]):
                return False
            is_work = graph.stretches[stretch, BETWEEN_IS_WORK]
        if is_work:
            value -= hour * leg
            work += leg
        if pays or graph.nodes[at, PAYS]:
            value -= road * (leg + due)
            pays, due = 1, 0
        else:
            due += leg
        stop, ready = node, graph.nodes[at, END]
    today = graph.days[graph.stretches[stretch, DAY_LO] + day]
    if today[TIGHT] and work > today[LIMIT]:
        return False
    label_new = pool.labels[new]
    label_new[VALUE], label_new[PAST], label_new[WORK] = value, past, work
    label_new[STOP], label_new[READY], label_new[DUE], label_new[PAID] = stop, ready, due, pays
    label_new[NODE], label_new[PARENT] = node, label
    label_new[SIGN] = old[SIGN] + (0 if graph.nodes[at, FACT] else np.int64(_mixed(graph.nodes[at, ROW])))
    label_new[PASSED] = old[PASSED] + (1 if graph.nodes[at, FACT] else 0)
    label_new[HALVES] = old[HALVES]
    return True


@compiled
def _labels(graph, pool, stretch, price, charges, road, mu, floor, mode, room, beam):  # type: ignore[no-untyped-def]
    """Labels of all routes that may be worth more than ``floor``; returns (ends, complete, ceiling).

    ``floor``, ``ceiling`` and the values of ends are relative to doing nothing beyond the facts. ``mu``: a further price
    of each working minute. ``mode``: GOOD routes; FRONT: of each number of working minutes up to ``room`` the best, for
    a weekly unit; BEST: the best alone, as the last end; EVERY route.
    """
    low, high = graph.stretches[stretch, NODE_LO], graph.stretches[stretch + 1, NODE_LO]
    count, words = high - low, graph.stretches[stretch, WORDS]
    first_day, past_day = graph.stretches[stretch, DAY_LO], graph.stretches[stretch + 1, DAY_LO]
    base, base_work = np.int64(0), np.int64(0)
    for day in range(first_day, past_day):
        hour = mu + price[graph.days[day, DAY_ROW]]
        base -= road * graph.days[day, FACT_TRAVEL] + hour * graph.days[day, FACT_WORK]
        base_work += graph.days[day, FACT_WORK]
    worth, rest = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    _worth(graph, stretch, price, charges, mu, worth)
    ceiling = _rest(graph, stretch, worth, road, price, mu, base, rest)
    least = base + floor
    if ceiling <= floor:
        return 0, True, ceiling
    cuts, bits, cut_prices = 0, np.empty(count, dtype=np.uint64), np.empty(MOST_CUTS, dtype=np.int64)
    if len(charges.price):
        cuts = _cuts_here(graph, stretch, charges, bits, cut_prices)
    weekly, every = 1 if mode == FRONT else 0, mode == EVERY
    arrived = np.full(count, -1, dtype=np.int32)
    lists = graph.stretches[stretch, LEG_SIZE] + 1
    kept = np.full(MANY_LISTS if every else lists, -1, dtype=np.int32)
    facts_lo, facts = (
        graph.stretches[stretch, FACT_LO],
        graph.stretches[stretch + 1, FACT_LO] - graph.stretches[stretch, FACT_LO],
    )
    mask_lo = graph.stretches[stretch, MASK_LO]
    mask = np.empty(words, dtype=np.uint64)
    # The label that has not been anywhere yet.
    pool.labels[0] = 0
    pool.labels[0, STOP], pool.labels[0, NODE], pool.labels[0, PARENT] = NOWHERE, -1, -1
    for word in range(words):
        pool.open[word] = np.uint64(0)
    for node in range(count):
        if (
            worth[node] + weekly * mu * (graph.nodes[low + node, END] - graph.nodes[low + node, START]) > 0
            or graph.nodes[low + node, FACT]
            or ((every or graph.stretches[stretch, KEEPS_LOSSES]) and worth[node] != NEVER)
        ):
            pool.open[node >> 6] |= np.uint64(1) << np.uint64(node & 63)
    used, ends, complete = 1, 0, True
    order = np.empty(0, dtype=np.int64)
    for node in range(-1, count):
        if node < 0:
            order = np.zeros(1, dtype=np.int64)
        else:
            waiting = 0
            label = arrived[node]
            while label >= 0:
                waiting += 1
                label = pool.labels[label, NEXT_ARRIVED]
            if waiting == 0:
                continue
            names = np.empty(waiting, dtype=np.int64)
            values = np.empty(waiting, dtype=np.int64)
            label = arrived[node]
            for at in range(waiting):
                names[at] = label
                values[at] = -pool.labels[label, VALUE]
                label = pool.labels[label, NEXT_ARRIVED]
            order = names[_order(values)] if waiting > 1 else names
        went_on = 0
        for label in order:
            if node >= 0 and _dominated(graph, pool, stretch, words, label, kept, weekly, mu, every, cuts, cut_prices):
                continue
            if went_on == beam:
                complete = False
                break
            went_on += 1
            if pool.labels[label, PASSED] == facts:
                may_end, value, work = _closed(graph, pool, stretch, label, road, price, mu)
                if may_end and value > least:
                    whole = pool.labels[label, PAST] + work - base_work
                    if mode == BEST:
                        least = value
                        ends = 0
                    if mode == BEST or not weekly or whole <= room:
                        pool.ends[ends, 0] = label
                        pool.ends[ends, 1] = value - base
                        pool.ends[ends, 2] = whole
                        ends += 1
            fact = count
            if pool.labels[label, PASSED] < facts:
                fact = graph.facts[facts_lo + pool.labels[label, PASSED]]
            for word in range(words):
                mask[word] = pool.open[label * words + word]
            # All open nodes before the next fact, and that fact itself.
            word = 0
            while word < words:
                waiting_here = mask[word]
                if waiting_here == 0:
                    word += 1
                    continue
                lowest = waiting_here & (~waiting_here + np.uint64(1))
                following = word * 64 + _BIT[(lowest * _DEBRUIJN) >> np.uint64(58)]
                if following >= fact:
                    break
                mask[word] = waiting_here ^ lowest
                if _extended(graph, pool, stretch, label, following, used, worth, road, price, mu):
                    row = mask_lo + following * words
                    for other in range(words):
                        mask[other] &= ~graph.alike[row + other]
                    if cuts:
                        halves = np.uint64(pool.labels[label, HALVES])
                        both = halves & bits[following]
                        if both:
                            pool.labels[used, VALUE] -= _sum_of(both, cut_prices)
                        pool.labels[used, HALVES] = np.int64(halves ^ bits[following])
                    if pool.labels[used, VALUE] + rest[following] > least:
                        for other in range(words):
                            pool.open[used * words + other] = (
                                pool.open[label * words + other] & graph.follows[row + other]
                            )
                        pool.labels[used, NEXT_ARRIVED] = arrived[following]
                        arrived[following] = used
                        used += 1
                        if used >= MOST_LABELS:
                            return ends, False, ceiling
            if (
                fact < count
                and _extended(graph, pool, stretch, label, fact, used, worth, road, price, mu)
                and pool.labels[used, VALUE] + rest[fact] > least
            ):
                row = mask_lo + fact * words
                for other in range(words):
                    pool.open[used * words + other] = pool.open[label * words + other] & graph.follows[row + other]
                pool.labels[used, NEXT_ARRIVED] = arrived[fact]
                arrived[fact] = used
                used += 1
                if used >= MOST_LABELS:
                    return ends, False, ceiling
    return ends, complete, ceiling


@compiled
def _trace(graph, pool, stretch, label, nodes, at):  # type: ignore[no-untyped-def]
    """Writes the chosen nodes of a label from ``at`` on (facts left out, last first); returns where they end."""
    low = graph.stretches[stretch, NODE_LO]
    while label >= 0:
        node = pool.labels[label, NODE]
        if node >= 0 and not graph.nodes[low + node, FACT]:
            nodes[at] = low + node
            at += 1
        label = pool.labels[label, PARENT]
    return at


@compiled
def _order(keys):  # type: ignore[no-untyped-def]
    """Positions by rising key, equal keys in their order. One function for all, since sorting is slow to compile."""
    return np.argsort(keys, kind="mergesort")


@compiled
def _front(pool, ends):  # type: ignore[no-untyped-def]
    """Positions of the ends that no other beats in both value and work, by rising work."""
    order = _order(pool.ends[:ends, 2].copy())
    front = np.empty(ends, dtype=np.int64)
    size = 0
    for at in order:
        if size and pool.ends[at, 1] <= pool.ends[front[size - 1], 1]:
            continue
        if size and pool.ends[front[size - 1], 2] == pool.ends[at, 2]:
            size -= 1
        front[size] = at
        size += 1
    return front[:size]


@compiled
def price_units(graph, units, price, charges, road, beam, floor, mode, want, guesses, pool):  # type: ignore[no-untyped-def]
    """The routes of some units that are worth more than their ``floor``, in price units beyond doing nothing.

    Returns (best of each unit: no route of it is worth more, and at least its floor; unit, value and first node of
    each route found; their nodes, numbered over the whole graph; whether each unit was priced to the end).
    """
    best = np.zeros(len(units), dtype=np.int64)
    whole = np.ones(len(units), dtype=np.bool_)
    of_unit = np.empty(len(units) * want, dtype=np.int64)
    values = np.empty(len(units) * want, dtype=np.int64)
    node_lo = np.zeros(len(units) * want + 1, dtype=np.int64)
    nodes = np.empty(4096, dtype=np.int64)
    found = 0
    for at, unit in enumerate(units):
        longest = (
            graph.stretches[graph.units[unit, PAST_STRETCH], NODE_LO]
            - graph.stretches[graph.units[unit, FIRST_STRETCH], NODE_LO]
        )
        while node_lo[found] + (longest + 1) * (want + 1) > len(nodes):
            nodes = np.concatenate((nodes, np.empty_like(nodes)))
        if graph.units[unit, WEEKLY]:
            found, top, complete = _price_week(
                graph,
                pool,
                unit,
                price,
                charges,
                road,
                beam,
                floor[at],
                want,
                guesses,
                of_unit,
                values,
                node_lo,
                nodes,
                found,
            )
        else:
            found, top, complete = _price_route(
                graph,
                pool,
                unit,
                price,
                charges,
                road,
                beam,
                floor[at],
                mode,
                want,
                of_unit,
                values,
                node_lo,
                nodes,
                found,
            )
        best[at], whole[at] = top, complete
    return best, of_unit[:found], values[:found], node_lo[: found + 1], nodes[: node_lo[found]], whole


@compiled
def _price_route(  # type: ignore[no-untyped-def]
    graph, pool, unit, price, charges, road, beam, floor, mode, want, of_unit, values, node_lo, nodes, found
):
    """A unit of one stretch: its best ends of distinct rows."""
    stretch = graph.units[unit, FIRST_STRETCH]
    zero = np.int64(0)
    ends, complete, ceiling = _labels(
        graph, pool, stretch, price, charges, road, zero, floor, np.int64(mode), np.int64(want), beam
    )
    top, first = floor, found
    if not complete and ceiling > top:
        top = ceiling
    if ends == 0:
        return found, top, complete
    signs = np.empty(want, dtype=np.int64)
    for at in _order(-pool.ends[:ends, 1])[: 4 * want]:
        if pool.ends[at, 1] > top:
            top = pool.ends[at, 1]
        end = _trace(graph, pool, stretch, pool.ends[at, 0], nodes, node_lo[found])
        if end == node_lo[found]:
            continue
        sign = pool.labels[pool.ends[at, 0], SIGN]
        if mode == EVERY:
            # The same visits in another order may take fewer minutes, which a week that is nearly full may need.
            sign += np.int64(_mixed(pool.ends[at, 2]))
        new = True
        for known in range(found - first):
            if signs[known] == sign:
                new = False
        if new:
            signs[found - first] = sign
            of_unit[found], values[found], node_lo[found + 1] = unit, pool.ends[at, 1], end
            found += 1
            if found - first == want:
                break
    if mode == EVERY and (found - first == want or ends > 4 * want):
        complete = False
    return found, top, complete


@compiled
def _week_earns(graph, unit, mu):  # type: ignore[no-untyped-def]
    """(most that a week's minutes earn at a price after their fairness cost, at how many minutes)."""
    fair, room = graph.units[unit, FAIR], graph.units[unit, ROOM]
    most, minutes = np.int64(0), np.int64(0)
    for work in range(room + 1):
        earned = mu * work - graph.fair[fair + work]
        if earned > most:
            most, minutes = earned, np.int64(work)
    return most, minutes


@compiled
def _relaxed(graph, pool, unit, price, charges, road, beam, mu, tops):  # type: ignore[no-untyped-def]
    """(bound on a weekly unit at a price of its minutes, whether exact, minutes too many its stretches ask for).

    Each stretch takes its best route alone and pays for its minutes, the week sells them (Lagrange). ``tops``: what
    each stretch then is worth.
    """
    first, past = graph.units[unit, FIRST_STRETCH], graph.units[unit, PAST_STRETCH]
    zero = np.int64(0)
    total, minutes = _week_earns(graph, unit, mu)
    asked, complete = zero, True
    for stretch in range(first, past):
        ends, done, ceiling = _labels(graph, pool, stretch, price, charges, road, mu, zero, np.int64(BEST), zero, beam)
        top = zero
        if ends:
            top = pool.ends[0, 1]
            asked += pool.ends[0, 2]
        if not done:
            complete = False
            top = max(zero, ceiling)
        tops[stretch - first] = top
        total += top
    return total, complete, asked - minutes


@compiled
def _hour_price(graph, pool, unit, price, charges, road, beam, floor, guesses, tops):  # type: ignore[no-untyped-def]
    """The price of a week's minutes that bounds its unit best, by bisection from the last one.

    Returns (that bound, whether exact, the price). Stops as soon as the bound falls to the ``floor``: then no route of
    the unit is worth more.
    """
    days = len(tops)
    trial = np.zeros(days, dtype=np.int64)
    mu = guesses[unit, HOUR]
    least, complete, over = _relaxed(graph, pool, unit, price, charges, road, beam, mu, tops)
    best_mu = mu
    low, high = np.int64(-1), np.int64(-1)
    step = max(mu // 16, road // 64 + 1)
    for _ in range(MOST_TRIES):
        if least - floor <= floor >> 8 or over == 0:
            break
        if over > 0:
            low = mu
        else:
            high = mu
        if high < 0:
            mu, step = mu + step, 4 * step
        elif low < 0:
            if mu == 0:
                break
            mu, step = max(np.int64(0), mu - step), 4 * step
        else:
            if high - low <= 1 + (low >> 9):
                break
            mu = (low + high) // 2
        total, done, over = _relaxed(graph, pool, unit, price, charges, road, beam, mu, trial)
        if total < least:
            least, complete, best_mu = total, done, mu
            tops[:] = trial
    guesses[unit, HOUR] = best_mu
    return least, complete, best_mu


@compiled
def _price_week(  # type: ignore[no-untyped-def]
    graph, pool, unit, price, charges, road, beam, floor, want, guesses, of_unit, values, node_lo, nodes, found
):
    """A unit of several stretches: fronts of (work, value) for each, joined over the minutes of the week.

    A route of a stretch belongs to a week worth more than the ``floor`` only if, its minutes paid for, it is worth less
    than the stretch's best one by no more than what the week's bound lies above the floor. Fronts grow quickly with
    that, and the best weeks lose little: so they are looked for near the bound first.
    """
    tops = np.zeros(graph.units[unit, PAST_STRETCH] - graph.units[unit, FIRST_STRETCH], dtype=np.int64)
    above, complete, mu = _hour_price(graph, pool, unit, price, charges, road, beam, floor, guesses, tops)
    if above <= floor:
        return found, floor, True
    slack = max(
        (above - floor) >> (LITTLE_FIRST if floor else LEAST_FIRST), guesses[unit, SHORT] + (guesses[unit, SHORT] >> 2)
    )
    while True:
        slack = min(slack, above - floor)
        past, top, done = _join_week(
            graph,
            pool,
            unit,
            price,
            charges,
            road,
            beam,
            above - slack,
            want,
            mu,
            tops,
            slack,
            of_unit,
            values,
            node_lo,
            nodes,
            found,
        )
        if past > found or slack == above - floor or not done:
            break
        slack = slack * 4 + 1
    if not (complete and done):
        top = above
    guesses[unit, SHORT] = above - top
    return past, top, complete and done


@compiled
def _join_week(  # type: ignore[no-untyped-def]
    graph, pool, unit, price, charges, road, beam, floor, want, mu, tops, slack, of_unit, values, node_lo, nodes, found
):
    """The routes of a weekly unit worth more than ``floor``, where its stretches' lose at most ``slack``; see above."""
    first, past = graph.units[unit, FIRST_STRETCH], graph.units[unit, PAST_STRETCH]
    days = past - first
    room = graph.units[unit, ROOM]
    complete = True
    sizes = np.zeros(days + 1, dtype=np.int64)
    work = np.empty(256, dtype=np.int64)
    value = np.empty(256, dtype=np.int64)
    seq_lo = np.zeros(257, dtype=np.int64)
    seq = np.empty(2048, dtype=np.int64)
    reach = np.int64(0)
    for at in range(days):
        stretch = first + at
        low = sizes[at]
        least = tops[at] - slack
        ends, done, _ = _labels(graph, pool, stretch, price, charges, road, mu, least, np.int64(FRONT), room, beam)
        if not done:
            complete = False
        longest = graph.stretches[stretch + 1, NODE_LO] - graph.stretches[stretch, NODE_LO]
        size = 0
        if ends:
            for end in range(ends):
                pool.ends[end, 1] += mu * pool.ends[end, 2]
            front = _front(pool, ends)
            while low + len(front) >= len(work):
                work = np.concatenate((work, np.empty_like(work)))
                value = np.concatenate((value, np.empty_like(value)))
                seq_lo = np.concatenate((seq_lo, np.empty_like(seq_lo)))
            while seq_lo[low] + (longest + 1) * (len(front) + 1) >= len(seq):
                seq = np.concatenate((seq, np.empty_like(seq)))
            for end in front:
                here = low + size
                stop = _trace(graph, pool, stretch, pool.ends[end, 0], seq, seq_lo[here])
                if stop == seq_lo[here]:
                    continue
                work[here], value[here], seq_lo[here + 1] = pool.ends[end, 2], pool.ends[end, 1], stop
                size += 1
        sizes[at + 1] = low + size
        if size:
            reach += work[low + size - 1]
    room = min(room, reach)
    best = np.full(room + 1, NEVER, dtype=np.int64)
    best[0] = 0
    chosen = np.full((days, room + 1), -1, dtype=np.int32)
    far = np.int64(0)
    for at in range(days):
        low, high = sizes[at], sizes[at + 1]
        if low == high:
            continue
        further = best.copy()
        for point in range(low, high):
            minutes, gain = work[point], value[point]
            for past_work in range(min(far, room - minutes) + 1):
                if best[past_work] != NEVER and best[past_work] + gain > further[past_work + minutes]:
                    further[past_work + minutes] = best[past_work] + gain
                    chosen[at, past_work + minutes] = point
        best = further
        far = min(room, far + work[high - 1])
    fair = graph.units[unit, FAIR]
    keys = np.empty(room + 1, dtype=np.int64)
    for minutes in range(room + 1):
        if best[minutes] == NEVER:
            keys[minutes] = -NEVER
        else:
            keys[minutes] = graph.fair[fair + minutes] - best[minutes]
    top, start = floor, found
    for minutes in _order(keys):
        gain = -keys[minutes]
        if gain > top:
            top = gain
        if gain <= floor or found - start == want:
            break
        end, left = node_lo[found], minutes
        for at in range(days - 1, -1, -1):
            point = chosen[at, left]
            if point >= 0:
                for node in range(seq_lo[point], seq_lo[point + 1]):
                    nodes[end] = seq[node]
                    end += 1
                left -= work[point]
        if end > node_lo[found]:
            of_unit[found], values[found], node_lo[found + 1] = unit, gain, end
            found += 1
    return found, top, complete
