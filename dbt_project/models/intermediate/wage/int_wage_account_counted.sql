-- Wage filings per employer account, FEIN and quarter: one pass over the wages serves completeness and employers.
with

filing as (
    select * from {{ ref('stg_ui_wage') }}
),

final as (
    select
        ean,
        fein,
        quarter_index,
        count(*) as row_count
    from filing
    group by ean, fein, quarter_index
)

select * from final
