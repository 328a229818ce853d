-- Openings up on the last day of each month: a running month counts on the as-of day.
with

opening as (
    select * from {{ ref('fct_job_opening') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

persistent as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'PERSISTENT_OPENING_DAYS' and is_in_force
),

month as (
    {% for month in range(3) -%}
    select
        quarter_index,
        program_year,
        {{ add_days(dbt.dateadd('month', month + 1, 'start_date'), -1) }} as month_end_date,
        cast({{ dbt.dateadd('month', month, 'start_date') }} as date) as month_start_date
    from quarter
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

counting_day as (
    select
        month.quarter_index,
        month.program_year,
        month.month_start_date,
        {{ earlier_of('month.month_end_date', 'build.as_of_date') }} as counted_date
    from month
    cross join build
    where month.month_start_date <= build.as_of_date
),

final as (
    select
        counting_day.month_start_date,
        counting_day.quarter_index,
        counting_day.program_year,
        counting_day.counted_date,
        coalesce(opening.wda_code, 'Unknown') as wda_code,
        coalesce(opening.soc_code, 'Unknown') as soc_code,
        coalesce(opening.sector_code, 'None') as sector_code,
        opening.is_high_growth,
        cast(count(*) as bigint) as open_count,
        cast(sum(
            case
                when {{ days_between('opening.posted_date', 'counting_day.counted_date') }} >= persistent.parameter_value then 1
                else 0
            end
        ) as bigint) as persistent_count
    from counting_day
    inner join opening
        on opening.posted_date <= counting_day.counted_date
        and (opening.is_open or opening.last_open_date >= counting_day.counted_date)
    cross join persistent
    group by
        counting_day.month_start_date, counting_day.quarter_index, counting_day.program_year, counting_day.counted_date,
        opening.wda_code, opening.soc_code, opening.sector_code, opening.is_high_growth
)

select * from final
