{%- set exclusions = [
    '01', '02', '03', '04', '05', '06', '07', 'EXIT_REASON', 'NOT_REPORTED', 'WAGES_NOT_ON_FILE', 'NO_PRICE_INDEX',
    'NO_THRESHOLD', 'EMPLOYER_UNKNOWN', 'CANCELLED_IN_PROBATION', 'NO_TERM', 'NO_WAGES_ON_AGREEMENT', 'LATER_SCHOOL_YEAR',
    'COLLEGE_BEFORE', 'NOT_IN_COLLEGE',
] -%}
with

period_metric as (
    select * from {{ ref('fct_period_metric') }}
),

-- Stays, groups and figures by number: millions of pairs are counted, and integers are compared quicker than text.
period as (
    select
        period_key,
        program_code,
        row_number() over (order by period_key) as period_no
    from {{ ref('fct_program_period') }}
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

grouped as (
    select
        slice_code,
        slice_value,
        row_number() over (order by slice_code, slice_value) as group_no
    from period_slice
    group by slice_code, slice_value
),

period_group as {{ materialized() }} (
    select
        period.period_no,
        grouped.group_no
    from period_slice
    inner join period
        on period_slice.period_key = period.period_key
    inner join grouped
        on period_slice.slice_code = grouped.slice_code
        and period_slice.slice_value = grouped.slice_value
),

fact as (
    select
        period_metric.*,
        period.period_no,
        period.program_code,
        metric.statistic_code
    from period_metric
    inner join period
        on period_metric.period_key = period.period_key
    inner join metric
        on period_metric.metric_code = metric.metric_code
        and period_metric.definition_version = metric.definition_version
),

figure as (
    select
        metric_code,
        definition_version,
        program_year,
        program_code,
        row_number() over (order by metric_code, definition_version, program_year, program_code) as figure_no
    from fact
    group by metric_code, definition_version, program_year, program_code
),

-- Only a median needs its amounts in order, only means and sums need them added up.
numbered as {{ materialized() }} (
    select
        figure.figure_no,
        fact.period_no,
        case when fact.is_in_numerator then 1 else 0 end as numerator_count,
        case when fact.is_in_denominator then 1 else 0 end as denominator_count,
        case when fact.is_in_denominator and not fact.is_pending then 1 else 0 end as settled_count,
        case when fact.is_in_denominator and fact.statistic_code <> 'share' then fact.metric_amount end as amount,
        case when fact.is_in_denominator and fact.statistic_code = 'median' then fact.metric_amount end as median_amount,
        case when fact.is_pending then 1 else 0 end as pending_count,
        case when fact.is_unmatched then 1 else 0 end as unmatched_count,
        fact.exclusion_code
    from fact
    inner join figure
        on fact.metric_code = figure.metric_code
        and fact.definition_version = figure.definition_version
        and fact.program_year = figure.program_year
        and fact.program_code = figure.program_code
),

counted as (
    select
        numbered.figure_no,
        period_group.group_no,
        sum(numbered.numerator_count) as numerator_count,
        sum(numbered.denominator_count) as denominator_count,
        sum(numbered.settled_count) as settled_count,
        count(numbered.amount) as amount_count,
        sum(numbered.amount) as amount_sum,
        {{ median_usd('numbered.median_amount') }} as amount_median,
        sum(numbered.pending_count) as pending_count,
        sum(numbered.unmatched_count) as unmatched_count,
        count(numbered.exclusion_code) as excluded_count
    from numbered
    inner join period_group
        on numbered.period_no = period_group.period_no
    group by numbered.figure_no, period_group.group_no
),

-- Few stays are left out, so their reasons are counted of them alone.
left_out as (
    select
        numbered.figure_no,
        period_group.group_no,
        {{ excluded_sums(exclusions, 'numbered.exclusion_code') }}
    from numbered
    inner join period_group
        on numbered.period_no = period_group.period_no
    where numbered.exclusion_code is not null
    group by numbered.figure_no, period_group.group_no
),

summed as (
    select
        counted.*,
        figure.metric_code,
        figure.definition_version,
        figure.program_year,
        figure.program_code,
        grouped.slice_code,
        grouped.slice_value
    from counted
    inner join figure
        on counted.figure_no = figure.figure_no
    inner join grouped
        on counted.group_no = grouped.group_no
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
        figure_no,
        slice_code,
        slice_value,
        metric_value
    from valued
    where is_comparable
),

compared as (
    select
        valued.*,
        reference.metric_value as reference_metric_value,
        -- A group alone has no place among others.
        count(*) over (
            partition by
                valued.figure_no, valued.slice_code,
                case when valued.is_comparable and valued.metric_value is not null then 1 else 0 end
        ) > 1 as has_others,
        cast(
            case when valued.is_comparable then valued.metric_value - reference.metric_value end as decimal(18, 6)
        ) as gap_value,
        case
            when valued.is_comparable and valued.metric_value >= 0 and reference.metric_value > 0
                then cast(cast(valued.metric_value as double) / reference.metric_value as decimal(18, 6))
        end as reference_ratio,
        case
            when valued.is_comparable and valued.metric_value is not null then rank() over (
                partition by
                    valued.figure_no, valued.slice_code,
                    case when valued.is_comparable and valued.metric_value is not null then 1 else 0 end
                order by case when valued.is_lower_better then valued.metric_value else -valued.metric_value end
            )
        end as group_rank
    from valued
    left join reference
        on valued.figure_no = reference.figure_no
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
        cast(case when compared.has_others then compared.group_rank end as integer) as group_rank,
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
        and compared.figure_no = left_out.figure_no
        and compared.group_no = left_out.group_no
)

select * from final
