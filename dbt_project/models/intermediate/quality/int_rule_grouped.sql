{{ config(materialized="view") }}

-- Every rule that found something in a file a build sees: its columns together. A rule of the whole file failed no rows.
with

final as (
    select
        batch_id,
        rule_id,
        severity_code,
        sum(coalesce(row_count_failed, 0)) as row_count_failed,
        max(row_count_checked) as row_count_checked
    from {{ ref('stg_rule_count') }}
    where row_count_failed is null or row_count_failed > 0
    group by batch_id, rule_id, severity_code
)

select * from final
