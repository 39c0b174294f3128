-- One row for each year, half-term and school with attendance.
create or replace table half_terms_attended as
select distinct
    attendance.time_period,
    attendance.half_term,
    attendance.school_urn
from exports.attendance as attendance
where attendance.half_term between 1 and 6
