with

opening as (
    select * from {{ ref('int_opening_merged') }}
),

in_demand as (
    select * from {{ ref('ref_in_demand_occupation') }}
),

sector as (
    select * from {{ ref('ref_sector') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- The longest group of digits that fits, in demand on the day of posting.
demanded as (
    select
        opening.opening_id,
        in_demand.sector_code,
        row_number() over (
            partition by opening.opening_id order by length(in_demand.soc_group) desc, in_demand.sector_code
        ) as fit
    from opening
    inner join in_demand
        on substring(replace(opening.soc_code, '-', ''), 1, length(replace(in_demand.soc_group, '-', '')))
            = replace(in_demand.soc_group, '-', '')
        and opening.posted_date >= in_demand.effective_date
        and (in_demand.end_date is null or opening.posted_date <= in_demand.end_date)
),

final as (
    select
        opening.opening_id,
        opening.ean,
        opening.soc_code,
        opening.naics_sector_code,
        demanded.sector_code,
        coalesce(sector.is_high_growth, false) as is_high_growth,
        opening.job_town_code,
        opening.wda_code,
        opening.posted_date,
        opening.last_open_date,
        opening.is_open,
        cast({{ days_between('opening.posted_date', 'opening.last_open_date') }} as integer) as open_day_count,
        cast(opening.posting_count as bigint) as posting_count,
        opening.offered_hourly_wage_min_usd,
        opening.offered_hourly_wage_max_usd,
        opening.is_bachelor_required
    from opening
    cross join build
    left join demanded
        on opening.opening_id = demanded.opening_id
        and demanded.fit = 1
    left join sector
        on demanded.sector_code = sector.code
    where opening.posted_date <= build.as_of_date
)

select * from final
