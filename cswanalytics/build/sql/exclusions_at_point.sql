-- One row for each pupil and point with a suspension or a permanent exclusion that was upheld (no outcome: upheld).
-- The time_period of the row decides the year; to a half-term, what had begun by its end is counted.
create or replace table exclusions_at_point as
select
    exclusions.pupil_id,
    points.point,
    count(case when exclusions.category = 'suspension' then 1 end) as suspensions,
    cast(sum(case when exclusions.category = 'suspension' then coalesce(exclusions.sessions, 0) else 0 end) as bigint)
        as suspended_sessions,
    count(case when exclusions.category = 'permanent' and coalesce(exclusions.outcome, 'upheld') = 'upheld' then 1 end)
        as permanent_exclusions
from exports.exclusions as exclusions
inner join points
    on points.time_period = exclusions.time_period
    and (points.time_identifier = 'Academic year' or exclusions.start_date <= points.reference_date)
group by exclusions.pupil_id, points.point
