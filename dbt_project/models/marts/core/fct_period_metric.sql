{{ config(materialized="view") }}

-- How every stay counts in every metric, from each family's own outcomes. A new family is one more name here.
with

{% set columns = [
    'period_key', 'metric_code', 'definition_version', 'program_year', 'is_in_denominator', 'is_in_numerator', 'metric_amount',
    'is_pending', 'is_unmatched', 'exclusion_code',
] -%}
metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

wioa as (
    select
        outcome.participation_key as period_key,
        outcome.indicator_code as metric_code,
        metric.definition_version,
        outcome.program_year,
        outcome.is_in_denominator,
        outcome.is_in_numerator,
        outcome.wage_usd as metric_amount,
        outcome.is_pending,
        outcome.is_unmatched,
        case when outcome.is_excluded then 'EXIT_REASON' end as exclusion_code
    from {{ ref('fct_participation_outcome') }} as outcome
    inner join metric
        on outcome.indicator_code = metric.metric_code
    where outcome.report_type = 'ANNUAL'
),

final as (
    select
        {{ columns | join(',\n        ') }}
    from wioa
    {% for model in ['fct_education_outcome', 'fct_program_outcome'] -%}
    union all
    select
        {{ columns | join(',\n        ') }}
    from {{ ref(model) }}
    {% endfor %}
)

select * from final
