with

threshold as (
    select * from {{ ref('ref_good_job_threshold') }}
),

minimum_wage as (
    select * from {{ ref('ref_minimum_wage') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

area as (
    select 'ALL' as wda_code
    union all
    select distinct wda_code from {{ ref('dim_town') }}
),

parameter as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'FULL_TIME_YEAR_HOURS' and is_in_force
),

minimum_of_quarter as (
    select
        quarter.quarter_index,
        minimum_wage.minimum_wage_usd,
        row_number() over (partition by quarter.quarter_index order by minimum_wage.effective_date desc) as choice
    from quarter
    inner join minimum_wage
        on minimum_wage.effective_date <= quarter.start_date
),

-- An area's own rows before those of the state, then the newest.
ranked as (
    select
        threshold.*,
        area.wda_code as of_wda_code,
        quarter.quarter_index,
        row_number() over (
            partition by threshold.definition_version, area.wda_code, quarter.quarter_index
            order by case when threshold.wda_code = 'ALL' then 2 else 1 end, threshold.effective_date desc
        ) as choice
    from threshold
    inner join area
        on threshold.wda_code = 'ALL' or threshold.wda_code = area.wda_code
    inner join quarter
        on threshold.effective_date <= quarter.start_date
),

valued as (
    select
        ranked.definition_version,
        ranked.of_wda_code as wda_code,
        ranked.quarter_index,
        case
            when ranked.threshold_hourly_usd is not null then ranked.threshold_hourly_usd
            else cast(ranked.minimum_wage_multiple * minimum_of_quarter.minimum_wage_usd as decimal(14, 2))
        end as threshold_hourly_usd,
        ranked.source as threshold_source
    from ranked
    left join minimum_of_quarter
        on ranked.quarter_index = minimum_of_quarter.quarter_index
        and minimum_of_quarter.choice = 1
    where ranked.choice = 1
),

final as (
    select
        valued.definition_version,
        valued.wda_code,
        valued.quarter_index,
        {{ quarter_label_of('valued.quarter_index') }} as quarter,
        cast(valued.threshold_hourly_usd as decimal(14, 2)) as threshold_hourly_usd,
        cast(valued.threshold_hourly_usd * parameter.parameter_value as decimal(14, 2)) as threshold_annual_usd,
        valued.threshold_source
    from valued
    cross join parameter
    where valued.threshold_hourly_usd is not null
)

select * from final
