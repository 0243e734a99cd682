# SPDX-License-Identifier: AGPL-3.0-or-later
"""An example in numbers for each key of the policy: what its value means on an ordinary day.

``%(value)s`` is the value as people write it; the other figures are worked out from it in ``policy.figures``.
"""

from __future__ import annotations

from dispatch.web.i18n import _l

EXAMPLES = {
    "intake.service_from": _l("A request that may be moved within the day is never planned before %(value)s."),
    "intake.service_to": _l("A request that may be moved within the day has to be over by %(value)s."),
    "intake.half_hour": _l("Asked for at 10:00 with “by half an hour”, it may begin from %(early)s to %(late)s."),
    "intake.start_step": _l(
        "Asked for at 9:00, it may begin at 9:00, then at %(next)s, and so on every %(value)s minutes."
    ),
    "intake.shortest": _l("A desk that asks for less than %(value)s minutes is told so in the form."),
    "intake.longest": _l("A desk that asks for more than %(hours)s hours is told so in the form."),
    "intake.furthest_days": _l("Today one can ask for visits up to %(day)s."),
    "intake.most_appointments": _l("A series may make %(value)s visits: weekly, that is %(weeks)s weeks."),
    "intake.most_people": _l("For a team meeting one can ask for up to %(value)s mediators at once."),
    "intake.value_routine": _l(
        "To leave a routine visit without anybody costs %(value)s points: as much as %(value)s minutes on the road."
    ),
    "intake.value_important": _l(
        "Two visits at the same hour and one mediator: she goes to the important one, which is worth %(value)s points."
    ),
    "intake.value_urgent": _l(
        "An urgent visit is worth %(value)s points: for it the plan gives up whatever is worth less."
    ),
    "intake.lead_time_percent": _l(
        "A routine visit of 500 points that begins in %(hours)s hours counts as %(points)s."
    ),
    "intake.repair_within_hours": _l(
        "Asked for today for within %(value)s hours: somebody is looked for at once, not on the evening of the plan."
    ),
    "intake.urgent_within_hours": _l("An urgent request for within %(days)s days is looked after at once."),
    "intake.wish_gender": _l(
        "A woman was preferred: a man is sent only if that saves more than %(value)s points, such as "
        "%(value)s minutes on the road."
    ),
    "intake.wish_skill": _l(
        "Experience with minors was preferred: somebody without it may go if that saves more than "
        "%(value)s minutes on the road."
    ),
    "intake.wish_language": _l(
        "The second language is given up when keeping it would cost more than %(value)s points."
    ),
    "intake.wish_same_mediator": _l(
        "The mediator who was preferred goes even if she lives %(value)s minutes further away."
    ),
    "intake.wish_level_1": _l(
        "A native speaker is sent rather than somebody with a working knowledge, even %(value)s minutes further away."
    ),
    "intake.wish_level_2": _l(
        "A native speaker is sent rather than somebody fluent, even %(value)s minutes further away."
    ),
    "intake.repeat_days": _l(
        "A program that sends the same question again within %(value)s days gets the first answer, and "
        "no second request is made."
    ),
    "intake.draft_days": _l("A draft that nobody has touched for %(value)s days is deleted."),
    "planning.plan_weekday": _l("Every week, on %(value)s, the draft of the coming weeks is made by itself."),
    "planning.plan_minute": _l("At %(value)s the search begins; the draft waits for you in the notices."),
    "planning.weeks_ahead": _l(
        "On the evening of the plan %(days)s days are planned together, from the next Monday on."
    ),
    "planning.rest_minutes": _l("Who ends at 21:00 does not begin before %(next)s."),
    "planning.holiday_shifts": _l("On 8 December, weekly shifts hold: %(value)s."),
    "planning.start_step": _l("Between 9:00 and 10:00 the planner tries %(tries)s starts."),
    "planning.travel_speed_kmh": _l("21 km of road take %(minutes)s minutes."),
    "planning.road_factor": _l("Two places 10 km apart as the crow flies have %(km)s km of road between them."),
    "planning.arrival_minutes": _l("A road of 20 minutes is counted as %(minutes)s."),
    "planning.remote_gap": _l("A call that ends at 10:00 leaves time for the next one from %(next)s."),
    "planning.shift_covers_travel": _l("Shift until 13:00, half an hour from home: the last visit ends by %(end)s."),
    "planning.travel_is_work": _l("Journeys that count as working hours: %(value)s."),
    "planning.travel_cost": _l("Half an hour on the road costs %(points)s points."),
    "planning.change_cost": _l(
        "A visit that is published already changes hands only if the plan gains more than %(value)s points by it."
    ),
    "planning.case_cost": _l("A case with three mediators instead of one costs %(points)s points."),
    "planning.cost_per_euro": _l(
        "Between 25 and 30 euros an hour, an hour with the dearer one costs %(points)s points more."
    ),
    "planning.fairness_cost": _l(
        "Going from 100 to 110 %% of her target hours costs %(points)s points: somebody with fewer hours goes instead."
    ),
    "planning.earliest_minutes": _l("At 9:00 nothing is proposed that begins before %(next)s."),
    "planning.freed_reach_minutes": _l(
        "A visit of 10:00–11:00 is called off late: those that begin from %(early)s or end by %(late)s "
        "may have her time."
    ),
    "planning.enough_week": _l("The search of a week ends when at most %(value)s points can still be gained."),
    "planning.enough_repair": _l("A repair ends when at most %(value)s points can still be gained."),
    "planning.candidates_per_slot": _l(
        "For each visit the best %(value)s people stay on record: they are asked when the first one refuses."
    ),
    "offers.urgent_hours": _l(
        "A visit that begins in less than %(value)s h: everybody who suits is asked at once, at night too."
    ),
    "offers.urgent_minutes": _l("Asked at 10:00 about an urgent visit, she may answer until %(late)s."),
    "offers.soon_hours": _l(
        "A visit in less than %(value)s h: all who suit are asked together, and the first yes wins."
    ),
    "offers.soon_minutes": _l("Asked at 10:00, they may answer until %(late)s."),
    "offers.batch_working_days": _l("On a Monday, groups are asked about visits up to %(value)s working days later."),
    "offers.batch_people": _l("%(value)s people get the same question together; the others hear that it is covered."),
    "offers.batch_minutes": _l("Asked at 10:00, the group may answer until %(late)s; then come the next ones."),
    "offers.near_working_days": _l(
        "Up to %(value)s working days ahead one person at a time is asked, until the next working day."
    ),
    "offers.near_minute": _l("Asked on Monday at noon, she may answer until Tuesday at %(value)s."),
    "offers.middle_working_days": _l(
        "Between the near days and %(value)s working days ahead there is more time to answer."
    ),
    "offers.middle_reply_days": _l("Asked on Monday at 10:00, she has %(value)s working days to answer."),
    "offers.far_reply_days": _l("Asked about a visit far ahead, she has %(value)s working days to answer."),
    "offers.quiet_from": _l("A question that is ready after %(value)s leaves the next morning."),
    "offers.quiet_to": _l("Who was left in peace in the night gets her SMS from %(value)s on."),
    "offers.least_before_start": _l(
        "A visit at 8:30: an answer later than %(early)s would be too late, so the question leaves at night."
    ),
    "offers.most_people": _l("Forty people would suit: the best %(value)s of them are asked."),
    "offers.overlapping_offers": _l(
        "Who has %(value)s open questions about Monday at nine gets no other for that hour."
    ),
    "offers.repair_delay_seconds": _l("She says no: after %(value)s seconds the next person is looked for."),
    "offers.holiday_country": _l("The holidays that are no working days are those of %(value)s."),
    "offers.holiday_province": _l("The patron's day that is no working day is that of %(value)s."),
    "offers.bare_answer_hours": _l(
        "A bare YES counts if no other question was open to her in the last %(value)s hours."
    ),
    "offers.code_days": _l("Code 412 comes back on the same phone after %(value)s days at the earliest."),
    "offers.withdraw_hours": _l(
        "With more than %(value)s hours to go she gives a visit back by herself; with fewer, she calls you."
    ),
    "offers.move_minutes": _l("From 10:00 to %(late)s: she is told. Later than that: she is asked again."),
    "offers.news_hours": _l(
        "Called off at 23:00 for a visit at 8:00: told at once if the morning leaves less than %(value)s hours."
    ),
    "offers.unknown_number_hours": _l(
        "An unknown number that writes five times in a day gets one answer every %(value)s hours."
    ),
    "offers.idle_answers_per_day": _l(
        "After %(value)s texts that settle nothing she gets no more automatic answers that day."
    ),
    "offers.wrong_codes_per_day": _l("After %(value)s wrong codes in a day a person reads what she writes."),
    "sms.stale_seconds": _l(
        "An SMS that a process took in hand and did not send within %(value)s seconds is checked with "
        "the carrier before anything else."
    ),
    "sms.settle_seconds": _l(
        "An SMS of which nobody knows whether it left: after %(value)s seconds the carrier is asked."
    ),
    "sms.give_up_minutes": _l("Still not known after %(value)s minutes: a person decides."),
    "sms.most_attempts": _l("The carrier refuses %(value)s times: the SMS is given up, and you get a notice."),
    "sms.backoff_seconds": _l("Refused for now: tried again after %(value)s seconds, then after %(double)s."),
    "sms.longest_backoff_seconds": _l(
        "However often it is refused, it is tried again after %(minutes)s minutes at most."
    ),
    "sms.alarm_pause_minutes": _l("Wrong credentials: the line rests %(value)s minutes, then one SMS is tried."),
    "sms.most_copies": _l("A question that does not arrive leaves %(value)s times in all."),
    "sms.per_second": _l("60 SMS of one segment leave in about %(seconds)s seconds."),
    "sms.burst": _l("After a rest the first %(value)s SMS leave at once."),
    "sms.breaker_after": _l(
        "%(value)s sendings in a row without an answer: the line stops and tries one SMS at a time."
    ),
    "sms.probe_seconds": _l("The line stopped at 10:00: the first trial comes after %(value)s seconds."),
    "sms.longest_probe_seconds": _l(
        "However long the carrier is away, a trial comes every %(value)s seconds at least."
    ),
    "sms.poll_minutes": _l("No receipt: the carrier is asked after %(value)s minutes, then after %(double)s."),
    "sms.cost_per_segment": _l("1,000 SMS of one segment cost %(euros)s."),
    "sms.most_a_day": _l("The next question of the same day after the first %(value)s SMS waits for the next morning."),
    "availability.morning_from": _l("“Free in the morning” means from %(value)s on."),
    "availability.noon": _l("“Free in the afternoon” means from %(value)s on."),
    "availability.evening_from": _l("“Busy in the evening” means from %(value)s on."),
    "availability.night_from": _l("“Free in the evening” means until %(value)s."),
    "attendance.evening_minute": _l("For a visit on Tuesday the reminder leaves on Monday at %(value)s."),
    "attendance.hours_before": _l("For a visit at 15:00 the reminder leaves at %(early)s."),
    "attendance.least_before_start": _l(
        "A reminder that would come after %(early)s for a visit at 9:00 does not leave."
    ),
    "attendance.ask_minutes_after": _l("A visit ends at 11:00: at %(late)s she is asked how it went."),
    "attendance.ask_again_hours": _l("No word from her: after %(value)s hours she is asked once more."),
    "attendance.silent_days": _l("She told, the desk did not: after %(value)s days what she told holds."),
    "attendance.times_tolerance": _l("She says 10:00–11:00, the desk 10:00–11:%(minute)s: no disagreement."),
    "attendance.plausible_hours": _l(
        "Planned for 10:00, told as begun %(value)s hours later: asked whether that is right."
    ),
    "attendance.longest_hours": _l("A visit told as longer than %(value)s hours: asked whether that is right."),
    "attendance.most_km": _l("More than %(value)s km for one visit cannot be declared."),
    "attendance.count_step": _l("A visit of 52 minutes counts %(counted)s."),
    "attendance.least_onsite": _l("Twenty minutes on site count %(counted)s."),
    "attendance.person_absent_percent": _l(
        "The person does not come to a visit of 2 hours: %(minutes)s minutes count."
    ),
    "attendance.late_hours": _l(
        "Called off with less than %(value)s hours of notice: part of the time counts all the same."
    ),
    "attendance.late_percent": _l("2 hours called off late: %(minutes)s minutes count."),
    "attendance.very_late_hours": _l("Called off with less than %(value)s hours of notice counts as very late."),
    "attendance.very_late_percent": _l("2 hours called off very late: %(minutes)s minutes count."),
    "presences.longest": _l("A shift of a presence lasts %(hours)s hours at most."),
    "presences.furthest_days": _l("A presence entered today begins by %(day)s."),
    "presences.value_always": _l(
        "A shift that is never left empty is worth %(value)s points, more than an urgent request."
    ),
    "presences.value_may_leave": _l(
        "A shift that may be left is worth %(value)s points: an urgent request that is worth more may take her away."
    ),
    "presences.wish_same_mediator": _l(
        "The presence's own mediator goes even if she lives %(value)s minutes further away."
    ),
    "presences.wish_level_1": _l(
        "In a presence a working knowledge costs %(value)s points, as %(value)s minutes on the road."
    ),
    "presences.wish_level_2": _l(
        "In a presence a fluent knowledge costs %(value)s points, as %(value)s minutes on the road."
    ),
    "presences.call_away": _l(
        "Nobody for an urgent request in the ward next door: the mediator of the presence may be called: %(value)s."
    ),
    "presences.reach_minutes": _l(
        "An urgent visit of 10:00–11:00 keeps her from a presence from %(early)s to %(late)s."
    ),
    "workload.limit_percent": _l("Of 20 hours a week, from %(hours)s on she is named as close to her limit."),
    "workload.idle_days": _l(
        "Somebody available without a visit for %(value)s days is named at the top of the workload."
    ),
    "workload.refusal_percent": _l(
        "Of 20 questions in a language %(count)s or more were refused: the language is named."
    ),
    "workload.refusal_least_answers": _l("Fewer than %(value)s answers in a language say nothing yet."),
    "workload.budget_percent": _l(
        "Of 100 hours of a project %(value)s are used before their time: the project is named."
    ),
    "workload.attendance_days": _l("An attendance that nobody has told for %(value)s days is urged."),
}
