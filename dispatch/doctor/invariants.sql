-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What must hold between rows: each question finds the rows that break one promise, and its column names their table.
-- The first group holds in every committed state. The second has had its time: :late is two minutes before :now.
-- A title line starts with two dashes and a name; the line below it says what to do.

-- two places: a mediator is in two live visits at once
-- Release her from one of them. The database forbids this: the constraint is missing, so restore or migrate.
SELECT a.id AS assignment FROM assignment a
JOIN assignment b ON b.mediator_id = a.mediator_id AND b.id <> a.id AND b.during && a.during
WHERE a.status IN ('published', 'booked') AND b.status IN ('published', 'booked');

-- two for one: two people stand for one slot
-- Release one of them. The database forbids this: an index is missing, so restore or migrate.
SELECT slot_id AS slot FROM assignment WHERE status IN ('published', 'booked') GROUP BY slot_id HAVING count(*) > 1;

-- two hours: those who come to one appointment together are expected at different hours
-- Release one of them, so that somebody is asked for the hour of the others; report it, because no way leads here.
SELECT s.appointment_id AS appointment FROM slot s
JOIN assignment a ON a.slot_id = s.id AND a.status IN ('published', 'booked')
GROUP BY s.appointment_id HAVING count(DISTINCT lower(a.during)) > 1;

-- live on cancelled: somebody is to come to what was called off
-- Cancel the request once more; whoever is booked is then told.
SELECT a.id AS assignment FROM assignment a
JOIN slot s ON s.id = a.slot_id JOIN appointment p ON p.id = s.appointment_id
WHERE a.status IN ('published', 'booked') AND (s.status = 'cancelled' OR p.status = 'cancelled');

-- visit and slot: a visit stands, and its slot says something else
-- Release the visit, so that the slot is planned again.
SELECT a.id AS assignment FROM assignment a JOIN slot s ON s.id = a.slot_id
WHERE (a.status = 'booked' AND s.status <> 'booked') OR (a.status = 'published' AND s.status <> 'offered');

-- booked by nobody: a slot is booked, and nobody is
-- Change the appointment, so that it is asked anew; report it, because no way leads here.
SELECT s.id AS slot FROM slot s WHERE s.status = 'booked'
AND NOT EXISTS (SELECT FROM assignment a WHERE a.slot_id = s.id AND a.status IN ('booked', 'done'));

-- half confirmed: an appointment is confirmed, and a slot of it is not booked
-- Book the slot or cancel it; report it, because no way leads here.
SELECT DISTINCT p.id AS appointment FROM appointment p JOIN slot s ON s.appointment_id = p.id
WHERE p.status = 'confirmed' AND s.status NOT IN ('booked', 'cancelled');

-- half cancelled: an appointment is cancelled, and a slot of it is not
-- Cancel the request once more.
SELECT DISTINCT p.id AS appointment FROM appointment p JOIN slot s ON s.appointment_id = p.id
WHERE p.status = 'cancelled' AND s.status <> 'cancelled';

-- request and dates: a request is over, and a date of it still stands
-- Cancel that date.
SELECT DISTINCT r.id AS request FROM request r JOIN appointment p ON p.request_id = r.id
WHERE r.status IN ('cancelled', 'closed') AND p.status IN ('open', 'confirmed');

-- end of an offer: an offer ended without a moment, or is open with one
-- Report it, because no way leads here.
SELECT id AS offer FROM offer WHERE (status IN ('queued', 'waiting')) <> (closed_at IS NULL);

-- dates of the dead: a reminder or a question is due for a visit that does not stand
-- Report it; nothing is sent, because the job looks at the visit again.
SELECT id AS assignment FROM assignment
WHERE (status <> 'booked' AND (evening_due IS NOT NULL OR hours_due IS NOT NULL))
   OR (status NOT IN ('booked', 'withdrawn') AND outcome_due IS NOT NULL);

-- never asked how: a booked visit has no moment at which somebody is asked how it went
-- Tell its outcome on the page of attendances.
SELECT id AS assignment FROM assignment WHERE status = 'booked' AND outcome_due IS NULL;

-- done without a trace: a visit is done and has no attendance
-- Report it: it is in no report of hours.
SELECT a.id AS assignment FROM assignment a WHERE a.status = 'done'
AND NOT EXISTS (SELECT FROM attendance t WHERE t.assignment_id = a.id);

-- proposed by nobody: a proposal is left of a draft that is no more
-- Plan the week again; proposals bind nobody.
SELECT a.id AS assignment FROM assignment a LEFT JOIN planning_run r ON r.id = a.run_id
WHERE a.status = 'proposed' AND r.status IS DISTINCT FROM 'draft';

-- half an answer: a repeated POST would find an answer that was never written
-- Delete the key; the desk's program asks again.
SELECT caller AS "key" FROM idempotency_key WHERE status_code = 0;

