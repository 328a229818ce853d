with

visible_batch as (
    select * from {{ source('ledger', 'visible_batch') }}
),

rule_count as (
    select * from {{ source('ledger', 'rule_count') }}
),

final as (
    select
        rule_count.batch_id,
        rule_count.rule_id,
        rule_count.severity as severity_code,
        rule_count.column_name,
        rule_count.rows_failed as row_count_failed,
        rule_count.rows_checked as row_count_checked
    from rule_count
    inner join visible_batch
        on rule_count.batch_id = visible_batch.batch_id
)

select * from final
