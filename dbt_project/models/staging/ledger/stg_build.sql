with

build as (
    select * from {{ source('ledger', 'build') }}
),

final as (
    select
        cast(as_of_date as date) as as_of_date,
        {{ definition_version() }} as definition_version,
        coalesce(run_id, 'by hand') as run_id
    from build
)

select * from final
