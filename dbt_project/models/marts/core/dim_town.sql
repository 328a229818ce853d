with

town as (
    select * from {{ ref('ref_town') }}
),

town_type as (
    select * from {{ ref('ref_town_type') }}
),

wda as (
    select * from {{ ref('ref_wda') }}
),

final as (
    select
        town.code as town_code,
        town.label as town_label,
        town.wda_code,
        wda.label as wda_label,
        wda.board as wda_board_label,
        town.planning_region_code,
        town.planning_region as planning_region_label,
        town.county_code as legacy_county_code,
        town.county as legacy_county_label,
        town.town_fips_2020 as town_fips_2020_code,
        town.town_fips_2022 as town_fips_2022_code,
        cast(town.resident_count as integer) as resident_count,
        town_type.code as town_type_code,
        town_type.label as town_type_label
    from town
    left join wda
        on town.wda_code = wda.code
    left join town_type
        on town.resident_count between town_type.residents_from and town_type.residents_to
)

select * from final
