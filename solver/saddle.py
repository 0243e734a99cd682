# SPDX-License-Identifier: AGPL-3.0-or-later
"""A linear program far too large for HiGHS, solved nearly: a saddle point of its prices and shares, by first-order steps.

Each step costs two passes over the coefficients, so a nation takes as many times longer than a province as it is larger
(the interior point method took 0.1 s for two provinces, 2 s for ten and 10 s for twenty). The prices need not be exact:
any prices >= 0 prove a bound, and units are priced half way to them only. Steps, averages, restarts and the weight of
prices against shares follow D. Applegate et al., "Practical large-scale linear programming using primal-dual hybrid
gradient", NeurIPS 2021; step lengths T. Pock and A. Chambolle, "Diagonal preconditioning for first order primal-dual
algorithms in convex optimization", ICCV 2011.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from solver.compiled import compiled

EVENING = 8  # passes that bring the greatest coefficient of each row and column near 1
LOOK = 40  # steps between two looks at how far it still is
MUCH, SOME, LONG = 0.2, 0.8, 0.36  # of the last distance: restart; restart once it grows again; of all steps: restart
GAP_SHARE = 0.03  # of the gap between both objectives in the distance that restarts look at
SLOWEST, FASTEST = 1e-5, 1e2
FIRST_SPEED = 0.01  # of shares (up to 1) against that of prices (hundreds)


@compiled
def by_row(count, starts, rows, values):  # type: ignore[no-untyped-def]
    """The same coefficients row by row: (where each row starts, columns, values)."""
    first = np.zeros(count + 1, dtype=np.int64)
    for row in rows:
        first[row + 1] += 1
    for row in range(count):
        first[row + 1] += first[row]
    free = first.copy()
    columns, mirrored = np.empty(len(rows), dtype=np.int32), np.empty(len(rows))
    for column in range(len(starts) - 1):
        for at in range(starts[column], starts[column + 1]):
            place = free[rows[at]]
            columns[place], mirrored[place] = column, values[at]
            free[rows[at]] += 1
    return first, columns, mirrored


@compiled
def evened(count, starts, rows, values):  # type: ignore[no-untyped-def]
    """Factors of rows and columns after which the greatest coefficient of each is about 1 (D. Ruiz, 2001)."""
    columns = len(starts) - 1
    of_row, of_column = np.ones(count), np.ones(columns)
    for _ in range(EVENING):
        row_most, column_most = np.zeros(count), np.zeros(columns)
        for column in range(columns):
            for at in range(starts[column], starts[column + 1]):
                size = abs(values[at]) * of_row[rows[at]] * of_column[column]
                row_most[rows[at]] = max(row_most[rows[at]], size)
                column_most[column] = max(column_most[column], size)
        for row in range(count):
            if row_most[row] > 0:
                of_row[row] /= sqrt(row_most[row])
        for column in range(columns):
            if column_most[column] > 0:
                of_column[column] /= sqrt(column_most[column])
    return of_row, of_column


@compiled
def _steps(  # type: ignore[no-untyped-def]
    starts, rows, values, firsts, columns, mirrored, gains, most, uppers, x, y, speed, tau, sigma, sums_x, sums_y
):
    """``LOOK`` steps: shares follow what the prices leave them, prices what the shares ask beyond the rows' room."""
    ahead = np.empty(len(x))
    for _ in range(LOOK):
        for column in range(len(x)):
            gain = gains[column]
            for at in range(starts[column], starts[column + 1]):
                gain -= values[at] * y[rows[at]]
            share = min(most[column], max(0.0, x[column] + tau[column] * speed * gain))
            ahead[column] = 2 * share - x[column]
            x[column] = share
            sums_x[column] += share
        for row in range(len(y)):
            over = -uppers[row]
            for at in range(firsts[row], firsts[row + 1]):
                over += mirrored[at] * ahead[columns[at]]
            y[row] = max(0.0, y[row] + sigma[row] / speed * over)
            sums_y[row] += y[row]


@compiled
def _distance(starts, rows, values, gains, most, uppers, x, y, speed):  # type: ignore[no-untyped-def]
    """(how far shares and prices are from an optimum, what the prices sell)."""
    over = -uppers
    sold, brought, unpaid = 0.0, 0.0, 0.0
    for row in range(len(y)):
        sold += uppers[row] * y[row]
    for column in range(len(x)):
        left = gains[column]
        brought += gains[column] * x[column]
        for at in range(starts[column], starts[column + 1]):
            left -= values[at] * y[rows[at]]
            over[rows[at]] += values[at] * x[column]
        if left > 0:
            if np.isinf(most[column]):
                unpaid += left * left
            else:
                sold += left * most[column]
    beyond = 0.0
    for row in range(len(y)):
        beyond += max(0.0, over[row]) ** 2
    return sqrt(speed * beyond + unpaid / speed + (GAP_SHARE * (sold - brought)) ** 2), sold


@compiled
def approach(starts, rows, values, gains, most, uppers, x, y, speed, steps):  # type: ignore[no-untyped-def]
    """Moves shares ``x`` and prices ``y`` (in place) nearer to the optimum; returns (speed, what the prices sell)."""
    of_row, of_column = evened(len(y), starts, rows, values)
    scaled = np.empty(len(values))
    tau, sigma = np.zeros(len(x)), np.zeros(len(y))
    for column in range(len(x)):
        for at in range(starts[column], starts[column + 1]):
            scaled[at] = values[at] * of_row[rows[at]] * of_column[column]
            tau[column] += abs(scaled[at])
            sigma[rows[at]] += abs(scaled[at])
    tau, sigma = 1 / np.maximum(tau, 1e-9), 1 / np.maximum(sigma, 1e-9)
    firsts, columns, mirrored = by_row(len(y), starts, rows, scaled)
    gains, most, uppers = gains * of_column, most / of_column, uppers * of_row
    x /= of_column
    y /= of_row
    then_x, then_y, sums_x, sums_y = x.copy(), y.copy(), np.zeros(len(x)), np.zeros(len(y))
    last = before = np.inf
    since, sold = 0, 0.0
    for done in range(LOOK, steps + LOOK, LOOK):
        _steps(
            *(starts, rows, scaled, firsts, columns, mirrored, gains, most, uppers),
            *(x, y, speed, tau, sigma, sums_x, sums_y),
        )
        since += LOOK
        mean_x, mean_y = sums_x / since, sums_y / since
        now, sold = _distance(starts, rows, scaled, gains, most, uppers, x, y, speed)
        mean, mean_sold = _distance(starts, rows, scaled, gains, most, uppers, mean_x, mean_y, speed)
        least = min(now, mean)
        if done >= steps or least < MUCH * last or (least < SOME * last and least > before) or since > LONG * done:
            if mean < now:
                x[:], y[:], sold = mean_x, mean_y, mean_sold
            far_x, far_y = sqrt(((x - then_x) ** 2).sum()), sqrt(((y - then_y) ** 2).sum())
            if far_x > 1e-9 and far_y > 1e-9:
                speed = min(FASTEST, max(SLOWEST, sqrt(speed * far_x / far_y)))
            then_x[:], then_y[:], sums_x[:], sums_y[:] = x, y, 0.0, 0.0
            last, before, since = least, np.inf, 0
        else:
            before = least
    x *= of_column
    y *= of_row
    return speed, sold
