with

build as (
    select * from {{ ref('stg_build') }}
),

final as (
    select
        as_of_date,
        definition_version,
        run_id
    from build
)

select * from final
