with

estimate as (
    select * from {{ ref('est_net_impact') }}
    where line_kind = 'EFFECT'
),

metric as (
    select * from {{ ref('dim_metric') }}
    where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

final as (
    select
        estimate.program_code,
        estimate.comparison_program_code,
        estimate.entry_cohort,
        estimate.metric_code,
        estimate.window_code,
        cast(estimate.from_quarter as integer) as from_quarter,
        cast(estimate.to_quarter as integer) as to_quarter,
        estimate.not_estimated_reason is null as is_estimated,
        cast(estimate.not_estimated_reason as varchar) as not_estimated_reason,
        cast(estimate.effect_value as decimal(18, 6)) as effect_value,
        cast(estimate.standard_error_value as decimal(18, 6)) as standard_error_value,
        cast(estimate.low_value as decimal(18, 6)) as low_value,
        cast(estimate.high_value as decimal(18, 6)) as high_value,
        cast(estimate.naive_value as decimal(18, 6)) as naive_value,
        cast(estimate.treated_mean_value as decimal(18, 6)) as treated_mean_value,
        cast(estimate.comparison_mean_value as decimal(18, 6)) as comparison_mean_value,
        metric.unit_code,
        cast(estimate.comparison_count as bigint) as comparison_count,
        cast(estimate.comparison_effective_count as bigint) as comparison_effective_count,
        cast(estimate.numerator_count as bigint) as numerator_count,
        cast(estimate.denominator_count as bigint) as denominator_count,
        cast(estimate.pending_count as bigint) as pending_count,
        cast(estimate.unmatched_count as bigint) as unmatched_count,
        cast(
            estimate.excluded_history_count + estimate.excluded_unlike_count + estimate.excluded_small_count as bigint
        ) as excluded_count,
        cast(estimate.excluded_history_count as bigint) as excluded_history_count,
        cast(estimate.excluded_unlike_count as bigint) as excluded_unlike_count,
        cast(estimate.excluded_small_count as bigint) as excluded_small_count,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from estimate
    inner join metric
        on estimate.metric_code = metric.metric_code
    cross join build
)

select * from final
