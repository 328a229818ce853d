{{ config(materialized="view") }}

-- Every accepted file known by the as-of day, also those a newer one has replaced: what came, and when.
with

batch as (
    select * from {{ ref('stg_batch_sighted') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

final as (
    select batch.*
    from batch
    inner join build
        on batch.extract_date <= build.as_of_date
)

select * from final
