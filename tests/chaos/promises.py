# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every promise of the conversation: what holds, at what full size, which ordinary test shows a part of it, and its control.

``tenth`` and ``control`` are tests as ``file::function`` under tests/; tests/chaos/test_report.py sees that they exist.
The full size is in tests/chaos/test_<row>.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    row: str
    holds: str
    size: str
    tenth: str = ""
    control: str = ""


RACES = "dispatch/offers/test_races.py"

PROMISES = (
    Promise(
        "A1",
        "no mediator is in two live assignments at once, and nothing deadlocks",
        "16 threads × 2,000 tries on 3 and on 60 mediators",
        f"{RACES}::test_no_mediator_is_in_two_live_assignments",
        f"{RACES}::test_without_the_constraint_the_same_race_overlaps",
    ),
    Promise(
        "A2",
        "a slot has one winner, and every other yes gets a polite answer",
        "8 SI within 50 ms, 500 rounds",
        f"{RACES}::test_eight_yeses_within_50_ms_have_one_winner",
        f"{RACES}::test_without_locks_and_the_index_a_slot_has_several_winners",
    ),
    Promise(
        "A3",
        "each offer ends exactly once; nothing is live on what was cancelled; illegal transitions are refused",
        "accept × decline × expire × cancel × re-plan, 16 threads × 2,500",
        "dispatch/offers/test_ends.py::test_each_offer_ends_exactly_once_whatever_races",
        "dispatch/offers/test_ends.py::test_without_locks_the_same_race_does_not_hold",
    ),
    Promise(
        "A4",
        "an accepted request is never lost and never doubled; one idempotency key is one answer",
        "1,500 posts through a faulty proxy, 8 database kills; 32 parallel × 200 keys",
        "dispatch/intake/test_never_lost.py::test_what_was_taken_is_there_once",
        "dispatch/intake/test_never_lost.py::test_without_the_keys_a_lost_answer_is_a_second_request",
    ),
    Promise(
        "A6",
        "no request rots: it has a live offer, a scheduled step or an alarm",
        "30 simulated days with faults, 20,000 requests",
        "dispatch/offers/test_unrest.py::test_no_request_rots_while_jobs_are_lost",
        "dispatch/offers/test_unrest.py::test_without_the_tick_that_finds_what_is_undone_requests_rot",
    ),
    Promise(
        "A9",
        "a planner that crashes, is killed, hangs or answers nonsense leaves the standing plan untouched",
        "child killed at random × 200; wrong plans fed",
        "dispatch/planning/test_failing.py::test_a_wrong_plan_is_no_plan",
        "dispatch/planning/test_failing.py::test_without_the_audit_a_wrong_plan_is_kept",
    ),
    Promise(
        "A10",
        "a yes that comes while the planner thinks is not moved",
        "200 solves × 20 concurrent answers",
        "dispatch/planning/test_answered_meanwhile.py::test_no_booked_work_is_moved",
        "dispatch/planning/test_answered_meanwhile.py::test_a_publication_that_does_not_look_again_moves_bookings",
    ),
    Promise("B1", "no SMS is lost, none goes out twice", "5,000 SMS, 200 kills, 429s, 500s, hangs, list lag 0/1/5 s"),
    Promise("B2", "a provider that is down is not hammered, and the queue drains after", "10 minutes of 500"),
    Promise("B3", "a slow provider holds no database connection", "50 slow sends under intake load"),
    Promise("B5", "an urgent SMS overtakes a full queue", "2,000 queued, 1 urgent"),
    Promise("B6", "a dead number has one outcome and a person sees it", "every code of the table"),
    Promise("B7", "after STOP, in every spelling, nothing is sent", "keywords × languages"),
    Promise("B9", "every text keeps its segments and its alphabet", "every text × language × worst values"),
    Promise("B10", "quiet hours, daily cap, no offer after its deadline", "a simulated year; worker stopped 2 h"),
    Promise("B12", "receipts out of order, doubled, missing, unknown end in the same state", "120 orders × duplicates"),
    Promise("C1", "a reply reaches the right offer, or a person", "20,000 histories × 40 steps, three naive controls"),
    Promise("C2", "a webhook that comes again has one effect", "each 1–5 times at once; again a year later"),
    Promise("C3", "a webhook that is lost is fetched", "20 % dropped for an hour"),
    Promise("C4", "a forged webhook is refused and leaves no row", "10 kinds of forgery, 5,000 mutations"),
    Promise("C6", "a reply is never wrongly read as yes", "≥ 500 labelled replies in 14 languages; fuzz"),
    Promise("C7", "an SI sent with a forged number is told to the true mediator", "script"),
    Promise("C8", "codes cannot be guessed", "10,000 guesses"),
    Promise("D1", "every hour of both DST nights of 2026–27 comes once", "all quarter hours ± 36 h"),
    Promise("D2", "each timed job runs once in each period, both DST nights too", "all periods of both nights"),
    Promise("E1", "whatever is killed, the rest holds and the flow goes on within 15 s", "300 kills under full flow"),
    Promise(
        "E9",
        "every broken invariant is found by one list of questions, which ponte doctor asks",
        "each broken by hand once",
        "dispatch/doctor/test_invariants.py::test_a_promise_that_is_broken_by_hand_is_found",
        "dispatch/doctor/test_invariants.py::test_sound_rows_break_no_promise",
    ),
)
