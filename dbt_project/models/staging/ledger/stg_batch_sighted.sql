with

batch as (
    select * from {{ source('ledger', 'batch') }}
),

sighting as (
    select * from {{ source('ledger', 'sighting') }}
),

final as (
    select
        batch.batch_id,
        batch.source as source_name,
        batch.period_from as period_from_date,
        batch.period_to as period_to_date,
        cast(sighting.extract_ts as date) as extract_date
    from batch
    inner join sighting
        on batch.batch_id = sighting.batch_id
    where batch.outcome <> 'reject_file' and batch.period_from is not null
)

select * from final