-- silent: a slot waits, and no question, no date and no run is on its way to it
-- See to clock and workers first; then plan the week.
SELECT s.id AS slot FROM slot s JOIN appointment p ON p.id = s.appointment_id
WHERE s.changed_at < :late
AND (s.status IN ('open', 'offered') OR (s.status = 'unfilled' AND p.last_start > :now))
AND NOT EXISTS (
    SELECT FROM offer o WHERE o.slot_id = s.id AND o.status IN ('queued', 'waiting') AND o.reply_by >= :late)
AND NOT EXISTS (
    SELECT FROM assignment a WHERE a.slot_id = s.id AND a.status = 'published' AND a.changed_at >= :late)
AND CASE
    WHEN s.status = 'offered' THEN TRUE
    WHEN s.replan_due IS NOT NULL THEN s.replan_due < :late AND NOT EXISTS (
        SELECT FROM planning_run r WHERE r.status IN ('asked', 'running', 'draft') AND r.kind = 'repair'
        AND p.first_start BETWEEN r.week_start - 1 AND r.week_start + r.days::int + 1)
    WHEN s.status = 'open' THEN COALESCE(p.asked_start, p.first_start) <= :pressing
    ELSE s.changed_at < :yesterday
END;

-- told nothing: somebody said yes, is no longer to come, and nobody told her
-- Call her. See to the workers: the job that tells her is tried again each minute.
SELECT o.id AS offer FROM offer o
WHERE o.status = 'accepted' AND upper(o.during) > :now AND o.closed_at < :late
AND NOT EXISTS (
    SELECT FROM assignment a WHERE a.slot_id = o.slot_id AND a.mediator_id = o.mediator_id
    AND (a.status IN ('published', 'booked', 'done') OR a.changed_at >= :late));

-- asked in vain: a question is open about a visit that can no longer be had
-- See to the workers: the job that takes it back is tried again each minute.
SELECT o.id AS offer FROM offer o
JOIN slot s ON s.id = o.slot_id LEFT JOIN assignment a ON a.id = o.assignment_id
WHERE o.status IN ('queued', 'waiting') AND s.changed_at < :late
AND (s.status = 'cancelled'
     OR (s.status = 'booked' AND NOT EXISTS (
         SELECT FROM asking k WHERE k.slot_id = s.id AND k.closed_at IS NULL AND k.instead_of IS NOT NULL))
     OR (a.status NOT IN ('published', 'booked') AND a.changed_at < :late));

-- forgotten in line: a coordinator named whom to ask next, and nobody is being asked
-- See to the workers: the job that asks the next one is tried again each minute.
SELECT k.id AS asking FROM asking k JOIN slot s ON s.id = k.slot_id
WHERE k.closed_at IS NULL AND k.created_at < :late AND s.changed_at < :late
AND NOT EXISTS (SELECT FROM offer o WHERE o.slot_id = k.slot_id
                AND (o.status IN ('queued', 'waiting') OR o.closed_at >= :late));

-- asked by a lost SMS: a question is open, and its SMS has failed
-- See to the workers: it is sent again, or the next one is asked.
SELECT o.id AS offer FROM offer o
JOIN LATERAL (
    SELECT m.status, m.settled_at FROM message m
    WHERE m.offer_id = o.id AND m.kind IN ('offer', 'moved') ORDER BY m.id DESC LIMIT 1) newest ON TRUE
WHERE o.status IN ('queued', 'waiting') AND newest.status = 'failed' AND newest.settled_at < :late;

-- overdue: an answer, a reminder or the outcome of a visit was due, and nobody came to it
-- See to clock and workers.
SELECT id AS assignment FROM assignment
WHERE (status = 'booked' AND LEAST(evening_due, hours_due, outcome_due) < :late)
   OR (status = 'withdrawn' AND outcome_due < :late);

-- stuck on the line: an SMS left, nobody knows whether it arrived, and no person was called
-- See to clock and workers; the carrier's own log has the truth.
SELECT id AS message FROM message
WHERE (status = 'sending' AND sending_at < :long_ago)
   OR (status = 'in_doubt' AND sending_at < :longer_ago AND trouble NOT LIKE 'for a person%');

-- unread: a reply came, and neither Ponte nor a person has it
-- See to the workers; the text stands in the row.
SELECT id AS inbound FROM inbound WHERE status IN ('stored', 'handed_over') AND received_at < :unread;

-- stuck run: a planning run neither goes on nor ends
-- See to clock and workers; ask for the run again.
SELECT id AS planning_run FROM planning_run
WHERE (status = 'asked' AND asked_at < :unread)
   OR (status = 'running' AND alive_at + seconds * interval '1 second' < :long_ago)
   OR (status = 'draft' AND kind = 'repair' AND finished_at < :unread);
