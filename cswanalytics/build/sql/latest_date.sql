-- One row: the latest date of the data, from what has happened and never from a planned date, and not after the extract.
create or replace table latest_date as
with

happened as (
    select max(enrolments.entry_date) as happened_on
    from exports.enrolments as enrolments

    union all

    select max(episodes.start_date) as happened_on
    from exports.social_care_episodes as episodes

    union all

    select max(exclusions.start_date) as happened_on
    from exports.exclusions as exclusions

    union all

    select max(half_terms.end_date) as happened_on
    from half_terms
    inner join (
        select distinct half_terms_attended.time_period, half_terms_attended.half_term
        from half_terms_attended
    ) as attended
        on attended.time_period = half_terms.time_period
        and attended.half_term = half_terms.half_term
)

select least(max(happened.happened_on), max(cohort_settings.extracted_on)) as latest_on
from happened
cross join cohort_settings
