-- One row for each pupil and point with a personal education plan meeting: how many, in how many terms, and how the latest
-- rated plan was rated. Of two ratings on one day the lower stands.
create or replace table peps_at_point as
with

meetings as (
    select
        pep_meetings.pupil_id,
        points.point,
        pep_meetings.term,
        pep_meetings.quality,
        row_number() over (
            partition by pep_meetings.pupil_id, points.point
            order by
                case when pep_meetings.quality is null then 1 else 0 end,
                pep_meetings.meeting_date desc,
                case pep_meetings.quality when 'red' then 1 when 'amber' then 2 else 3 end
        ) as place
    from exports.pep_meetings as pep_meetings
    inner join points
        on points.time_period = pep_meetings.time_period
        and (points.time_identifier = 'Academic year' or pep_meetings.meeting_date <= points.reference_date)
)

select
    meetings.pupil_id,
    meetings.point,
    count(*) as pep_meetings,
    max(case when meetings.term = 1 then 1 else 0 end)
        + max(case when meetings.term = 2 then 1 else 0 end)
        + max(case when meetings.term = 3 then 1 else 0 end) as terms_with_a_pep,
    max(case when meetings.quality is not null then 1 else 0 end) = 1 as has_rated_pep,
    max(case when meetings.place = 1 and meetings.quality = 'green' then 1 else 0 end) = 1 as latest_pep_green
from meetings
group by meetings.pupil_id, meetings.point
