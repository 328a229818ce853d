with

visible as (
    {{ visible_rows('portal_registration', key=['registration_id']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

zip_town as (
    select * from {{ ref('ref_zip_town') }} where is_majority
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.registration_id,
        visible.registration_date,
        visible.skills_assessment_date,
        visible.coach_assigned_date,
        visible.referral_date,
        visible.referred_program_code,
        visible.referral_source as referral_source_code,
        visible.preferred_language as preferred_language_code,
        visible.emp_status_entry as employment_status_entry_code,
        visible.educ_level as education_level_code,
        {{ yes_no('visible.veteran') }} as is_veteran,
        visible.cthires_id,
        coalesce(visible.town_code, zip_town.town_code) as town_code,
        visible.town_code is null and zip_town.town_code is not null as is_town_from_zip,
        visible.birth_date,
        visible.sex as sex_code
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join zip_town
        on visible.zip = zip_town.zip
)

select * from final
