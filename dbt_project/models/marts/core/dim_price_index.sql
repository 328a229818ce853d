with

price_index as (
    select * from {{ ref('int_price_index_chosen') }}
),

final as (
    select
        quarter_index,
        {{ quarter_label_of('quarter_index') }} as quarter,
        series_id,
        index_value,
        month_count,
        month_count < 3 as is_short_quarter,
        {{ quarter_label_of('price_quarter_index') }} as price_quarter,
        price_index_value,
        source_name
    from price_index
)

select * from final
