with

opening as (
    select * from {{ ref('fct_job_opening') }}
),

opening_month as (
    select * from {{ ref('fct_opening_month') }}
),

completion as (
    select * from {{ ref('fct_occupation_completion') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

sector_of as (
    select
        soc_code,
        max(sector_code) as sector_code
    from opening
    group by soc_code
),

-- One row per thing counted, in the quarter it counts in; an opening that came down brings its days.
thing as (
    select
        {{ quarter_index('posted_date') }} as quarter_index,
        coalesce(wda_code, 'Unknown') as wda_code,
        coalesce(soc_code, 'Unknown') as soc_code,
        coalesce(sector_code, 'None') as sector_code,
        1 as opened,
        0 as open_months,
        0 as persistent_months,
        cast(null as integer) as open_day_count,
        cast(0 as decimal(9, 6)) as awards,
        cast(0 as decimal(9, 6)) as apprentices
    from opening
    union all
    select
        {{ quarter_index('last_open_date') }} as quarter_index,
        coalesce(wda_code, 'Unknown'), coalesce(soc_code, 'Unknown'), coalesce(sector_code, 'None'),
        0, 0, 0, open_day_count, 0, 0
    from opening
    where not is_open
    union all
    select
        quarter_index, wda_code, soc_code, sector_code, 0, open_count, persistent_count, null, 0, 0
    from opening_month
    union all
    select
        completion.quarter_index, coalesce(completion.wda_code, 'Unknown'), completion.soc_code,
        coalesce(sector_of.sector_code, 'None'), 0, 0, 0, null,
        case when completion.completion_kind_code = 'COLLEGE_AWARD' then completion.occupation_weight else 0 end,
        case when completion.completion_kind_code = 'APPRENTICESHIP' then completion.occupation_weight else 0 end
    from completion
    left join sector_of
        on completion.soc_code = sector_of.soc_code
),

level as (
    {% for level_code, value in {
        'ALL': "'ALL'",
        'SECTOR': 'sector_code',
        'SOC_MAJOR': "substring(soc_code, 1, 2)",
        'SOC': 'soc_code',
    }.items() -%}
    select thing.*, '{{ level_code }}' as level_code, {{ value }} as level_value from thing
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

area as (
    select 'ALL' as area_code, cast(null as varchar) as only_wda_code
    union all
    select distinct wda_code, wda_code from thing
),

month_count as (
    select
        quarter_index,
        count(distinct month_start_date) as month_count
    from opening_month
    group by quarter_index
),

summed as (
    select
        level.quarter_index,
        area.area_code as wda_code,
        level.level_code,
        level.level_value,
        sum(level.opened) as opened_count,
        sum(level.open_months) as open_months,
        sum(level.persistent_months) as persistent_months,
        {{ median_usd('cast(level.open_day_count as decimal(14, 2))') }} as open_day_count_median,
        sum(level.awards) as awards,
        sum(level.apprentices) as apprentices
    from level
    inner join area
        on area.only_wda_code is null or level.wda_code = area.only_wda_code
    group by level.quarter_index, area.area_code, level.level_code, level.level_value
),

final as (
    select
        quarter.quarter,
        summed.wda_code,
        summed.level_code,
        summed.level_value,
        cast(summed.opened_count as bigint) as opened_count,
        cast(cast(summed.open_months as double) / nullif(month_count.month_count, 0) as decimal(14, 2)) as open_mean_count,
        cast(cast(summed.persistent_months as double) / nullif(month_count.month_count, 0) as decimal(14, 2)) as persistent_mean_count,
        cast(summed.persistent_months as bigint) as numerator_count,
        cast(summed.open_months as bigint) as denominator_count,
        cast(cast(summed.persistent_months as double) / nullif(summed.open_months, 0) as decimal(7, 6)) as persistent_share,
        summed.open_day_count_median,
        cast(summed.awards as decimal(14, 2)) as award_weighted_count,
        cast(summed.apprentices as decimal(14, 2)) as apprentice_completion_count,
        cast(
            cast(summed.persistent_months as double) / nullif(month_count.month_count, 0)
            / nullif(cast(summed.awards + summed.apprentices as double), 0) as decimal(14, 4)
        ) as persistent_per_completion_ratio,
        build.as_of_date,
        build.definition_version,
        build.run_id
    from summed
    inner join quarter
        on summed.quarter_index = quarter.quarter_index
    left join month_count
        on summed.quarter_index = month_count.quarter_index
    cross join build
)

select * from final
