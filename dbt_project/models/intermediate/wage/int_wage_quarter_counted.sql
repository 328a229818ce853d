-- Rows per wage quarter, and whether its file is marked final: what completeness is judged by. A quarter with wages by
-- employer counts those; one that came by person and quarter only counts persons.
with

account as (
    select * from {{ ref('int_wage_account_counted') }}
),

person_quarter as (
    select * from {{ ref('stg_ui_wage_person_quarter') }}
),

batch as (
    select * from {{ ref('stg_visible_batch') }} where source_name in ('ui_wage', 'ui_wage_person_quarter')
),

counted as (
    select
        quarter_index,
        row_count,
        0 as person_row_count,
        0 as is_final,
        0 as is_person_final
    from account
    union all
    select
        quarter_index,
        0 as row_count,
        1 as person_row_count,
        0 as is_final,
        0 as is_person_final
    from person_quarter
    union all
    select
        cast(substring(period, 1, 4) as integer) * 4 + cast(substring(period, 6, 1) as integer) - 1 as quarter_index,
        0 as row_count,
        0 as person_row_count,
        case when is_final and source_name = 'ui_wage' then 1 else 0 end as is_final,
        case when is_final and source_name = 'ui_wage_person_quarter' then 1 else 0 end as is_person_final
    from batch
    where regexp_matches(period, '^[0-9]{4}Q[1-4]$')
),

final as (
    select
        quarter_index,
        sum(row_count) as row_count,
        sum(person_row_count) as person_row_count,
        max(is_final) = 1 as is_final,
        max(is_person_final) = 1 as is_person_final
    from counted
    group by quarter_index
)

select * from final
