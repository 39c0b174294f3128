-- One row for each point in time that is worked out: every academic year, and the half-terms reached of the year in
-- progress with the same half-terms of the year before.
-- A year has ended when a later one is in the data or its sixth half-term was over when the data were taken.
create or replace table points as
with

census as (
    select
        enrolments.time_period,
        max(case when enrolments.on_roll_at_census then 1 else 0 end) as taken
    from exports.enrolments as enrolments
    group by enrolments.time_period
),

years as (
    select
        half_terms.time_period,
        max(half_terms.end_date) as ends_on,
        make_date(half_terms.time_period // 100 + 1, 3, 31) as last_of_march
    from half_terms
    -- only a year in which somebody was on a roll is worked out
    inner join census
        on census.time_period = half_terms.time_period
    group by half_terms.time_period
),

newest as (
    select max(years.time_period) as time_period
    from years
),

ended as (
    select
        years.time_period,
        years.last_of_march,
        years.time_period < newest.time_period or years.ends_on <= cohort_settings.extracted_on as has_ended
    from years
    cross join newest
    cross join cohort_settings
),

reached as (
    select half_terms.half_term
    from half_terms
    inner join ended
        on ended.time_period = half_terms.time_period
        and not ended.has_ended
    inner join (
        select distinct half_terms_attended.time_period, half_terms_attended.half_term
        from half_terms_attended
    ) as attended
        on attended.time_period = half_terms.time_period
        and attended.half_term = half_terms.half_term
    cross join latest_date
    where half_terms.half_term between 2 and 5
        and half_terms.end_date <= latest_date.latest_on
),

in_progress as (
    select min(ended.time_period) as time_period
    from ended
    where not ended.has_ended
),

compared_years as (
    select in_progress.time_period
    from in_progress

    union all

    select max(ended.time_period) as time_period
    from ended
    where ended.has_ended
),

all_points as (
    select
        ended.time_period,
        'Academic year' as time_identifier,
        6 as last_half_term,
        least(ended.last_of_march, latest_date.latest_on) as reference_date,
        ended.has_ended
    from ended
    cross join latest_date

    union all

    select
        half_terms.time_period,
        'To half-term ' || cast(half_terms.half_term as varchar) as time_identifier,
        half_terms.half_term as last_half_term,
        half_terms.end_date as reference_date,
        true as has_ended
    from half_terms
    inner join reached
        on reached.half_term = half_terms.half_term
    inner join compared_years
        on compared_years.time_period = half_terms.time_period
)

select
    -- one number in place of year and identifier, wherever rows of children are joined
    cast(row_number() over (order by all_points.time_period, all_points.time_identifier) as smallint) as point,
    all_points.time_period,
    all_points.time_identifier,
    all_points.last_half_term,
    all_points.reference_date,
    all_points.has_ended,
    -- the spring census is on the third Thursday of January: before it, who is on roll that day stands for it
    census.taken = 1
        and all_points.reference_date >= make_date(all_points.time_period // 100 + 1, 1, 21) as census_taken
from all_points
inner join census
    on census.time_period = all_points.time_period
