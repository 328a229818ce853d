with

college as (
    select * from {{ ref('ref_college') }}
),

final as (
    select
        code as institution_code,
        label as institution_label,
        opeid6,
        control as control_label,
        system as system_code,
        college_level as college_level_code,
        coalesce(merged_into_code, code) as current_institution_code,
        is_merged
    from college
)

select * from final
