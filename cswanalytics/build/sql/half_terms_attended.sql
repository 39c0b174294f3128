-- One row for each year, half-term and school with attendance.
create or replace table half_terms_attended as
with

at_schools as (
    select
        attendance.time_period,
        attendance.school_urn,
        bit_or(attendance.half_terms) as half_terms
    from attendance_by_school as attendance
    group by attendance.time_period, attendance.school_urn
)

select
    at_schools.time_period,
    usual_half_terms.half_term,
    at_schools.school_urn
from at_schools
inner join usual_half_terms
    on (at_schools.half_terms & (1 << cast(usual_half_terms.half_term as integer))) <> 0
