with

outcome as (
    select * from {{ ref('fct_program_outcome') }}
    union all
    select * from {{ ref('fct_cost_outcome') }}
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
        sum(outcome.metric_amount) as total_usd,
        {{ median_usd('outcome.metric_amount') }} as median_usd,
        sum(case when outcome.is_pending then 1 else 0 end) as pending_count,
        sum(case when outcome.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when outcome.exclusion_code is not null then 1 else 0 end) as excluded_count,
        {% for code in program_exclusions() -%}
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

cost as (
    select * from summed where metric_code = 'PROGRAM_COST'
),

-- What the cost of a year is divided by.
divisor as (
    select
        *,
        case metric_code
            when 'PROGRAM_SERVED' then 'COST_PER_PARTICIPANT'
            when 'PROGRAM_COMPLETION' then 'COST_PER_COMPLETER'
            else 'COST_PER_PLACEMENT'
        end as cost_metric_code
    from summed
    where metric_code in ('PROGRAM_SERVED', 'PROGRAM_COMPLETION', 'PROGRAM_PLACEMENT')
),

unit_cost as (
    select
        cost.program_code,
        cost.program_year,
        cost.wda_code,
        divisor.cost_metric_code as metric_code,
        cost.definition_version,
        cost.denominator_count as numerator_count,
        case divisor.metric_code
            when 'PROGRAM_SERVED' then cost.denominator_count else divisor.numerator_count
        end as denominator_count,
        cost.total_usd,
        divisor.denominator_count as reported_count,
        {% for code in program_exclusions() -%}
        cost.excluded_{{ code }}_count,
        {% endfor -%}
        cost.excluded_count
    from cost
    inner join divisor
        on cost.program_code = divisor.program_code
        and cost.program_year = divisor.program_year
        and cost.wda_code = divisor.wda_code
),

valued as (
    select
        program_code, program_year, wda_code, metric_code, definition_version, numerator_count, denominator_count,
        case when unit_code = 'share' or metric_code in ('EARNINGS_GAIN', 'EARNINGS_GAIN_REAL')
            then cast(cast(numerator_count as double) / nullif(denominator_count, 0) as decimal(7, 6))
        end as metric_share,
        cast(case
            when metric_code in ('PROGRAM_EMP_Q2', 'PROGRAM_EMP_Q4')
                then cast(denominator_count - pending_count - unmatched_count as double) / nullif(denominator_count, 0)
            when metric_code not in ('PROGRAM_SERVED', 'PROGRAM_EXITED', 'PROGRAM_MEDIAN_Q2', 'PROGRAM_MEDIAN_Q2_REAL')
                then cast(denominator_count as double) / nullif(
                    denominator_count + pending_count + unmatched_count + excluded_count - excluded_exit_reason_count, 0
                )
        end as decimal(7, 6)) as coverage_share,
        cast(case when unit_code = 'usd' then total_usd end as decimal(14, 2)) as total_usd,
        cast(case when unit_code = 'usd' then cast(total_usd as double) / nullif(denominator_count, 0) end as decimal(14, 2))
            as mean_usd,
        case when unit_code = 'usd' then median_usd end as median_usd,
        case
            when denominator_count > 0 then null
            when metric_code = 'PROGRAM_COST' then 'COST_UNKNOWN'
            when pending_count > 0 then 'PENDING'
            when unmatched_count > 0 then 'WAGES_MISSING'
            when excluded_not_reported_count > 0 then 'NOT_REPORTED'
            when excluded_count > 0 then 'EXCLUDED'
            else 'NOBODY'
        end as null_reason_code,
        pending_count, unmatched_count, excluded_count,
        {% for code in program_exclusions() -%}
        excluded_{{ code }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from summed
    union all
    select
        program_code, program_year, wda_code, metric_code, definition_version, numerator_count, denominator_count,
        null as metric_share,
        cast(cast(numerator_count as double) / nullif(numerator_count + excluded_cost_unknown_count, 0) as decimal(7, 6))
            as coverage_share,
        cast(total_usd as decimal(14, 2)) as total_usd,
        case when total_usd > 0
            then cast(cast(total_usd as double) / nullif(denominator_count, 0) as decimal(14, 2))
        end as mean_usd,
        null as median_usd,
        case
            when total_usd is null then 'COST_UNKNOWN'
            when total_usd <= 0 then 'COST_NOT_POSITIVE'
            when denominator_count > 0 then null
            when reported_count = 0 then 'NOT_REPORTED'
            else 'NOBODY'
        end as null_reason_code,
        0 as pending_count,
        0 as unmatched_count,
        excluded_count,
        {% for code in program_exclusions() -%}
        excluded_{{ code }}_count{{ ',' if not loop.last }}
        {% endfor %}
    from unit_cost
),

final as (
    select
        valued.program_code,
        valued.program_year,
        valued.wda_code,
        valued.metric_code,
        cast(valued.numerator_count as bigint) as numerator_count,
        cast(valued.denominator_count as bigint) as denominator_count,
        valued.metric_share,
        valued.coverage_share,
        valued.total_usd,
        valued.mean_usd,
        valued.median_usd,
        valued.null_reason_code,
        cast(valued.pending_count as bigint) as pending_count,
        cast(valued.unmatched_count as bigint) as unmatched_count,
        cast(valued.excluded_count as bigint) as excluded_count,
        {% for code in program_exclusions() -%}
        cast(valued.excluded_{{ code }}_count as bigint) as excluded_{{ code }}_count,
        {% endfor -%}
        build.as_of_date,
        valued.definition_version,
        build.run_id
    from valued
    cross join build
)

select * from final
