-- One row for each pupil and point with a strengths and difficulties questionnaire in the twelve months up to the
-- reference date.
create or replace table sdqs_at_point as
select
    sdq.pupil_id,
    points.point,
    count(*) as questionnaires
from exports.sdq as sdq
inner join points
    on sdq.completed_date > points.reference_date - interval 1 year
    and sdq.completed_date <= points.reference_date
group by sdq.pupil_id, points.point
