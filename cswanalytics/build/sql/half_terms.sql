-- One row for each academic year and half-term: the day it ends, from the authority's calendar or the usual one.
-- A year of attendance alone has half-terms too: they tell how far the data run.
create or replace table half_terms as
with

years as (
    select enrolments.time_period
    from exports.enrolments as enrolments

    union

    select attended.time_period
    from half_terms_attended as attended
),

usual as (
    select
        years.time_period,
        usual_half_terms.half_term,
        make_date(
            years.time_period // 100 + case when usual_half_terms.half_term <= 2 then 0 else 1 end,
            usual_half_terms.end_month,
            usual_half_terms.end_day
        ) as end_date
    from years
    cross join usual_half_terms
)

select
    usual.time_period,
    usual.half_term,
    coalesce(calendar.end_date, usual.end_date) as end_date
from usual
left join exports.calendar as calendar
    on calendar.time_period = usual.time_period
    and calendar.half_term = usual.half_term
