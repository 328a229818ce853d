with

gain as (
    select * from {{ ref('int_skill_gain_collected') }}
),

final as (
    select
        person_key,
        gain_type_code,
        gain_date,
        cast(evidence_count as integer) as evidence_count
    from gain
)

select * from final
