with

wage as (
    select * from {{ ref('fct_wage_quarter') }} where wage_usd > 0
),

final as (
    select
        person_key,
        quarter_index,
        quarter,
        cast(sum(wage_usd) as decimal(14, 2)) as wage_usd,
        cast(count(*) as integer) as employer_account_count,
        {{ top_paying('ean', 'wage_usd', 'ean') }} as top_ean,
        {{ top_paying('naics_code', 'wage_usd', 'ean') }} as top_naics_code
    from wage
    group by person_key, quarter_index, quarter
)

select * from final
