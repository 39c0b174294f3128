-- One row for each academic year: its first and last day, from the authority's calendar or 1 September to the end of the
-- sixth half-term.
create or replace table school_years as
select
    half_terms.time_period,
    coalesce(min(calendar.start_date), make_date(half_terms.time_period // 100, 9, 1)) as starts_on,
    max(half_terms.end_date) as ends_on
from half_terms
left join exports.calendar as calendar
    on calendar.time_period = half_terms.time_period
    and calendar.half_term = 1
group by half_terms.time_period
