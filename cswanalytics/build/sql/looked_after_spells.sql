-- One row for each pupil and unbroken time looked after: episodes that overlap, or begin on the day another ends, are one.
-- Respite care (V3, V4) is no episode at all. A null legal status is care. Ends on the first day out of care, in 9999 while
-- it lasts.
create or replace table looked_after_spells as
with

episodes as (
    select
        social_care_episodes.pupil_id,
        social_care_episodes.start_date,
        coalesce(social_care_episodes.end_date, make_date(9999, 12, 31)) as end_date
    from exports.social_care_episodes as social_care_episodes
    where social_care_episodes.pupil_id is not null
        and social_care_episodes.episode_type = 'CLA'
        and coalesce(social_care_episodes.legal_status, '') not in ('V3', 'V4')
),

covered as (
    select
        episodes.pupil_id,
        episodes.start_date,
        episodes.end_date,
        max(episodes.end_date) over (
            partition by episodes.pupil_id
            order by episodes.start_date, episodes.end_date
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from episodes
),

numbered as (
    select
        covered.pupil_id,
        covered.start_date,
        covered.end_date,
        sum(case when covered.covered_until >= covered.start_date then 0 else 1 end) over (
            partition by covered.pupil_id
            order by covered.start_date, covered.end_date
            rows between unbounded preceding and current row
        ) as spell
    from covered
)

select
    numbered.pupil_id,
    min(numbered.start_date) as start_date,
    max(numbered.end_date) as end_date
from numbered
group by numbered.pupil_id, numbered.spell
