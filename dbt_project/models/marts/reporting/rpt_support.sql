{%- set outcomes = {'PROGRAM_COMPLETION': 'SUPPORT_COMPLETION', 'PROGRAM_EMP_Q2': 'SUPPORT_EMP_Q2'} -%}
{%- set exclusions = ['EXIT_REASON', 'NOT_REPORTED'] -%}
{%- set counts = [
    'recipient_count', 'numerator_count', 'denominator_count', 'payment_count', 'payment_usd', 'service_count',
    'service_cost_usd', 'without_numerator_count', 'without_denominator_count', 'pending_count', 'without_pending_count',
    'unmatched_count', 'excluded_count', 'excluded_no_stay_count',
] -%}
{%- for code in exclusions %}{% do counts.append(excluded_column(code)) %}{% endfor -%}
with

outcome as (
    select * from {{ ref('fct_program_outcome') }}
),

period as (
    select * from {{ ref('fct_program_period') }}
),

support as (
    select * from {{ ref('fct_period_support') }}
),

payment as (
    select * from {{ ref('fct_support_payment') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

least_count as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'COMPARISON_LEAST_COUNT' and is_in_force
),

-- Every stay under its own programme and under ALL; every support under its own kind and under ALL.
shown as (
    select
        outcome.period_key,
        outcome.metric_code,
        outcome.program_year,
        outcome.is_in_denominator,
        outcome.is_in_numerator,
        outcome.is_pending,
        outcome.is_unmatched,
        outcome.exclusion_code,
        period.program_code
    from outcome
    inner join period
        on outcome.period_key = period.period_key
    where outcome.metric_code in ('PROGRAM_SERVED', '{{ outcomes | join("', '") }}')
    union all
    select
        period_key,
        metric_code,
        program_year,
        is_in_denominator,
        is_in_numerator,
        is_pending,
        is_unmatched,
        exclusion_code,
        'ALL' as program_code
    from outcome
    where metric_code in ('PROGRAM_SERVED', '{{ outcomes | join("', '") }}')
),

supported as (
    {% for program in ['program_code', "'ALL'"] -%}
    {% for type in ['support_type_code', "'ALL'"] -%}
    select
        period_key,
        person_key,
        {{ program }} as program_code,
        {{ type }} as support_type_code,
        program_year,
        service_count,
        service_cost_usd
    from support
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

kind as (
    select distinct
        program_code,
        support_type_code
    from supported
),

supported_stay as (
    select distinct
        period_key,
        support_type_code
    from supported
),

-- Supports given in the year, of whoever is in the programme.
given as (
    select
        program_code,
        program_year,
        support_type_code,
        count(distinct person_key) as recipient_count,
        sum(service_count) as service_count,
        sum(service_cost_usd) as service_cost_usd
    from supported
    group by program_code, program_year, support_type_code
),

-- Payments once each, wherever they are carried; UNKNOWN is where no stay carries them.
paid as (
    {% for program in ["coalesce(program_code, 'UNKNOWN')", "'ALL'"] -%}
    {% for type in ['support_type_code', "'ALL'"] -%}
    select
        {{ program }} as program_code,
        paid_program_year as program_year,
        {{ type }} as support_type_code,
        1 as payment_count,
        payment_usd,
        case when person_key is null then 1 else 0 end as unmatched_count,
        case when person_key is not null and period_key is null then 1 else 0 end as excluded_count,
        case when person_key is not null and period_key is null then 1 else 0 end as excluded_no_stay_count
    from payment
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- With this kind of support: in the year, for stays served in it; at any time, for those that ended in it.
supported_in_year as (
    select distinct
        period_key,
        support_type_code,
        program_year
    from supported
),

with_support as (
    select
        shown.program_code,
        shown.program_year,
        supported_in_year.support_type_code,
        'SUPPORT_RECEIVED' as metric_code,
        count(*) as numerator_count,
        0 as denominator_count,
        0 as pending_count,
        0 as unmatched_count,
        0 as excluded_count,
        {% for code in exclusions -%}
        0 as {{ excluded_column(code) }}{{ ',' if not loop.last }}
        {% endfor %}
    from shown
    inner join supported_in_year
        on shown.period_key = supported_in_year.period_key
        and shown.program_year = supported_in_year.program_year
    where shown.metric_code = 'PROGRAM_SERVED'
    group by shown.program_code, shown.program_year, supported_in_year.support_type_code
    {% for of_metric, metric_code in outcomes.items() -%}
    union all
    select
        shown.program_code,
        shown.program_year,
        supported_stay.support_type_code,
        '{{ metric_code }}' as metric_code,
        sum(case when shown.is_in_numerator then 1 else 0 end) as numerator_count,
        sum(case when shown.is_in_denominator then 1 else 0 end) as denominator_count,
        sum(case when shown.is_pending then 1 else 0 end) as pending_count,
        sum(case when shown.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when shown.exclusion_code is not null then 1 else 0 end) as excluded_count,
        {{ excluded_sums(exclusions, 'shown.exclusion_code') }}
    from shown
    inner join supported_stay
        on shown.period_key = supported_stay.period_key
    where shown.metric_code = '{{ of_metric }}'
    group by shown.program_code, shown.program_year, supported_stay.support_type_code
    {% endfor %}
),

-- The same figure beside every kind: stays served, and those that ended without any support.
beside as (
    select
        shown.program_code,
        shown.program_year,
        case shown.metric_code
            when 'PROGRAM_SERVED' then 'SUPPORT_RECEIVED'
            {% for of_metric, metric_code in outcomes.items() -%}
            when '{{ of_metric }}' then '{{ metric_code }}'
            {% endfor -%}
        end as metric_code,
        sum(case when shown.metric_code = 'PROGRAM_SERVED' then 1 else 0 end) as denominator_count,
        sum(case when supported_stay.period_key is null and shown.metric_code <> 'PROGRAM_SERVED' and shown.is_in_numerator
            then 1 else 0 end) as without_numerator_count,
        sum(case when supported_stay.period_key is null and shown.metric_code <> 'PROGRAM_SERVED' and shown.is_in_denominator
            then 1 else 0 end) as without_denominator_count,
        sum(case when supported_stay.period_key is null and shown.is_pending then 1 else 0 end) as without_pending_count
    from shown
    left join supported_stay
        on shown.period_key = supported_stay.period_key
        and supported_stay.support_type_code = 'ALL'
    group by shown.program_code, shown.program_year, shown.metric_code
),

{%- set zeros = {'payment_usd': 'cast(null as decimal(14, 2))', 'service_cost_usd': 'cast(null as decimal(14, 2))'} %}
{%- set parts = {
    'given': ['recipient_count', 'service_count', 'service_cost_usd'],
    'paid': ['payment_count', 'payment_usd', 'unmatched_count', 'excluded_count', 'excluded_no_stay_count'],
    'with_support': ['numerator_count', 'denominator_count', 'pending_count', 'unmatched_count', 'excluded_count',
        'excluded_exit_reason_count', 'excluded_not_reported_count'],
    'beside': ['denominator_count', 'without_numerator_count', 'without_denominator_count', 'without_pending_count'],
} %}
line as (
    {% for part, columns in parts.items() -%}
    select
        {{ part }}.program_code,
        {{ part }}.program_year,
        {{ 'kind' if part == 'beside' else part }}.support_type_code,
        {{ "'SUPPORT_RECEIVED'" if part in ['given', 'paid'] else part ~ '.metric_code' }} as metric_code,
        {% for column in counts -%}
        {{ part ~ '.' ~ column if column in columns else zeros.get(column, '0') }} as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ part }}
    {% if part == 'beside' -%}
    inner join kind
        on beside.program_code = kind.program_code
    {% endif -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

summed as (
    select
        program_code, program_year, support_type_code, metric_code,
        {% for column in counts -%}
        sum({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from line
    group by program_code, program_year, support_type_code, metric_code
),

valued as (
    select
        *,
        cast(numerator_count as double) / nullif(denominator_count, 0) as with_value,
        cast(without_numerator_count as double) / nullif(without_denominator_count, 0) as without_value
    from summed
),

final as (
    select
        valued.program_code,
        valued.program_year,
        valued.support_type_code,
        valued.metric_code,
        cast(valued.recipient_count as bigint) as recipient_count,
        cast(valued.payment_count as bigint) as payment_count,
        cast(valued.payment_usd as decimal(14, 2)) as payment_usd,
        cast(valued.service_count as bigint) as service_count,
        cast(valued.service_cost_usd as decimal(14, 2)) as service_cost_usd,
        cast(valued.numerator_count as bigint) as numerator_count,
        cast(valued.denominator_count as bigint) as denominator_count,
        cast(valued.with_value as decimal(7, 6)) as metric_share,
        cast(valued.without_numerator_count as bigint) as without_numerator_count,
        cast(valued.without_denominator_count as bigint) as without_denominator_count,
        cast(valued.without_value as decimal(7, 6)) as without_share,
        case
            when valued.denominator_count - valued.pending_count >= least_count.parameter_value
                and valued.without_denominator_count - valued.without_pending_count >= least_count.parameter_value
                then cast((valued.with_value - valued.without_value) * 100 as decimal(9, 4))
        end as gap_points,
        case when valued.metric_code <> 'SUPPORT_RECEIVED' then 'NON_CAUSAL' end as interpretation_code,
        cast(valued.pending_count as bigint) as pending_count,
        cast(valued.without_pending_count as bigint) as without_pending_count,
        cast(valued.unmatched_count as bigint) as unmatched_count,
        cast(valued.excluded_count as bigint) as excluded_count,
        cast(valued.excluded_no_stay_count as bigint) as excluded_no_stay_count,
        {{ excluded_counts(exclusions, 'valued') -}}
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from valued
    cross join build
    cross join least_count
    inner join metric
        on valued.metric_code = metric.metric_code
)

select * from final
