-- Persons somebody has looked for at college: the Clearinghouse was asked about them, found or not, or a college knows
-- them. About the others only the colleges that send extracts could have spoken.
with

asked as (
    select person_key from {{ ref('stg_nsc_studenttracker') }}
    union all
    select person_key from {{ ref('stg_postsecondary_term') }}
),

final as (
    select distinct person_key from asked where person_key is not null
)

select * from final
