-- One row for each pupil and point: the enrolment that decides their school and characteristics.
-- Only current sole (C) and current main (M) enrolments make a child one of the authority's pupils.
create or replace table enrolments_at_point as
with

moves as (
    select
        enrolments.pupil_id,
        enrolments.time_period
    from exports.enrolments as enrolments
    where enrolments.enrol_status in ('C', 'M')
    group by enrolments.pupil_id, enrolments.time_period
    having count(*) > 1
),

begun as (
    select
        moves.pupil_id is not null as has_several,
        points.time_identifier,
        points.reference_date,
        enrolments.*,
        case
            when points.census_taken then enrolments.on_roll_at_census
            else enrolments.entry_date <= points.reference_date
                and (enrolments.leaving_date is null or enrolments.leaving_date > points.reference_date)
        end as on_roll
    from exports.enrolments as enrolments
    inner join points
        on points.time_period = enrolments.time_period
    left join moves
        on moves.pupil_id = enrolments.pupil_id
        and moves.time_period = enrolments.time_period
    where enrolments.enrol_status in ('C', 'M')
        and (points.time_identifier = 'Academic year' or enrolments.entry_date <= points.reference_date)
),

ranked as (
    select
        begun.*,
        row_number() over (
            partition by begun.pupil_id, begun.time_period, begun.time_identifier
            order by
                case
                    when begun.on_roll and begun.enrol_status = 'C' then 1
                    when begun.on_roll then 2
                    else 3
                end,
                coalesce(begun.leaving_date, make_date(9999, 12, 31)) desc,
                begun.entry_date desc,
                begun.school_urn
        ) as place,
        count(*) over (
            partition by begun.pupil_id, begun.time_period, begun.time_identifier
        ) as schools_attended
    from begun
    -- all but a few children have one enrolment in a year, and ranking costs
    where begun.has_several
)

select
    ranked.pupil_id,
    ranked.time_period,
    ranked.time_identifier,
    ranked.school_urn,
    ranked.ncy_year,
    ranked.sex,
    ranked.ethnicity_major,
    ranked.fsm_eligible,
    ranked.sen_provision,
    ranked.english_additional_language,
    ranked.idaci_decile,
    ranked.post_looked_after,
    ranked.schools_attended
from ranked
where ranked.place = 1

union all

select
    begun.pupil_id,
    begun.time_period,
    begun.time_identifier,
    begun.school_urn,
    begun.ncy_year,
    begun.sex,
    begun.ethnicity_major,
    begun.fsm_eligible,
    begun.sen_provision,
    begun.english_additional_language,
    begun.idaci_decile,
    begun.post_looked_after,
    1 as schools_attended
from begun
where not begun.has_several
