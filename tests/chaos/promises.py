# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every promise of the conversation: what holds, at what full size, which ordinary test shows a part of it, and its control.

``tenth`` and ``control`` are tests as ``file::function`` under tests/; tests/chaos/test_report.py sees that they exist.
The full size is in tests/chaos/test_<row>.py. Where that runs less than ``size``, ``reduced`` says what it runs; where the
whole of it runs in `make test` already (``whole``) there is no such file.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    row: str
    holds: str
    size: str
    tenth: str
    control: str
    reduced: str = ""
    whole: bool = False


RACES = "dispatch/offers/test_races.py"
LINE = "dispatch/offers/test_line.py"
KILLED = "dispatch/offers/test_killed_while_sending.py"
RECEIPTS = "dispatch/offers/test_codes_and_receipts.py"
STOPPED = "dispatch/offers/test_opt_outs.py"
FORGED = "dispatch/offers/test_forged.py"
REPLIES = "dispatch/offers/test_right_offer.py"
DOUBLED = "dispatch/offers/test_doubled_webhooks.py"
POLLED = "dispatch/offers/test_polling.py"
LIES = "dispatch/offers/test_forged_webhooks.py"
NIGHTS = "dispatch/outbox/test_dst.py"
HOURS = "dispatch/outbox/test_b10.py"
TEXTS = "notifications/test_budgets.py"
LABELLED = "notifications/test_labelled.py"

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
        reduced="3 simulated days with faults, 2,000 requests",
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
    Promise(
        "B1",
        "no SMS is lost, none goes out twice",
        "5,000 SMS, 200 kills, 429s, 500s, hangs, list lag 0/1/5 s",
        f"{KILLED}::test_a_killed_worker_loses_and_doubles_nothing",
        f"{KILLED}::test_without_the_mark_the_same_kills_send_twice",
    ),
    Promise(
        "B2",
        "a provider that is down is not hammered, and the queue drains after",
        "10 minutes of 500",
        f"{LINE}::test_an_outage_of_ten_minutes_costs_few_posts_and_is_over_soon_after",
        f"{LINE}::test_without_the_breaker_the_same_outage_is_hammered",
    ),
    Promise(
        "B3",
        "a slow provider holds no database connection",
        "50 slow sends under intake load",
        f"{LINE}::test_slow_posts_hold_no_connection",
        f"{LINE}::test_a_post_within_the_transaction_would_hold_one_each",
    ),
    Promise(
        "B5",
        "an urgent SMS overtakes a full queue",
        "2,000 queued, 1 urgent",
        f"{LINE}::test_an_urgent_sms_waits_for_the_pace_and_for_nobody_before_it",
        f"{LINE}::test_without_priority_it_waits_for_its_turn",
    ),
    Promise(
        "B6",
        "a dead number has one outcome and a person sees it",
        "every code of the table",
        f"{RECEIPTS}::test_every_code_has_one_outcome_refused_or_reported",
        f"{RECEIPTS}::test_who_takes_every_code_for_a_passing_one_is_noticed",
    ),
    Promise(
        "B7",
        "after STOP, in every spelling, nothing is sent",
        "keywords × languages",
        f"{STOPPED}::test_after_stop_nothing_is_sent_however_it_is_written",
        f"{STOPPED}::test_without_the_check_queued_sms_go_out",
    ),
    Promise(
        "B9",
        "every text keeps its segments and its alphabet",
        "every text × language × worst values",
        f"{TEXTS}::test_worst_offer_fits_its_budget",
        f"{TEXTS}::test_without_the_steps_the_worst_offer_does_not_fit",
    ),
    Promise(
        "B10",
        "quiet hours, daily cap, no offer after its deadline",
        "a simulated year; worker stopped 2 h",
        f"{HOURS}::test_a_year_without_a_word_by_night",
        f"{HOURS}::test_without_the_guard_a_year_is_full_of_nights",
    ),
    Promise(
        "B12",
        "receipts out of order, doubled, missing, unknown end in the same state",
        "120 orders × duplicates",
        f"{RECEIPTS}::test_receipts_in_any_order_end_in_the_same_place",
        f"{RECEIPTS}::test_who_believes_the_last_receipt_ends_anywhere",
    ),
    Promise(
        "C1",
        "a reply reaches the right offer, or a person",
        "20,000 histories × 40 steps, three naive controls",
        f"{REPLIES}::test_a_reply_reaches_the_question_meant_or_a_person",
        f"{REPLIES}::test_naive_rules_are_caught",
    ),
    Promise(
        "C2",
        "a webhook that comes again has one effect",
        "each 1–5 times at once; again a year later",
        f"{DOUBLED}::test_a_webhook_that_comes_five_times_and_next_year_has_one_effect",
        f"{DOUBLED}::test_without_the_unique_id_the_effects_double",
    ),
    Promise(
        "C3",
        "a webhook that is lost is fetched",
        "20 % dropped for an hour",
        f"{POLLED}::test_every_reply_whose_webhook_was_lost_is_fetched_once",
        f"{POLLED}::test_without_the_list_a_fifth_is_lost",
    ),
    Promise(
        "C4",
        "a forged webhook is refused and leaves no row",
        "10 kinds of forgery, 5,000 mutations",
        f"{LIES}::test_no_forged_webhook_is_accepted",
        f"{LIES}::test_without_the_signature_check_rows_appear",
    ),
    Promise(
        "C6",
        "a reply is never wrongly read as yes",
        "≥ 500 labelled replies in 14 languages; fuzz",
        f"{LABELLED}::test_no_false_yes_and_95_percent_right",
        f"{LABELLED}::test_a_naive_reader_is_caught",
    ),
    Promise(
        "C7",
        "an SI sent with a forged number is told to the true mediator",
        "script",
        f"{FORGED}::test_a_yes_with_a_forged_number_is_told_to_its_true_owner",
        f"{FORGED}::test_confirmed_to_nobody_she_would_not_hear_of_it",
        whole=True,
    ),
    Promise(
        "C8",
        "codes cannot be guessed",
        "10,000 guesses",
        f"{FORGED}::test_guessed_codes_hit_nothing_and_cost_little",
        f"{FORGED}::test_without_the_caps_a_guess_hits_and_every_one_is_answered",
    ),
    Promise(
        "D1",
        "every hour of both DST nights of 2026–27 comes once",
        "all quarter hours ± 36 h",
        f"{NIGHTS}::test_every_quarter_is_created_reminded_and_reported_right",
        f"{NIGHTS}::test_naive_arithmetic_is_noticed",
    ),
    Promise(
        "D2",
        "each timed job runs once in each period, both DST nights too",
        "all periods of both nights",
        f"{NIGHTS}::test_each_period_is_struck_once",
        f"{NIGHTS}::test_periods_on_the_wall_would_be_struck_wrongly",
    ),
    Promise(
        "E1",
        "whatever is killed, the rest holds and the flow goes on within 15 s",
        "300 kills under full flow, the database's too",
        "journeys/test_killed_parts.py::test_a_worker_is_killed_and_the_flow_goes_on",
        "journeys/test_killed_parts.py::test_where_nobody_looks_after_the_parts_the_flow_ends",
    ),
    Promise(
        "E9",
        "every broken invariant is found by one list of questions, which ponte doctor asks",
        "each broken by hand once",
        "dispatch/doctor/test_invariants.py::test_a_promise_that_is_broken_by_hand_is_found",
        "dispatch/doctor/test_invariants.py::test_sound_rows_break_no_promise",
        whole=True,
    ),
)
