-- One row for each pupil and point with a spell of provision in the school year, or in what had passed of it: how many of
-- each kind. A spell's end date is its last day.
create or replace table provision_at_point as
select
    provision.pupil_id,
    points.point,
    count(case when provision.kind = 'reduced timetable' then 1 end) as reduced_timetables,
    count(case when provision.kind = 'alternative provision' then 1 end) as alternative_provisions,
    count(case when provision.kind = 'missing education' then 1 end) as times_missing_education
from exports.provision as provision
inner join school_years
    on provision.start_date <= school_years.ends_on
    and (provision.end_date is null or provision.end_date >= school_years.starts_on)
inner join points
    on points.time_period = school_years.time_period
    and (points.time_identifier = 'Academic year' or provision.start_date <= points.reference_date)
group by provision.pupil_id, points.point
