with

build as (
    select * from {{ ref('int_build_dated') }}
),

final as (
    select
        as_of_date,
        definition_version
    from build
)

select * from final
