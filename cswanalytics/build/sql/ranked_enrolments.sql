-- One row for each C or M enrolment that had begun by a point, of pupils with several in the year: at which place it
-- stands, the first deciding the pupil's school and characteristics.
create or replace table ranked_enrolments as
with

begun as (
    select
        points.point,
        enrolments.*,
        case
            when points.census_taken then enrolments.on_roll_at_census
            else enrolments.entry_date <= points.reference_date
                and (enrolments.leaving_date is null or enrolments.leaving_date > points.reference_date)
        end as on_roll
    from exports.enrolments as enrolments
    inner join several_enrolments
        on several_enrolments.pupil_id = enrolments.pupil_id
        and several_enrolments.time_period = enrolments.time_period
    inner join points
        on points.time_period = enrolments.time_period
    where enrolments.enrol_status in ('C', 'M')
        and (points.time_identifier = 'Academic year' or enrolments.entry_date <= points.reference_date)
)

select
    begun.*,
    row_number() over (
        partition by begun.pupil_id, begun.point
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
        partition by begun.pupil_id, begun.point
    ) as schools_attended
from begun
