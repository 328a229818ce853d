-- One row per employer account: accounts of one FEIN are one employer (rules s13), by the newest FEIN filed.
with

account as (
    select * from {{ ref('int_wage_account_counted') }}
),

apprenticeship as (
    select * from {{ ref('stg_apprenticeship') }}
),

seen as (
    select
        ean,
        fein,
        max(quarter_index) as last_quarter_index
    from account
    group by ean, fein
    union all
    select
        ean,
        fein,
        0 as last_quarter_index
    from apprenticeship
    where ean is not null
    group by ean, fein
),

ranked as (
    select
        ean,
        fein,
        row_number() over (
            partition by ean order by case when fein is null then 1 else 0 end, last_quarter_index desc, fein
        ) as recency
    from seen
),

final as (
    select
        ean,
        fein,
        coalesce('FEIN-' || fein, 'EAN-' || ean) as employer_key
    from ranked
    where recency = 1
)

select * from final
