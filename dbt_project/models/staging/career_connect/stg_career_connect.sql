with

visible as (
    {{ visible_rows('career_connect', key=['career_connect_id', 'grant_id', 'enrol_date']) }}
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
        visible.career_connect_id,
        visible.grant_id,
        visible.grantee_name,
        visible.program_code,
        visible.sector_code,
        visible.referral_source as referral_source_code,
        visible.applied_date,
        visible.enrol_date,
        visible.training_start_date,
        visible.training_end_date,
        visible.training_status as training_status_code,
        visible.credential_type as credential_type_code,
        visible.credential_name,
        visible.credential_date,
        visible.placement_date,
        visible.employer_name,
        visible.fein,
        visible.ean,
        visible.job_title,
        replace(visible.soc_code, '-', '') as soc_code,
        visible.start_hourly_wage_usd,
        visible.weekly_hours,
        {{ yes_no('visible.benefits_flag') }} as has_benefits,
        visible.prior_hourly_wage_usd,
        {{ yes_no('visible.retained_90_days') }} as is_retained_90_days,
        {{ yes_no('visible.retained_180_days') }} as is_retained_180_days,
        visible.cthires_id,
        {% for column in ['hispanic', 'aian', 'asian', 'black', 'nhpi', 'white'] -%}
        {{ yes_no('visible.' ~ column) }} as is_{{ column }},
        {% endfor -%}
        {{ yes_no('visible.veteran') }} as is_veteran,
        {{ yes_no('visible.disability') }} as has_disability,
        {% for column, name in barriers().items() -%}
        {{ yes_no('visible.' ~ column) }} as {{ name }},
        {% endfor -%}
        visible.farmworker as farmworker_code,
        {{ yes_no('visible.immigrant_refugee') }} as is_immigrant_or_refugee,
        {{ yes_no('visible.opportunity_youth') }} as is_opportunity_youth,
        {{ yes_no('visible.digital_literacy_gap') }} as has_digital_literacy_gap,
        visible.emp_status_entry as employment_status_entry_code,
        visible.educ_level as education_level_code,
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
