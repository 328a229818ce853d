with

estimate as (
    select * from {{ ref('est_net_impact') }}
    where line_kind = 'BALANCE'
),

metric as (
    select * from {{ ref('dim_metric') }}
    where is_current and metric_code = 'NET_WAGE'
),

build as (
    select * from {{ ref('dim_build') }}
),

final as (
    select
        estimate.program_code,
        estimate.comparison_program_code,
        estimate.entry_cohort,
        cast(estimate.covariate_name as varchar) as covariate_name,
        cast(estimate.treated_mean_value as decimal(18, 6)) as treated_mean_value,
        cast(estimate.comparison_mean_before_value as decimal(18, 6)) as comparison_mean_before_value,
        cast(estimate.comparison_mean_value as decimal(18, 6)) as comparison_mean_after_value,
        cast(estimate.gap_before_value as decimal(18, 6)) as gap_before_value,
        cast(estimate.gap_after_value as decimal(18, 6)) as gap_after_value,
        cast(estimate.comparison_count as bigint) as comparison_count,
        cast(estimate.comparison_effective_count as bigint) as comparison_effective_count,
        cast(estimate.numerator_count as bigint) as numerator_count,
        cast(estimate.denominator_count as bigint) as denominator_count,
        cast(estimate.unmatched_count as bigint) as unmatched_count,
        cast(estimate.denominator_count - estimate.numerator_count - estimate.unmatched_count as bigint)
            as excluded_count,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from estimate
    cross join metric
    cross join build
)

select * from final
