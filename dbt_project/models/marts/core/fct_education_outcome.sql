-- How each stay counts in the metrics of dual credit and of the way into college (rules 5).
with

metric as (
    select * from {{ ref('dim_metric') }} where is_current and family_code = 'EDUCATION'
),

course as (
    select
        *,
        {{ dual_credit_period_key('person_key', 'school_year') }} as period_key
    from {{ ref('fct_dual_credit_course') }}
),

period as (
    select
        period.period_key,
        period.person_key,
        period.is_completed,
        min(course.school_year) as school_year
    from {{ ref('fct_program_period') }} as period
    inner join course
        on period.period_key = course.period_key
    group by period.period_key, period.person_key, period.is_completed
),

parameter as (
    select * from {{ ref('dim_parameter') }} where is_in_force
),

transition as (
    select
        *,
        not is_excluded and not has_later_school_year as is_counted
    from {{ ref('fct_college_transition') }}
),

-- Credits of every school year up to and including the one of the stay: three credits are three, however long it took.
credit as (
    select
        period.period_key,
        sum(course.college_credit_earned) as credits_earned
    from period
    inner join course
        on period.person_key = course.person_key
        and course.school_year <= period.school_year
    group by period.period_key
),

counted as (
    select
        period.period_key,
        'DC_COMPLETED' as metric_code,
        period.school_year as program_year,
        true as is_in_denominator,
        coalesce(period.is_completed, false) as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        false as is_pending,
        false as is_unmatched,
        cast(null as varchar) as exclusion_code
    from period
    union all
    select
        period.period_key,
        parameter.parameter_code as metric_code,
        period.school_year as program_year,
        true as is_in_denominator,
        coalesce(credit.credits_earned >= parameter.parameter_value, false) as is_in_numerator,
        cast(credit.credits_earned as decimal(14, 2)) as metric_amount,
        false as is_pending,
        false as is_unmatched,
        cast(null as varchar) as exclusion_code
    from period
    inner join parameter
        on parameter.parameter_code = 'DC_THREE_CREDITS'
    left join credit
        on period.period_key = credit.period_key
    union all
    select
        period_key,
        'COLLEGE_16M' as metric_code,
        program_year,
        is_counted as is_in_denominator,
        is_counted and is_in_college as is_in_numerator,
        case when is_counted then cast(days_to_college as decimal(14, 2)) end as metric_amount,
        is_counted and is_entry_pending as is_pending,
        is_counted and not is_looked_for as is_unmatched,
        case when is_excluded then 'EXIT_REASON' when has_later_school_year then 'LATER_SCHOOL_YEAR' end as exclusion_code
    from transition
    union all
    select
        period_key,
        'COLLEGE_FIRST_16M' as metric_code,
        program_year,
        is_counted and not was_in_college_before as is_in_denominator,
        is_counted and not was_in_college_before and is_first_entry as is_in_numerator,
        case when is_counted and is_first_entry then cast(days_to_college as decimal(14, 2)) end as metric_amount,
        is_counted and not was_in_college_before and is_entry_pending as is_pending,
        is_counted and not was_in_college_before and not is_looked_for as is_unmatched,
        case
            when is_excluded then 'EXIT_REASON'
            when has_later_school_year then 'LATER_SCHOOL_YEAR'
            when was_in_college_before then 'COLLEGE_BEFORE'
        end as exclusion_code
    from transition
    {% for metric_code, success, pending in [
        ('COLLEGE_PERSISTENCE', 'is_persisting', 'is_next_year_pending'),
        ('COLLEGE_RETENTION', 'is_retained', 'is_next_year_pending'),
        ('COLLEGE_AWARD', 'is_awarded', 'is_award_pending'),
    ] %}
    union all
    select
        period_key,
        '{{ metric_code }}' as metric_code,
        program_year,
        is_in_college and is_counted as is_in_denominator,
        is_in_college and is_counted and {{ success }} as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        is_in_college and is_counted and not {{ success }} and {{ pending }} as is_pending,
        false as is_unmatched,
        case
            when is_excluded then 'EXIT_REASON'
            when has_later_school_year then 'LATER_SCHOOL_YEAR'
            when not is_in_college then 'NOT_IN_COLLEGE'
        end as exclusion_code
    from transition
    {% endfor %}
    union all
    select
        period_key,
        'COLLEGE_EARNINGS' as metric_code,
        program_year,
        is_counted and wage_usd is not null as is_in_denominator,
        is_counted and coalesce(wage_usd > 0, false) as is_in_numerator,
        case when is_counted and wage_usd > 0 then wage_usd end as metric_amount,
        is_counted and is_wage_pending as is_pending,
        is_counted and not is_wage_matched as is_unmatched,
        case when is_excluded then 'EXIT_REASON' when has_later_school_year then 'LATER_SCHOOL_YEAR' end as exclusion_code
    from transition
),

final as (
    select
        counted.period_key,
        counted.metric_code,
        metric.definition_version,
        counted.program_year,
        counted.is_in_denominator,
        counted.is_in_numerator,
        counted.metric_amount,
        counted.is_pending,
        counted.is_unmatched,
        counted.exclusion_code
    from counted
    inner join metric
        on counted.metric_code = metric.metric_code
)

select * from final
