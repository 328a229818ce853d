with

person_source as (
    select * from {{ ref('int_person_source_collected') }}
),

final as (
    select
        person_key,
        source_name,
        cast(record_count as bigint) as record_count
    from person_source
)

select * from final
