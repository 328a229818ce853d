with

visible_batch as (
    select * from {{ source('ledger', 'visible_batch') }}
),

batch as (
    select * from {{ source('ledger', 'batch') }}
),

final as (
    select
        visible_batch.batch_id,
        visible_batch.source as source_name,
        visible_batch.period,
        visible_batch.submitter as submitter_code,
        visible_batch.extract_ts,
        coalesce(batch.is_final, false) as is_final,
        coalesce(batch.is_held, false) as was_held,
        batch.rows_received as row_count_received,
        batch.rows_accepted as row_count_accepted,
        batch.rows_quarantined as row_count_quarantined
    from visible_batch
    inner join batch
        on visible_batch.batch_id = batch.batch_id
)

select * from final
