with

rule as (
    select * from {{ ref('int_rule_grouped') }}
),

final as (
    select
        batch_id,
        rule_id,
        severity_code,
        cast(row_count_failed as bigint) as failed_count,
        cast(row_count_checked as bigint) as checked_count
    from rule
)

select * from final
