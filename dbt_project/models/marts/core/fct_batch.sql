with

batch as (
    select * from {{ ref('int_batch_described') }}
),

final as (
    select
        batch_id,
        source_name,
        period as period_code,
        extract_date,
        is_final,
        was_held,
        cast(row_count_received as bigint) as received_count,
        cast(row_count_accepted as bigint) as accepted_count,
        cast(row_count_quarantined as bigint) as quarantined_count
    from batch
)

select * from final
