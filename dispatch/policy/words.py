# SPDX-License-Identifier: AGPL-3.0-or-later
"""The policy in words: each key's name on the page, what it may hold, and why two keys do not go together."""

from __future__ import annotations

from config.policy_trouble import Allowed
from dispatch.web.i18n import _l, gettext

SECTIONS = {
    "intake": _l("Requests"),
    "planning": _l("Planning"),
    "offers": _l("Offers to mediators"),
    "sms": _l("SMS"),
    "availability": _l("Availability"),
    "attendance": _l("Attendance and reminders"),
    "presences": _l("Presences"),
    "workload": _l("Workload"),
}
KEYS = {
    "intake.service_from": _l("Service opens"),
    "intake.service_to": _l("Service closes"),
    "intake.half_hour": _l("Half an hour, in minutes"),
    "intake.start_step": _l("Grid of starts"),
    "intake.shortest": _l("Shortest appointment"),
    "intake.longest": _l("Longest appointment"),
    "intake.furthest_days": _l("Days ahead"),
    "intake.most_appointments": _l("Appointments of a request"),
    "intake.most_people": _l("People of an appointment"),
    "intake.value_routine": _l("Value of a routine slot"),
    "intake.value_important": _l("Value of an important slot"),
    "intake.value_urgent": _l("Value of an urgent slot"),
    "intake.lead_time_percent": _l("Value when little time is left"),
    "intake.repair_within_hours": _l("Hours for looking at once"),
    "intake.urgent_within_hours": _l("Hours for looking at once, urgent"),
    "intake.wish_gender": _l("Wish for a woman or a man"),
    "intake.wish_skill": _l("Wish for a skill"),
    "intake.wish_language": _l("Wish for a language"),
    "intake.wish_same_mediator": _l("Wish for the same mediator"),
    "intake.wish_level_1": _l("Working knowledge"),
    "intake.wish_level_2": _l("Fluent knowledge"),
    "intake.repeat_days": _l("Days a program may repeat itself"),
    "intake.draft_days": _l("Days a draft is kept"),
    "planning.plan_weekday": _l("Day of the weekly plan"),
    "planning.plan_minute": _l("Time of the weekly plan"),
    "planning.weeks_ahead": _l("Weeks planned together"),
    "planning.rest_minutes": _l("Rest between two days, in minutes"),
    "planning.holiday_shifts": _l("Weekly shifts on holidays"),
    "planning.start_step": _l("Grid of starts in the plan"),
    "planning.travel_speed_kmh": _l("Mean speed, km/h"),
    "planning.road_factor": _l("Road to straight line"),
    "planning.arrival_minutes": _l("Minutes to arrive"),
    "planning.remote_gap": _l("Minutes around a call"),
    "planning.shift_covers_travel": _l("Shift covers the way home"),
    "planning.travel_is_work": _l("Journeys that are work"),
    "planning.travel_cost": _l("Cost of a minute on the road"),
    "planning.change_cost": _l("Cost of a change"),
    "planning.case_cost": _l("Cost of another mediator on a case"),
    "planning.cost_per_euro": _l("Cost of a euro"),
    "planning.fairness_cost": _l("Cost of unequal hours"),
    "planning.earliest_minutes": _l("Shortest notice, in minutes"),
    "planning.freed_reach_minutes": _l("Minutes around freed paid time"),
    "planning.enough_week": _l("Margin of a week plan"),
    "planning.enough_repair": _l("Margin of a repair"),
    "planning.candidates_per_slot": _l("Candidates on record"),
    "offers.urgent_hours": _l("Urgent: hours before the start"),
    "offers.urgent_minutes": _l("Urgent: minutes to answer"),
    "offers.soon_hours": _l("Soon: hours before the start"),
    "offers.soon_minutes": _l("Soon: minutes to answer"),
    "offers.batch_working_days": _l("In groups: working days"),
    "offers.batch_people": _l("In groups: people"),
    "offers.batch_minutes": _l("In groups: minutes to answer"),
    "offers.near_working_days": _l("One at a time: working days"),
    "offers.near_minute": _l("One at a time: answer by"),
    "offers.middle_working_days": _l("Middle distance: working days"),
    "offers.middle_reply_days": _l("Middle distance: days to answer"),
    "offers.far_reply_days": _l("Far ahead: days to answer"),
    "offers.quiet_from": _l("Quiet hours begin"),
    "offers.quiet_to": _l("Quiet hours end"),
    "offers.least_before_start": _l("Deadline to start, in minutes"),
    "offers.most_people": _l("People asked at most"),
    "offers.overlapping_offers": _l("Overlapping open offers"),
    "offers.repair_delay_seconds": _l("Seconds before a repair"),
    "offers.holiday_country": _l("Country of the holidays"),
    "offers.holiday_province": _l("Province of the patron"),
    "offers.bare_answer_hours": _l("Hours for an answer without code"),
    "offers.code_days": _l("Days before a code returns"),
    "offers.withdraw_hours": _l("Hours for withdrawing alone"),
    "offers.move_minutes": _l("Minutes a visit may move unasked"),
    "offers.news_hours": _l("Hours before a visit that break the silence"),
    "offers.unknown_number_hours": _l("Hours between answers to unknown numbers"),
    "offers.idle_answers_per_day": _l("Answers a day that settle nothing"),
    "offers.wrong_codes_per_day": _l("Wrong codes a day"),
    "sms.stale_seconds": _l("Seconds before an SMS is not sent"),
    "sms.settle_seconds": _l("Seconds before asking the carrier"),
    "sms.give_up_minutes": _l("Minutes of doubt"),
    "sms.most_attempts": _l("Attempts"),
    "sms.backoff_seconds": _l("First wait, in seconds"),
    "sms.longest_backoff_seconds": _l("Longest wait, in seconds"),
    "sms.alarm_pause_minutes": _l("Rest after an alarm, in minutes"),
    "sms.most_copies": _l("Copies of an offer"),
    "sms.per_second": _l("SMS per second"),
    "sms.burst": _l("SMS at once after a rest"),
    "sms.breaker_after": _l("Sendings without an answer"),
    "sms.probe_seconds": _l("First trial, in seconds"),
    "sms.longest_probe_seconds": _l("Longest wait for a trial, in seconds"),
    "sms.poll_minutes": _l("Minutes without a receipt"),
    "sms.cost_per_segment": _l("Cost of a segment, in euro cents"),
    "sms.most_a_day": _l("SMS to one person a day"),
    "availability.morning_from": _l("Morning begins"),
    "availability.noon": _l("Afternoon begins"),
    "availability.evening_from": _l("Evening begins"),
    "availability.night_from": _l("Evening ends"),
    "attendance.evening_minute": _l("Reminder of the evening before"),
    "attendance.hours_before": _l("Reminder, hours before the start"),
    "attendance.least_before_start": _l("Reminder to start, in minutes"),
    "attendance.ask_minutes_after": _l("Minutes after the end"),
    "attendance.ask_again_hours": _l("Hours before asking again"),
    "attendance.silent_days": _l("Days of silence"),
    "attendance.times_tolerance": _l("Minutes the two sides may differ"),
    "attendance.plausible_hours": _l("Hours off the plan"),
    "attendance.longest_hours": _l("Longest visit, in hours"),
    "attendance.most_km": _l("Kilometres at most"),
    "attendance.count_step": _l("Grid of minutes that count"),
    "attendance.least_onsite": _l("Least minutes on site"),
    "attendance.person_absent_percent": _l("Person absent: per cent that counts"),
    "attendance.late_hours": _l("Late cancellation: hours of notice"),
    "attendance.late_percent": _l("Late cancellation: per cent that counts"),
    "attendance.very_late_hours": _l("Very late cancellation: hours of notice"),
    "attendance.very_late_percent": _l("Very late cancellation: per cent that counts"),
    "presences.longest": _l("Longest shift, in minutes"),
    "presences.furthest_days": _l("Days ahead for a presence"),
    "presences.value_always": _l("Value of a shift never left empty"),
    "presences.value_may_leave": _l("Value of a shift that may be left"),
    "presences.wish_same_mediator": _l("Wish for the presence's own mediator"),
    "presences.wish_level_1": _l("Working knowledge, in a presence"),
    "presences.wish_level_2": _l("Fluent knowledge, in a presence"),
    "presences.call_away": _l("Calling away for an urgent request"),
    "presences.reach_minutes": _l("Minutes around an urgent request"),
    "workload.limit_percent": _l("Close to the limit, per cent"),
    "workload.idle_days": _l("Days without a visit"),
    "workload.refusal_percent": _l("Refusals of a language, per cent"),
    "workload.refusal_least_answers": _l("Answers before refusals count"),
    "workload.budget_percent": _l("Budget used, per cent"),
    "workload.attendance_days": _l("Days before an attendance is urged"),
}
COLUMNS = {
    "intake.lead_time_percent": (_l("hours before the start"), _l("per cent of the value")),
    "planning.fairness_cost": (_l("from per cent of the target"), _l("points per further per cent")),
}
JOURNEYS = {"none": _l("none"), "between": _l("between two places"), "all": _l("all, from and to home too")}
# The sentences of config.policy_order, by the rule's name.
ORDERS = {
    "service": _l("the service must close after it opens"),
    "duration": _l("the shortest appointment cannot be longer than the longest"),
    "value": _l("routine cannot be worth more than important, nor important more than urgent"),
    "lead_time": _l("hours must rise from row to row, and percentages must not"),
    "repair": _l("an urgent request cannot be looked after later than an ordinary one"),
    "level": _l("a working knowledge cannot cost less than a fluent one"),
    "fairness": _l("percentages must rise from row to row, and points must not fall"),
    "soon": _l("urgent must be nearer than soon"),
    "groups": _l("the working days of groups, of one at a time and of the middle distance must rise"),
    "reply": _l("who is asked long before cannot have less time to answer"),
    "quiet": _l("the quiet hours must begin in the evening and end on the morning after"),
    "deadline": _l("nobody is asked to answer by a minute of the quiet hours"),
    "calendar": _l("there is no calendar of holidays for this country and province"),
    "parts_of_day": _l("morning, afternoon, evening and night must follow each other"),
    "backoff": _l("the longest wait cannot be shorter than the first"),
    "probe": _l("the longest wait cannot be shorter than the first"),
}


