{%- set exclusions = [
    '01', '02', '03', '04', '05', '06', '07', 'EXIT_REASON', 'NOT_REPORTED', 'WAGES_NOT_ON_FILE', 'NO_PRICE_INDEX',
    'NO_THRESHOLD', 'EMPLOYER_UNKNOWN', 'CANCELLED_IN_PROBATION', 'NO_TERM', 'NO_WAGES_ON_AGREEMENT', 'LATER_SCHOOL_YEAR',
    'COLLEGE_BEFORE', 'NOT_IN_COLLEGE',
] -%}
with

period_metric as (
    select * from {{ ref('fct_period_metric') }}
),

period as (
    select * from {{ ref('fct_program_period') }}
),

period_slice as (
    select * from {{ ref('bridge_period_slice') }}
),

metric as (
    select * from {{ ref('dim_metric') }}
),

slice as (
    select * from {{ ref('dim_slice') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

least_count as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force
),

summed as (
    select
        period_metric.metric_code,
        period_metric.definition_version,
        period_metric.program_year,
        period.program_code,
        period_slice.slice_code,
        period_slice.slice_value,
        sum(case when period_metric.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when period_metric.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when period_metric.is_in_denominator and not period_metric.is_pending then 1 else 0 end) as settled_count,
        count(case when period_metric.is_in_denominator then period_metric.metric_amount end) as amount_count,
        sum(case when period_metric.is_in_denominator then period_metric.metric_amount end) as amount_sum,
        {{ median_usd('case when period_metric.is_in_denominator then period_metric.metric_amount end') }} as amount_median,
        sum(case when period_metric.is_pending then 1 else 0 end) as pending_count,
        sum(case when period_metric.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when period_metric.exclusion_code is not null then 1 else 0 end) as excluded_count
    from period_metric
    inner join period
        on period_metric.period_key = period.period_key
    inner join period_slice
        on period_metric.period_key = period_slice.period_key
    group by
        period_metric.metric_code, period_metric.definition_version, period_metric.program_year, period.program_code,
        period_slice.slice_code, period_slice.slice_value
),

-- Few stays are left out, so their reasons are counted of them alone.
left_out as (
    select
        period_metric.metric_code,
        period_metric.definition_version,
        period_metric.program_year,
        period.program_code,
        period_slice.slice_code,
        period_slice.slice_value,
        {{ excluded_sums(exclusions, 'period_metric.exclusion_code') }}
    from period_metric
    inner join period
        on period_metric.period_key = period.period_key
    inner join period_slice
        on period_metric.period_key = period_slice.period_key
    where period_metric.exclusion_code is not null
    group by
        period_metric.metric_code, period_metric.definition_version, period_metric.program_year, period.program_code,
        period_slice.slice_code, period_slice.slice_value
),

valued as (
    select
        summed.*,
        slice.reference_value,
        slice.reference_slice_code,
        metric.unit_code,
        metric.is_lower_better,
        -- Heads of a group compare nothing; who is pending is no member to compare by.
        metric.unit_code <> 'count'
            and case metric.statistic_code when 'share' then summed.settled_count else summed.amount_count end
            >= least_count.parameter_value
            and summed.slice_value <> 'Unknown' and summed.slice_value <> 'Not stated' as is_comparable,
        cast(case metric.statistic_code
            when 'share'
                then cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0)
            when 'median' then cast(summed.amount_median as double)
            when 'mean' then cast(summed.amount_sum as double) / nullif(summed.amount_count, 0)
            when 'sum' then cast(summed.amount_sum as double)
        end as decimal(18, 6)) as metric_value
    from summed
    inner join metric
        on summed.metric_code = metric.metric_code
        and summed.definition_version = metric.definition_version
    inner join slice
        on summed.slice_code = slice.slice_code
    cross join least_count
),

reference as (
    select
        metric_code, definition_version, program_year, program_code, slice_code, slice_value, metric_value
    from valued
    where is_comparable
),

compared as (
    select
        valued.*,
        reference.metric_value as reference_metric_value,
        cast(
            case when valued.is_comparable then valued.metric_value - reference.metric_value end as decimal(18, 6)
        ) as gap_value,
        case
            when valued.is_comparable
                then cast(cast(valued.metric_value as double) / nullif(reference.metric_value, 0) as decimal(18, 6))
        end as reference_ratio,
        case
            when valued.is_comparable and valued.metric_value is not null then rank() over (
                partition by
                    valued.metric_code, valued.definition_version, valued.program_year, valued.program_code,
                    valued.slice_code, case when valued.is_comparable and valued.metric_value is not null then 1 else 0 end
                order by case when valued.is_lower_better then valued.metric_value else -valued.metric_value end
            )
        end as group_rank
    from valued
    left join reference
        on valued.metric_code = reference.metric_code
        and valued.definition_version = reference.definition_version
        and valued.program_year = reference.program_year
        and valued.program_code = reference.program_code
        and valued.reference_slice_code = reference.slice_code
        and valued.reference_value = reference.slice_value
),

final as (
    select
        compared.metric_code,
        compared.program_year,
        compared.program_code,
        compared.slice_code,
        compared.slice_value,
        compared.unit_code,
        compared.metric_value,
        compared.reference_value,
        compared.reference_metric_value,
        compared.gap_value,
        cast(case when compared.unit_code = 'share' then compared.gap_value * 100 end as decimal(18, 6)) as gap_points,
        compared.reference_ratio,
        compared.is_comparable,
        cast(compared.group_rank as integer) as group_rank,
        cast(compared.numerator_count as bigint) as numerator_count,
        cast(compared.denominator_count as bigint) as denominator_count,
        cast(compared.pending_count as bigint) as pending_count,
        cast(compared.unmatched_count as bigint) as unmatched_count,
        cast(compared.excluded_count as bigint) as excluded_count,
        {{ excluded_counts(exclusions, 'left_out') -}}
        build.as_of_date,
        compared.definition_version,
        build.run_id
    from compared
    cross join build
    left join left_out
        on compared.excluded_count > 0
        and compared.metric_code = left_out.metric_code
        and compared.definition_version = left_out.definition_version
        and compared.program_year = left_out.program_year
        and compared.program_code = left_out.program_code
        and compared.slice_code = left_out.slice_code
        and compared.slice_value = left_out.slice_value
)

select * from final
