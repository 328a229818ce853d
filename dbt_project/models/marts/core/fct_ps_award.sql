with

award as (
    select * from {{ ref('int_ps_award_collected') }}
),

college as (
    select * from {{ ref('ref_college') }}
),

cip_change as (
    select * from {{ ref('ref_cip_change') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

final as (
    select
        award.person_key,
        award.institution_code,
        coalesce(college.merged_into_code, award.institution_code) as current_institution_code,
        award.award_level_code,
        award.credential_type_code,
        award.cip_code,
        coalesce(cip_change.cip_code, award.cip_code) as cip_2020_code,
        award.award_title,
        award.award_date,
        award.source_name,
        cast(award.report_count as integer) as report_count
    from award
    cross join build
    left join college
        on award.institution_code = college.code
    left join cip_change
        on award.cip_code = cip_change.cip_code_2010
    where award.award_date <= build.as_of_date
)

select * from final