def key_word(section: str, key: str) -> str:
    """The key's name in the reader's language."""
    name = f"{section}.{key}"
    return gettext(KEYS[name])


def allowed_words(may: Allowed) -> str:
    """What a key may hold, as the end of "write …"."""
    if may.columns:
        columns = gettext(", then ").join(allowed_words(column) for column in may.columns)
        return gettext("at most %(rows)s rows: %(columns)s") % {"rows": may.rows, "columns": columns}
    values = {"low": f"{may.low or 0:g}", "high": f"{may.high or 0:g}"}
    match may.shown:
        case "clock" | "time":
            return gettext("a time of the day like 21:00")
        case "weekday":
            return gettext("a day of the week")
        case "truth" | "choice":
            return gettext("one of the choices")
        case "decimal":
            return gettext("a number from %(low)s to %(high)s") % values
        case "number":
            return gettext("a whole number from %(low)s to %(high)s") % values
    return gettext("capital letters only, like IT or BG")


def range_words(may: Allowed) -> str:
    """What a key may hold, for a narrow column: "1–720"."""
    if may.shown in ("number", "decimal"):
        return f"{may.low or 0:g}–{may.high or 0:g}"
    if may.shown in ("clock", "time"):
        return gettext("a time of the day")
    if may.columns:
        return gettext("at most %(rows)s rows") % {"rows": may.rows}
    return {"weekday": gettext("a day of the week"), "truth": gettext("yes or no")}.get(may.shown, "")
