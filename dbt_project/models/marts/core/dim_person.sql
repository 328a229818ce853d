with

person as (
    select * from {{ ref('int_person_described') }}
),

final as (
    select
        person_key,
        cast(extract(year from birth_date) as integer) as birth_year,
        cast(extract(month from birth_date) as integer) as birth_month_number,
        sex_code,
        sex_label,
        is_hispanic,
        is_aian,
        is_asian,
        is_black,
        is_nhpi,
        is_white,
        {{ race_pirl_2018() }} as race_pirl_2018_label,
        {{ race_spd15_2024() }} as race_spd15_2024_label,
        case
            when is_hispanic or is_aian or is_asian or is_black or is_nhpi or is_multi_race then true
            when is_white then false
        end as is_bipoc,
        is_veteran,
        has_disability,
        town_code,
        is_town_from_zip,
        wda_code,
        has_valid_ssn
    from person
)

select * from final
