-- One row for each school and year, child and group: the suspensions that school gave that child.
-- Events stay with the school that gave them, which need not be the child's school for the year.
create or replace table suspension_events as
select
    child_year.time_period,
    child_year.time_identifier,
    exclusions.school_urn,
    child_year.social_care_group,
    child_year.pupil_id,
    count(*) as suspensions,
    cast(sum(coalesce(exclusions.sessions, 0)) as bigint) as suspended_sessions
from exports.exclusions as exclusions
inner join child_year
    on child_year.pupil_id = exclusions.pupil_id
    and child_year.time_period = exclusions.time_period
    and child_year.time_identifier = 'Academic year'
where exclusions.category = 'suspension'
group by
    child_year.time_period,
    child_year.time_identifier,
    exclusions.school_urn,
    child_year.social_care_group,
    child_year.pupil_id
