with

town as (
    select * from {{ ref('ref_town') }}
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
        town.town_fips_2022 as town_fips_2022_code
    from town
    left join wda
        on town.wda_code = wda.code
)

select * from final
