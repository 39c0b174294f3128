-- One row for each pupil and point at which they are, or were, a child with a social worker: their one group.
-- An episode is open on a day when it has started and has not ended, or ends after that day.
-- Respite care (V3, V4) is no episode at all. A null legal status is care.
create or replace table social_care_groups as
with

episodes as (
    select
        social_care_episodes.pupil_id,
        social_care_episodes.episode_type,
        social_care_episodes.start_date,
        social_care_episodes.end_date,
        social_care_episodes.episode_type = 'CIN' and closed_without_need.close_reason is not null
            as closed_without_need
    from exports.social_care_episodes as social_care_episodes
    left join closed_without_need
        on closed_without_need.close_reason = social_care_episodes.close_reason
    where social_care_episodes.pupil_id is not null
        and not (
            social_care_episodes.episode_type = 'CLA'
            and coalesce(social_care_episodes.legal_status, '') in ('V3', 'V4')
        )
),

at_point as (
    select
        episodes.pupil_id,
        points.point,
        points.reference_date,
        episodes.episode_type,
        episodes.end_date is null or episodes.end_date > points.reference_date as is_open,
        case
            when episodes.end_date <= points.reference_date and not episodes.closed_without_need
                then episodes.end_date
        end as ended_on
    from episodes
    inner join points
        on episodes.start_date <= points.reference_date
),

summed as (
    select
        at_point.pupil_id,
        at_point.point,
        at_point.reference_date,
        max(case when at_point.is_open and at_point.episode_type = 'CLA' then 1 else 0 end) as looked_after,
        max(case when at_point.is_open and at_point.episode_type = 'CPP' then 1 else 0 end) as on_protection_plan,
        max(case when at_point.is_open and at_point.episode_type = 'CIN' then 1 else 0 end) as in_need,
        max(at_point.ended_on) as last_ended_on
    from at_point
    group by at_point.pupil_id, at_point.point, at_point.reference_date
)

select
    summed.pupil_id,
    summed.point,
    case
        when summed.looked_after = 1 then 'cla'
        when summed.on_protection_plan = 1 then 'cppo'
        when summed.in_need = 1 then 'cino'
        when summed.last_ended_on > summed.reference_date - interval 1 year then 'previous_0_1'
        when summed.last_ended_on > summed.reference_date - interval 3 year then 'previous_1_3'
        when summed.last_ended_on > summed.reference_date - interval 6 year then 'previous_3_6'
        when summed.last_ended_on is not null and cohort_settings.counts_ever then 'previous_6_plus'
        else 'peers'
    end as social_care_group
from summed
cross join cohort_settings
