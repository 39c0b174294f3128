-- One row for each pupil and academic year with several C or M enrolments.
create or replace table several_enrolments as
select
    enrolments.pupil_id,
    enrolments.time_period
from exports.enrolments as enrolments
where enrolments.enrol_status in ('C', 'M')
group by enrolments.pupil_id, enrolments.time_period
having count(*) > 1
