with

build as (
    select * from {{ ref('stg_build') }}
),

final as (
    select
        as_of_date,
        definition_version
    from build
)

select * from final
