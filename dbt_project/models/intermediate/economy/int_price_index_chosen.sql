-- The price index as known on the as-of day: which series and whose prices is a dated row (ref_price_base). A series that
-- came in as published figures is taken whole from there, the newest publication of each month or quarter winning (e39);
-- otherwise from the reference table. Never both: a rebased figure beside one that is not would be a wrong ratio.
with

build as (
    select * from {{ ref('stg_build') }}
),

price_base as (
    select
        price_base.series_id,
        cast(price_base.calendar_year * 4 + price_base.quarter_number - 1 as integer) as price_quarter_index,
        row_number() over (order by price_base.known_from_date desc) as recency
    from {{ ref('ref_price_base') }} as price_base
    cross join build
    where price_base.known_from_date <= build.as_of_date
),

published as (
    select
        published.stat_period,
        published.stat_value,
        cast(
            cast(substring(published.stat_period, 1, 4) as integer) * 4
            + case substring(published.stat_period, 5, 1)
                when 'Q' then cast(substring(published.stat_period, 6, 1) as integer) - 1
                else cast(floor((cast(substring(published.stat_period, 6, 2) as integer) - 1) / 3) as integer)
            end as integer
        ) as quarter_index,
        price_base.series_id,
        row_number() over (
            partition by published.stat_period
            order by published.stat_vintage desc, published._extract_ts desc, published.geo_code
        ) as recency
    from {{ ref('stg_external_stat') }} as published
    inner join price_base
        on published.series_id = price_base.series_id
        and price_base.recency = 1
    where published.stat_value > 0
        and substring(published.stat_period, 5, 1) in ('Q', 'M')
),

-- A quarter published as such counts as its three months; months count one by one.
landed as (
    select
        series_id,
        quarter_index,
        cast(
            sum(case when substring(stat_period, 5, 1) = 'Q' then 3 else 1 end * stat_value)
            / sum(case when substring(stat_period, 5, 1) = 'Q' then 3 else 1 end) as decimal(12, 4)
        ) as index_value,
        case when max(substring(stat_period, 5, 1)) = 'Q' then 3 else count(*) end as month_count
    from published
    where recency = 1
    group by series_id, quarter_index
),

reference as (
    select
        cpi.series_id,
        cast(cpi.calendar_year * 4 + cpi.quarter_number - 1 as integer) as quarter_index,
        cpi.index_value,
        cpi.month_count
    from {{ ref('ref_cpi') }} as cpi
    cross join build
    inner join price_base
        on cpi.series_id = price_base.series_id
        and price_base.recency = 1
    where cpi.known_from_date <= build.as_of_date
        and not exists (select 1 from landed)
),

chosen as (
    select *, 'external_stat' as source_name from landed
    union all
    select *, 'ref_cpi' as source_name from reference
),

final as (
    select
        chosen.quarter_index,
        chosen.series_id,
        chosen.index_value,
        cast(chosen.month_count as integer) as month_count,
        price_base.price_quarter_index,
        priced.index_value as price_index_value,
        chosen.source_name
    from chosen
    inner join price_base
        on chosen.series_id = price_base.series_id
        and price_base.recency = 1
    left join chosen as priced
        on price_base.price_quarter_index = priced.quarter_index
)

select * from final
