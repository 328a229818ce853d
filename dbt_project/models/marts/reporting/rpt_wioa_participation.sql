{{ config(materialized="view") }}

with

outcome as (
    select * from {{ ref('fct_participation_outcome') }}
),

reason as (
    select * from {{ ref('dim_outcome_reason') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

final as (
    select
        outcome.participation_key,
        outcome.indicator_code,
        outcome.cohort_quarter,
        outcome.program_year,
        outcome.first_window_quarter_index,
        outcome.last_window_quarter_index,
        outcome.person_key,
        outcome.program_code,
        outcome.wda_code,
        outcome.entry_date,
        outcome.exit_date,
        outcome.is_in_denominator,
        outcome.is_in_numerator,
        outcome.is_pending,
        outcome.is_unmatched,
        outcome.is_excluded,
        outcome.exclusion_code,
        outcome.exclusion_source_code,
        outcome.wage_usd,
        outcome.reason_code,
        reason.reason_label,
        build.as_of_date,
        coalesce(metric.definition_version, build.definition_version) as definition_version,
        build.run_id
    from outcome
    cross join build
    left join reason
        on outcome.reason_code = reason.reason_code
    left join metric
        on outcome.indicator_code = metric.metric_code
)

select * from final
