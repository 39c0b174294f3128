-- One row for each pupil and point (a whole academic year, or one to the end of a half-term) with a C or M enrolment.
-- This is the one head-count under every measure. Scores are whole numbers in their last published digit, because
-- parallel sums of fractions differ from run to run.
-- A view, which is read once: writing it down would cost more than what is read of it.
create or replace view child_year as
select
    enrolments.point,
    enrolments.pupil_id,
    enrolments.school_urn,
    schools.education_phase,
    enrolments.ncy_year,
    case
        when enrolments.ncy_year in ('N1', 'N2', 'R') then 'EYFS'
        when enrolments.ncy_year in ('1', '2') then 'KS1'
        when enrolments.ncy_year in ('3', '4', '5', '6') then 'KS2'
        when enrolments.ncy_year in ('7', '8', '9') then 'KS3'
        when enrolments.ncy_year in ('10', '11') then 'KS4'
        when enrolments.ncy_year = 'X' then 'No year group'
        else '16+'
    end as year_group_band,
    enrolments.ncy_year not in ('N1', 'N2', 'R', '12', '13', '14') as of_statutory_school_age,
    enrolments.sex,
    enrolments.sen_provision,
    case when enrolments.fsm_eligible then 'true' else 'false' end as fsm_eligible,
    enrolments.ethnicity_major,
    case
        when enrolments.english_additional_language then 'true'
        when not enrolments.english_additional_language then 'false'
        else 'unknown'
    end as english_additional_language,
    coalesce(cast((enrolments.idaci_decile + 1) // 2 as varchar), 'unknown') as idaci_quintile,
    case
        when enrolments.post_looked_after in ('A', 'G', 'R', 'C') then 'true'
        when enrolments.post_looked_after = 'N' then 'false'
        else 'unknown'
    end as previously_looked_after,
    coalesce(social_care_groups.social_care_group, 'peers') as social_care_group,
    coalesce(attendance.sessions_possible, 0) as sessions_possible,
    coalesce(attendance.sessions_authorised + attendance.sessions_unauthorised, 0) as sessions_missed,
    coalesce(attendance.sessions_authorised, 0) as sessions_authorised,
    coalesce(attendance.sessions_unauthorised, 0) as sessions_unauthorised,
    coalesce(attendance.sessions_late, 0) as sessions_late,
    coalesce(attendance.sessions_suspended, 0) as sessions_suspended,
    coalesce(attendance.sessions_part_time, 0) as sessions_part_time,
    coalesce(attendance.sessions_off_site, 0) as sessions_off_site,
    coalesce(exclusions.suspensions, 0) as suspensions,
    coalesce(exclusions.suspended_sessions, 0) as suspended_sessions,
    coalesce(exclusions.permanent_exclusions, 0) as permanent_exclusions,
    early_years_profile.pupil_id is not null as has_early_years_profile,
    coalesce(early_years_profile.good_level_of_development, false) as good_level_of_development,
    phonics.pupil_id is not null as has_phonics,
    coalesce(phonics.met_standard, false) as phonics_met_standard,
    key_stage_2.pupil_id is not null as has_key_stage_2,
    -- who reached the higher standard reached the expected one, in all three subjects; who reached it in each reached
    -- it in all; and grade 5 is above grade 4: whatever a flag says
    coalesce(key_stage_2.reading_expected or key_stage_2.rwm_expected or key_stage_2.rwm_higher, false)
        as ks2_reading_expected,
    coalesce(key_stage_2.writing_expected or key_stage_2.rwm_expected or key_stage_2.rwm_higher, false)
        as ks2_writing_expected,
    coalesce(key_stage_2.maths_expected or key_stage_2.rwm_expected or key_stage_2.rwm_higher, false)
        as ks2_maths_expected,
    coalesce(
        key_stage_2.rwm_expected
        or key_stage_2.rwm_higher
        or (key_stage_2.reading_expected and key_stage_2.writing_expected and key_stage_2.maths_expected),
        false
    ) as ks2_rwm_expected,
    coalesce(key_stage_2.rwm_higher, false) as ks2_rwm_higher,
    key_stage_4.pupil_id is not null as has_key_stage_4,
    cast(round(key_stage_4.attainment8 * 10) as bigint) as attainment8_tenths,
    coalesce(key_stage_4.engmath_94 or key_stage_4.engmath_95, false) as ks4_engmath_4plus,
    coalesce(key_stage_4.engmath_95, false) as ks4_engmath_5plus,
    cast(round(key_stage_4.ebacc_aps * 100) as bigint) as ebacc_aps_hundredths,
    cast(round(key_stage_4.progress8 * 100) as bigint) as progress8_hundredths,
    enrolments.schools_attended,
    coalesce(provision.reduced_timetables, 0) as reduced_timetables,
    coalesce(provision.alternative_provisions, 0) as alternative_provisions,
    coalesce(provision.times_missing_education, 0) as times_missing_education,
    coalesce(looked_after.looked_after_all_year, false) as looked_after_all_year,
    coalesce(looked_after.looked_after_12_months, false) as looked_after_12_months,
    coalesce(peps.pep_meetings, 0) as pep_meetings,
    coalesce(peps.terms_with_a_pep, 0) as terms_with_a_pep,
    coalesce(peps.has_rated_pep, false) as has_rated_pep,
    coalesce(peps.latest_pep_green, false) as latest_pep_green,
    coalesce(sdqs.questionnaires, 0) as sdqs_in_12_months
from enrolments_at_point as enrolments
inner join exports.schools as schools
    on schools.school_urn = enrolments.school_urn
left join social_care_groups
    on social_care_groups.pupil_id = enrolments.pupil_id
    and social_care_groups.point = enrolments.point
left join attendance_at_point as attendance
    on attendance.pupil_id = enrolments.pupil_id
    and attendance.point = enrolments.point
left join exclusions_at_point as exclusions
    on exclusions.pupil_id = enrolments.pupil_id
    and exclusions.point = enrolments.point
left join provision_at_point as provision
    on provision.pupil_id = enrolments.pupil_id
    and provision.point = enrolments.point
left join looked_after_at_point as looked_after
    on looked_after.pupil_id = enrolments.pupil_id
    and looked_after.point = enrolments.point
left join peps_at_point as peps
    on peps.pupil_id = enrolments.pupil_id
    and peps.point = enrolments.point
left join sdqs_at_point as sdqs
    on sdqs.pupil_id = enrolments.pupil_id
    and sdqs.point = enrolments.point
left join exports.early_years_profile as early_years_profile
    on early_years_profile.pupil_id = enrolments.pupil_id
    and early_years_profile.time_period = enrolments.time_period
left join exports.phonics as phonics
    on phonics.pupil_id = enrolments.pupil_id
    and phonics.time_period = enrolments.time_period
left join exports.key_stage_2 as key_stage_2
    on key_stage_2.pupil_id = enrolments.pupil_id
    and key_stage_2.time_period = enrolments.time_period
left join exports.key_stage_4 as key_stage_4
    on key_stage_4.pupil_id = enrolments.pupil_id
    and key_stage_4.time_period = enrolments.time_period
