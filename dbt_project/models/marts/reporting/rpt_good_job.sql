{%- set exclusions = ['exit_reason', 'wages_not_on_file', 'no_threshold', 'employer_unknown'] -%}
with

outcome as (
    select * from {{ ref('fct_good_job_outcome') }}
),

period as (
    select * from {{ ref('fct_program_period') }}
),

period_program as (
    select * from {{ ref('bridge_period_program') }}
),

area as (
    {{ reported_areas(ref('dim_town')) }}
),

metric as (
    select * from {{ ref('dim_metric') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

summed as (
    select
        period_program.program_code,
        outcome.program_year,
        area.wda_code,
        outcome.metric_code,
        outcome.definition_version,
        metric.unit_code,
        sum(case when outcome.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when outcome.is_in_denominator then 1 else 0 end) as denominator_count,
        {{ median_usd('outcome.metric_amount') }} as median_usd,
        sum(case when outcome.is_pending then 1 else 0 end) as pending_count,
        sum(case when outcome.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when outcome.exclusion_code is not null then 1 else 0 end) as excluded_count,
        {% for code in exclusions -%}
        sum(case when outcome.exclusion_code = '{{ code | upper }}' then 1 else 0 end) as excluded_{{ code }}_count
        {{- ',' if not loop.last }}
        {% endfor %}
    from outcome
    inner join metric
        on outcome.metric_code = metric.metric_code
        and outcome.definition_version = metric.definition_version
    inner join period
        on outcome.period_key = period.period_key
    inner join period_program
        on outcome.period_key = period_program.period_key
    inner join area
        on area.only_wda_code is null or period.wda_code = area.only_wda_code
    group by
        period_program.program_code, outcome.program_year, area.wda_code, outcome.metric_code, outcome.definition_version,
        metric.unit_code
),

final as (
    select
        summed.program_code,
        summed.program_year,
        summed.wda_code,
        summed.metric_code,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        case when summed.unit_code = 'share'
            then cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6))
        end as metric_share,
        summed.median_usd,
        cast(summed.pending_count as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_count as bigint) as excluded_count,
        {% for code in exclusions -%}
        cast(summed.excluded_{{ code }}_count as bigint) as excluded_{{ code }}_count,
        {% endfor -%}
        build.as_of_date,
        summed.definition_version,
        build.run_id
    from summed
    cross join build
)

select * from final
