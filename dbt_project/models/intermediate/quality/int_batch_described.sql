{{ config(materialized="view") }}

-- Every file a build sees, with what the gate made of its rows.
with

final as (
    select
        batch_id,
        source_name,
        period,
        cast(extract_ts as date) as extract_date,
        is_final,
        was_held,
        row_count_received,
        row_count_accepted,
        row_count_quarantined
    from {{ ref('stg_visible_batch') }}
)

select * from final
