-- One row for each school and year, child and group: the suspensions that school gave that child.
-- Events stay with the school that gave them, which need not be the child's school for the year.
create or replace table suspension_events as
select
    enrolments.time_period,
    exclusions.school_urn,
    coalesce(social_care_groups.social_care_group, 'peers') as social_care_group,
    exclusions.pupil_id,
    count(*) as suspensions,
    cast(sum(coalesce(exclusions.sessions, 0)) as bigint) as suspended_sessions
from enrolments_at_point as enrolments
inner join points
    on points.point = enrolments.point
    and points.time_identifier = 'Academic year'
inner join exports.exclusions as exclusions
    on exclusions.pupil_id = enrolments.pupil_id
    and exclusions.time_period = enrolments.time_period
left join social_care_groups
    on social_care_groups.pupil_id = enrolments.pupil_id
    and social_care_groups.point = enrolments.point
where exclusions.category = 'suspension'
group by
    enrolments.time_period,
    exclusions.school_urn,
    social_care_groups.social_care_group,
    exclusions.pupil_id
