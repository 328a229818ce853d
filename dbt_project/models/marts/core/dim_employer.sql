with

employer as (
    select * from {{ ref('int_employer_grouped') }}
),

final as (
    select
        ean,
        employer_key,
        fein,
        employer_name,
        naics_code,
        naics_sector_code,
        size_band_code,
        employer_town_code,
        is_professional_employer,
        is_in_chain
    from employer
)

select * from final
