-- Rows per wage quarter, and whether its own file is marked final: what completeness is judged by.
with

account as (
    select * from {{ ref('int_wage_account_counted') }}
),

batch as (
    select * from {{ ref('stg_visible_batch') }} where source_name = 'ui_wage'
),

counted as (
    select
        quarter_index,
        sum(row_count) as row_count
    from account
    group by quarter_index
),

final_file as (
    select
        cast(substring(period, 1, 4) as integer) * 4 + cast(substring(period, 6, 1) as integer) - 1 as quarter_index,
        max(case when is_final then 1 else 0 end) = 1 as is_final
    from batch
    where regexp_matches(period, '^[0-9]{4}Q[1-4]$')
    group by 1
),

final as (
    select
        coalesce(counted.quarter_index, final_file.quarter_index) as quarter_index,
        coalesce(counted.row_count, 0) as row_count,
        coalesce(final_file.is_final, false) as is_final
    from counted
    full outer join final_file
        on counted.quarter_index = final_file.quarter_index
)

select * from final
