-- One row for each pupil and point: their sessions at every school together, up to the point's last half-term.
-- A whole year has been added up already; only the half-terms of a part of a year are read again.
create or replace view attendance_at_point as
select
    attendance.pupil_id,
    points.point,
    attendance.sessions_possible,
    attendance.sessions_authorised,
    attendance.sessions_unauthorised,
    attendance.sessions_late,
    attendance.sessions_suspended,
    attendance.sessions_part_time,
    attendance.sessions_off_site
from attendance_by_pupil as attendance
inner join points
    on points.time_period = attendance.time_period
    and points.time_identifier = 'Academic year'

union all

select
    attendance.pupil_id,
    points.point,
    cast(sum(attendance.sessions_possible) as bigint) as sessions_possible,
    cast(sum(attendance.sessions_authorised) as bigint) as sessions_authorised,
    cast(sum(attendance.sessions_unauthorised) as bigint) as sessions_unauthorised,
    cast(sum(attendance.sessions_late) as bigint) as sessions_late,
    cast(sum(attendance.sessions_suspended) as bigint) as sessions_suspended,
    cast(sum(attendance.sessions_part_time) as bigint) as sessions_part_time,
    cast(sum(attendance.sessions_off_site) as bigint) as sessions_off_site
from exports.attendance as attendance
inner join points
    on points.time_period = attendance.time_period
    and points.last_half_term >= attendance.half_term
where points.time_identifier <> 'Academic year'
group by attendance.pupil_id, points.point
