-- One row for each pupil and year with attendance: their sessions at every school together, how many rows of the export
-- they come from, and which half-terms: half-term 1 adds 2, half-term 2 adds 4, and so on. A half-term that is there twice
-- adds once.
create or replace table attendance_by_pupil as
select
    attendance.pupil_id,
    attendance.time_period,
    count(*) as half_term_rows,
    bit_or(case when attendance.half_term between 1 and 6 then 1 << cast(attendance.half_term as integer) else 0 end)
        as half_terms,
    cast(sum(attendance.sessions_possible) as bigint) as sessions_possible,
    cast(sum(attendance.sessions_authorised) as bigint) as sessions_authorised,
    cast(sum(attendance.sessions_unauthorised) as bigint) as sessions_unauthorised,
    cast(sum(attendance.sessions_late) as bigint) as sessions_late,
    cast(sum(attendance.sessions_suspended) as bigint) as sessions_suspended,
    cast(sum(attendance.sessions_part_time) as bigint) as sessions_part_time,
    cast(sum(attendance.sessions_off_site) as bigint) as sessions_off_site
from exports.attendance as attendance
group by attendance.pupil_id, attendance.time_period
