with

metric as (
    select * from {{ ref('dim_metric') }} where report_name = 'rpt_college_transition'
),

outcome as (
    select outcome.*
    from {{ ref('fct_education_outcome') }} as outcome
    inner join metric
        on outcome.metric_code = metric.metric_code
        and outcome.definition_version = metric.definition_version
),

transition as (
    select * from {{ ref('fct_college_transition') }}
),

slice as (
    select * from {{ ref('bridge_period_slice') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- Level of the college entered; who entered none is in no level, so levels share the denominator of all colleges.
level as (
    select 'ALL' as college_level_code
    union all
    select distinct college_level_code from transition where college_level_code is not null
),

-- Outcomes alike are one number: what they are of, the level entered first, how they count.
alike as {{ materialized() }} (
    select
        outcome.period_key,
        outcome.program_year,
        transition.program_code,
        transition.college_level_code,
        outcome.metric_code,
        outcome.definition_version,
        outcome.exclusion_code,
        case when outcome.is_in_numerator then 1 else 0 end as is_in_numerator,
        case when outcome.is_in_denominator then 1 else 0 end as is_in_denominator,
        case when outcome.is_pending then 1 else 0 end as is_pending,
        case when outcome.is_unmatched then 1 else 0 end as is_unmatched,
        dense_rank() over (
            order by
                outcome.program_year, transition.program_code, transition.college_level_code, outcome.metric_code,
                outcome.definition_version, outcome.exclusion_code, outcome.is_in_numerator, outcome.is_in_denominator,
                outcome.is_pending, outcome.is_unmatched
        ) as alike_no
    from outcome
    inner join transition
        on outcome.period_key = transition.period_key
),

kind as (
    select distinct
        alike_no, program_year, program_code, college_level_code, metric_code, definition_version, exclusion_code,
        is_in_numerator, is_in_denominator, is_pending, is_unmatched
    from alike
),

counted as {{ materialized() }} (
    select
        alike.alike_no,
        slice.slice_code,
        slice.slice_value,
        count(*) as outcome_count
    from alike
    inner join slice
        on alike.period_key = slice.period_key
    group by alike.alike_no, slice.slice_code, slice.slice_value
),

-- Levels pick theirs of the numerator and share everything else.
summed as (
    select
        kind.program_year,
        kind.program_code,
        counted.slice_code,
        counted.slice_value,
        level.college_level_code,
        kind.metric_code,
        kind.definition_version,
        sum(case
            when level.college_level_code = 'ALL' or kind.college_level_code = level.college_level_code
                then counted.outcome_count * kind.is_in_numerator
            else 0
        end) as numerator_count,
        sum(counted.outcome_count * kind.is_in_denominator) as denominator_count,
        sum(counted.outcome_count * kind.is_pending) as pending_count,
        sum(counted.outcome_count * kind.is_unmatched) as unmatched_count,
        {% for code in ['EXIT_REASON', 'LATER_SCHOOL_YEAR', 'COLLEGE_BEFORE', 'NOT_IN_COLLEGE'] -%}
        sum(case when kind.exclusion_code = '{{ code }}' then counted.outcome_count else 0 end)
            as excluded_{{ code | lower }}_count,
        {% endfor -%}
        sum(case when kind.exclusion_code is not null then counted.outcome_count else 0 end) as excluded_count
    from counted
    inner join kind
        on counted.alike_no = kind.alike_no
    cross join level
    where level.college_level_code = 'ALL' or kind.metric_code in ('COLLEGE_16M', 'COLLEGE_FIRST_16M')
    group by
        kind.program_year, kind.program_code, counted.slice_code, counted.slice_value, level.college_level_code,
        kind.metric_code, kind.definition_version
),

middle as (
    select
        outcome.program_year,
        transition.program_code,
        slice.slice_code,
        slice.slice_value,
        level.college_level_code,
        outcome.metric_code,
        {{ median_usd('outcome.metric_amount') }} as median_amount
    from outcome
    inner join transition
        on outcome.period_key = transition.period_key
    inner join slice
        on outcome.period_key = slice.period_key
    inner join level
        on level.college_level_code = 'ALL' or transition.college_level_code = level.college_level_code
    where outcome.metric_amount is not null
    group by
        outcome.program_year, transition.program_code, slice.slice_code, slice.slice_value, level.college_level_code,
        outcome.metric_code
),

final as (
    select
        summed.program_year,
        summed.program_code,
        summed.slice_code,
        summed.slice_value,
        summed.college_level_code,
        summed.metric_code,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6)) as metric_share,
        case when summed.metric_code in ('COLLEGE_16M', 'COLLEGE_FIRST_16M') then middle.median_amount end as median_days,
        case when summed.metric_code = 'COLLEGE_EARNINGS' then middle.median_amount end as median_usd,
        cast(summed.pending_count as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_count as bigint) as excluded_count,
        cast(summed.excluded_exit_reason_count as bigint) as excluded_exit_reason_count,
        cast(summed.excluded_later_school_year_count as bigint) as excluded_later_school_year_count,
        cast(summed.excluded_college_before_count as bigint) as excluded_college_before_count,
        cast(summed.excluded_not_in_college_count as bigint) as excluded_not_in_college_count,
        build.as_of_date,
        summed.definition_version,
        build.run_id
    from summed
    cross join build
    left join middle
        on summed.program_year = middle.program_year
        and summed.program_code = middle.program_code
        and summed.slice_code = middle.slice_code
        and summed.slice_value = middle.slice_value
        and summed.college_level_code = middle.college_level_code
        and summed.metric_code = middle.metric_code
)

select * from final
