{{ config(materialized="view") }}

-- What others have published, as they published it: every vintage is kept (e39).
with

final as (
    select * from {{ ref('stg_external_stat') }}
)

select * from final
