with

program as (
    select * from {{ ref('ref_program') }}
),

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

final as (
    select
        program.code as program_code,
        program.label as program_label,
        program.wioa_title,
        program.reporting_system as reporting_system_code,
        program.is_wioa,
        program.is_core,
        exit_rule.common_exit_group as common_exit_group_code,
        exit_rule.gap_rule as gap_rule_code,
        exit_rule.gap_days as gap_day_count,
        program.has_employment as has_employment_indicator,
        program.has_credential as has_credential_indicator,
        program.has_msg as has_skill_gain_indicator,
        program.kpi_code
    from program
    cross join build
    inner join exit_rule
        on {{ exit_rule_on('exit_rule', 'program.code', 'build.as_of_date') }}
)

select * from final
