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
        outcome.exclusion_code
    from {{ ref('fct_participation_outcome') }} as outcome
    inner join metric
        on outcome.indicator_code = metric.metric_code
    -- Counts of participants compare no groups.
    where outcome.program_year is not null and metric.unit_code <> 'count'
),

nrs as (
    {% for metric_code, condition in {
        'NRS_MSG': 'has_gain', 'NRS_GAIN_TEST': 'has_gain_by_test', 'NRS_GAIN_CREDITS': 'has_gain_by_credits',
        'NRS_GAIN_COLLEGE': 'has_gain_by_college_entry', 'NRS_DIPLOMA': 'has_diploma', 'NRS_OTHER_GAIN': 'has_other_gain',
    }.items() -%}
    select
        skill_gain.participation_key as period_key,
        metric.metric_code,
        metric.definition_version,
        skill_gain.program_year,
        not skill_gain.is_excluded as is_in_denominator,
        not skill_gain.is_excluded and skill_gain.{{ condition }} as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        skill_gain.is_pending,
        skill_gain.is_unmatched,
        skill_gain.exclusion_code
    from {{ ref('fct_adult_ed_skill_gain') }} as skill_gain
    inner join metric
        on metric.metric_code = '{{ metric_code }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        {{ columns | join(',\n        ') }}
    from wioa
    union all
    select
        {{ columns | join(',\n        ') }}
    from nrs
    {% for model in [
        'fct_apprenticeship_outcome',
        'fct_education_outcome',
        'fct_good_job_outcome',
        'fct_program_outcome',
    ] -%}
    union all
    select
        {{ columns | join(',\n        ') }}
    from {{ ref(model) }}
    {% endfor %}
)

select * from final
