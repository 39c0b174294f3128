-- One row for each child, school and period (the newest year so far, and each of its half-terms with attendance), for
-- children who on the latest day of the data are on the school's roll and have a social worker.
-- Nothing of another school is here: sessions and suspensions are those of that school alone. Nor is anything of a
-- child whose last episode has ended.
create or replace table children_now as
with

newest as (
    select max(enrolments.time_period) as time_period
    from exports.enrolments as enrolments
),

with_a_social_worker as (
    select distinct episodes.pupil_id
    from exports.social_care_episodes as episodes
    cross join latest_date
    where episodes.pupil_id is not null
        and episodes.start_date <= latest_date.latest_on
        and (episodes.end_date is null or episodes.end_date > latest_date.latest_on)
        -- respite care alone is no episode
        and not (episodes.episode_type = 'CLA' and coalesce(episodes.legal_status, '') in ('V3', 'V4'))
),

on_roll as (
    select
        enrolments.pupil_id,
        enrolments.school_urn,
        enrolments.time_period,
        max(case when enrolments.ncy_year in ('N1', 'N2', 'R', '12', '13', '14') then 0 else 1 end) as of_age
    from exports.enrolments as enrolments
    inner join newest
        on newest.time_period = enrolments.time_period
    inner join with_a_social_worker
        on with_a_social_worker.pupil_id = enrolments.pupil_id
    cross join latest_date
    where enrolments.enrol_status in ('C', 'M')
        and enrolments.entry_date <= latest_date.latest_on
        and (enrolments.leaving_date is null or enrolments.leaving_date > latest_date.latest_on)
    group by enrolments.pupil_id, enrolments.school_urn, enrolments.time_period
),

reached as (
    select distinct attendance.half_term
    from exports.attendance as attendance
    inner join newest
        on newest.time_period = attendance.time_period
),

half_term_ends as (
    select
        half_terms.half_term,
        half_terms.end_date,
        coalesce(
            lag(half_terms.end_date) over (order by half_terms.half_term),
            make_date(half_terms.time_period // 100, 8, 31)
        ) as after_date
    from half_terms
    inner join newest
        on newest.time_period = half_terms.time_period
),

periods as (
    select
        'This year' as period,
        0 as first_half_term,
        6 as last_half_term,
        make_date(newest.time_period // 100, 8, 31) as after_date,
        make_date(9999, 12, 31) as end_date
    from newest

    union all

    select
        'Half-term ' || cast(half_term_ends.half_term as varchar) as period,
        half_term_ends.half_term as first_half_term,
        half_term_ends.half_term as last_half_term,
        half_term_ends.after_date,
        half_term_ends.end_date
    from half_term_ends
    inner join reached
        on reached.half_term = half_term_ends.half_term
),

sessions as (
    select
        attendance.pupil_id,
        attendance.school_urn,
        periods.period,
        cast(sum(attendance.sessions_possible) as bigint) as sessions_possible,
        cast(sum(attendance.sessions_authorised + attendance.sessions_unauthorised) as bigint) as sessions_missed
    from exports.attendance as attendance
    inner join newest
        on newest.time_period = attendance.time_period
    inner join periods
        on attendance.half_term between periods.first_half_term and periods.last_half_term
    group by attendance.pupil_id, attendance.school_urn, periods.period
),

suspended as (
    select
        exclusions.pupil_id,
        exclusions.school_urn,
        periods.period,
        count(*) as suspensions
    from exports.exclusions as exclusions
    inner join newest
        on newest.time_period = exclusions.time_period
    inner join periods
        on exclusions.start_date > periods.after_date
        and exclusions.start_date <= periods.end_date
    where exclusions.category = 'suspension'
    group by exclusions.pupil_id, exclusions.school_urn, periods.period
)

select
    on_roll.pupil_id,
    on_roll.school_urn,
    on_roll.time_period,
    periods.period,
    on_roll.of_age = 1 as of_statutory_school_age,
    coalesce(sessions.sessions_possible, 0) as sessions_possible,
    coalesce(sessions.sessions_missed, 0) as sessions_missed,
    coalesce(suspended.suspensions, 0) as suspensions
from on_roll
cross join periods
left join sessions
    on sessions.pupil_id = on_roll.pupil_id
    and sessions.school_urn = on_roll.school_urn
    and sessions.period = periods.period
left join suspended
    on suspended.pupil_id = on_roll.pupil_id
    and suspended.school_urn = on_roll.school_urn
    and suspended.period = periods.period
