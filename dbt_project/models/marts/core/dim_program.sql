with

program as (
    select * from {{ ref('ref_program') }}
),

final as (
    select
        code as program_code,
        label as program_label,
        wioa_title,
        reporting_system as reporting_system_code,
        is_wioa,
        is_core,
        common_exit_group as common_exit_group_code,
        gap_rule as gap_rule_code,
        gap_days as gap_day_count,
        has_employment as has_employment_indicator,
        has_credential as has_credential_indicator,
        has_msg as has_skill_gain_indicator,
        kpi_code
    from program
)

select * from final
