-- One row for each pupil and point: their sessions at every school together, up to the point's last half-term.
-- A whole year is added up from what each school has of it; only the half-terms of a part of a year are read again.
create or replace table attendance_at_point as
with

of_whole_years as (
    select
        attendance.pupil_id,
        attendance.time_period,
        'Academic year' as time_identifier,
        attendance.sessions_possible,
        attendance.sessions_authorised,
        attendance.sessions_unauthorised,
        attendance.sessions_late,
        attendance.sessions_suspended,
        attendance.sessions_part_time,
        attendance.sessions_off_site
    from attendance_by_school as attendance
),

of_parts as (
    select
        attendance.pupil_id,
        points.time_period,
        points.time_identifier,
        attendance.sessions_possible,
        attendance.sessions_authorised,
        attendance.sessions_unauthorised,
        coalesce(attendance.sessions_late, 0) as sessions_late,
        coalesce(attendance.sessions_suspended, 0) as sessions_suspended,
        coalesce(attendance.sessions_part_time, 0) as sessions_part_time,
        coalesce(attendance.sessions_off_site, 0) as sessions_off_site
    from exports.attendance as attendance
    inner join points
        on points.time_period = attendance.time_period
        and points.last_half_term >= attendance.half_term
    where points.time_identifier <> 'Academic year'
),

together as (
    select * from of_whole_years
    union all
    select * from of_parts
)

select
    together.pupil_id,
    together.time_period,
    together.time_identifier,
    cast(sum(together.sessions_possible) as bigint) as sessions_possible,
    cast(sum(together.sessions_authorised) as bigint) as sessions_authorised,
    cast(sum(together.sessions_unauthorised) as bigint) as sessions_unauthorised,
    cast(sum(together.sessions_late) as bigint) as sessions_late,
    cast(sum(together.sessions_suspended) as bigint) as sessions_suspended,
    cast(sum(together.sessions_part_time) as bigint) as sessions_part_time,
    cast(sum(together.sessions_off_site) as bigint) as sessions_off_site
from together
group by together.pupil_id, together.time_period, together.time_identifier
