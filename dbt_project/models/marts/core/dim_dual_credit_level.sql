{{ config(materialized="view") }}

with

level as (
    select * from {{ ref('ref_dual_credit_level') }}
),

final as (
    select
        code as level_code,
        label as level_label,
        by_college as is_by_college,
        by_subject as is_by_subject,
        by_district as is_by_district,
        by_school as is_by_school,
        by_course as is_by_course,
        by_modality as is_by_modality
    from level
)

select * from final
