-- One row for each pupil and point at which they were looked after on the reference date: for how long.
create or replace table looked_after_at_point as
select
    spells.pupil_id,
    points.point,
    max(
        case when spells.start_date <= school_years.starts_on and spells.end_date > school_years.ends_on then 1 else 0 end
    ) = 1 as looked_after_all_year,
    max(case when spells.start_date <= points.reference_date - interval 1 year then 1 else 0 end) = 1
        as looked_after_12_months
from looked_after_spells as spells
inner join points
    on spells.start_date <= points.reference_date
    and spells.end_date > points.reference_date
inner join school_years
    on school_years.time_period = points.time_period
group by spells.pupil_id, points.point
