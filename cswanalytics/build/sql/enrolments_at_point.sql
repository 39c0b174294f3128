-- One row for each pupil and point: the enrolment that decides their school and characteristics.
-- Only current sole (C) and current main (M) enrolments make a child one of the authority's pupils.
-- All but a few children have one enrolment in a year: only the others are ranked, and written down.
create or replace view enrolments_at_point as
select
    enrolments.pupil_id,
    points.point,
    points.time_period,
    enrolments.school_urn,
    enrolments.ncy_year,
    enrolments.sex,
    enrolments.ethnicity_major,
    enrolments.fsm_eligible,
    enrolments.sen_provision,
    enrolments.english_additional_language,
    enrolments.idaci_decile,
    enrolments.post_looked_after,
    1 as schools_attended
from exports.enrolments as enrolments
inner join points
    on points.time_period = enrolments.time_period
left join several_enrolments
    on several_enrolments.pupil_id = enrolments.pupil_id
    and several_enrolments.time_period = enrolments.time_period
where several_enrolments.pupil_id is null
    and enrolments.enrol_status in ('C', 'M')
    and (points.time_identifier = 'Academic year' or enrolments.entry_date <= points.reference_date)

union all

select
    ranked.pupil_id,
    ranked.point,
    ranked.time_period,
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
from ranked_enrolments as ranked
where ranked.place = 1
