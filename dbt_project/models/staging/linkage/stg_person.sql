with

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

final as (
    select
        person_key,
        max(case when person_has_valid_ssn then 1 else 0 end) = 1 as has_valid_ssn
    from crosswalk
    where person_key is not null
    group by person_key
)

select * from final
