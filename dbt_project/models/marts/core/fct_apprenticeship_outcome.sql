-- How each agreement counts in the metrics of registered apprenticeship (rules 4). The cohort is the programme year of
-- registration.
with

agreement as (
    select * from {{ ref('fct_apprenticeship') }}
),

period as (
    select * from {{ ref('fct_program_period') }} where program_code = 'APPRENTICESHIP'
),

quarter_after as (
    select * from {{ ref('fct_program_period_quarter') }} where anchor_code = 'EXIT' and quarters_from_anchor = 2
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current and family_code = 'APPRENTICESHIP'
),

parameter as (
    select
        max(case when parameter_code = 'RA_HOURS_PER_YEAR' then parameter_value end) as hours_per_year,
        max(case when parameter_code = 'RA_PROBATION_LONGEST_DAYS' then parameter_value end) as probation_longest_days,
        max(case when parameter_code = 'RA_PROBATION_SHARE' then parameter_value end) as probation_share,
        max(case when parameter_code = 'RA_COMPLETION_GRACE_DAYS' then parameter_value end) as grace_days
    from {{ ref('dim_parameter') }}
    where is_in_force
),

build as (
    select * from {{ ref('dim_build') }}
),

-- The term in days: hours left after credit for what was known before, at the hours of a year.
termed as (
    select
        agreement.*,
        period.period_key,
        {{ program_year('agreement.registered_date') }} as program_year,
        period.is_wage_matched,
        cast(floor(
            cast(agreement.term_hours - coalesce(agreement.prior_credit_hours, 0) as double) * 365
            / cast(parameter.hours_per_year as double)
        ) as integer) as term_day_count,
        cast(parameter.probation_longest_days as integer) as probation_longest_days,
        parameter.probation_share,
        cast(parameter.grace_days as integer) as grace_days
    from agreement
    inner join period
        on period.period_key = agreement.person_key || '-APPRENTICESHIP-' || agreement.agreement_no
    cross join parameter
),

-- Probation as registered; else a quarter of the term and no more than a year (29 CFR 29.5(b)(8)).
dated as (
    select
        *,
        {{ add_days('start_date', 'term_day_count + grace_days') }} as due_date,
        coalesce(probation_end_date, {{ add_days(
            'start_date',
            'case when cast(floor(term_day_count * probation_share) as integer) < probation_longest_days
                then cast(floor(term_day_count * probation_share) as integer) else probation_longest_days end'
        ) }}) as last_probation_date
    from termed
),

judged as (
    select
        dated.*,
        dated.completed_date is not null as is_complete,
        -- Only who was shown to be cancelled in probation is left out: not who was cancelled on a day nobody sent (rules 4).
        dated.is_cancelled and coalesce(dated.end_date <= dated.last_probation_date, false) as is_cancelled_in_probation,
        dated.is_cancelled and coalesce(dated.end_date > dated.last_probation_date, true) as is_cancelled_after_probation,
        dated.employed_to_date is null as is_going_on,
        coalesce(dated.due_date < build.as_of_date, false) as is_past_due
    from dated
    cross join build
),

counted as (
    select
        period_key,
        program_year,
        'RA_COMPLETION' as metric_code,
        not is_cancelled_in_probation as is_in_denominator,
        is_complete as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        is_going_on as is_pending,
        false as is_unmatched,
        case when is_cancelled_in_probation then 'CANCELLED_IN_PROBATION' end as exclusion_code
    from judged
    union all
    -- The rate of 29 CFR 29.2 and 29.6: within a year of the date the term would end.
    select
        period_key,
        program_year,
        'RA_COMPLETION_IN_TIME' as metric_code,
        not is_cancelled_in_probation and due_date is not null as is_in_denominator,
        is_complete and coalesce(completed_date <= due_date, false) as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        is_going_on and not is_past_due and due_date is not null as is_pending,
        false as is_unmatched,
        case
            when is_cancelled_in_probation then 'CANCELLED_IN_PROBATION'
            when due_date is null then 'NO_TERM'
        end as exclusion_code
    from judged
    union all
    select
        period_key,
        program_year,
        'RA_CANCELLED_IN_PROBATION' as metric_code,
        true as is_in_denominator,
        is_cancelled_in_probation as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        is_going_on as is_pending,
        false as is_unmatched,
        cast(null as varchar) as exclusion_code
    from judged
    union all
    select
        period_key,
        program_year,
        'RA_CANCELLED_AFTER_PROBATION' as metric_code,
        not is_cancelled_in_probation as is_in_denominator,
        is_cancelled_after_probation as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        is_going_on as is_pending,
        false as is_unmatched,
        case when is_cancelled_in_probation then 'CANCELLED_IN_PROBATION' end as exclusion_code
    from judged
    union all
    select
        period_key,
        program_year,
        'RA_DAYS_TO_COMPLETION' as metric_code,
        is_complete as is_in_denominator,
        is_complete as is_in_numerator,
        cast(case when is_complete then {{ days_between('start_date', 'completed_date') }} end as decimal(14, 2)) as metric_amount,
        is_going_on as is_pending,
        false as is_unmatched,
        cast(null as varchar) as exclusion_code
    from judged
    union all
    select
        period_key,
        program_year,
        'RA_WAGE_GROWTH' as metric_code,
        is_complete and entry_hourly_wage_usd > 0 and exit_hourly_wage_usd is not null as is_in_denominator,
        is_complete and coalesce(exit_hourly_wage_usd > entry_hourly_wage_usd, false) as is_in_numerator,
        cast(
            case when is_complete and entry_hourly_wage_usd > 0
                then (cast(exit_hourly_wage_usd as double) / cast(entry_hourly_wage_usd as double) - 1) * 100
            end as decimal(14, 2)
        ) as metric_amount,
        is_going_on as is_pending,
        false as is_unmatched,
        case when is_complete and not coalesce(entry_hourly_wage_usd > 0 and exit_hourly_wage_usd is not null, false)
            then 'NO_WAGES_ON_AGREEMENT'
        end as exclusion_code
    from judged
    union all
    select
        judged.period_key,
        judged.program_year,
        'RA_EARNINGS_Q2' as metric_code,
        judged.is_complete and coalesce(quarter_after.wage_usd > 0, false) as is_in_denominator,
        judged.is_complete and coalesce(quarter_after.wage_usd > 0, false) as is_in_numerator,
        case when judged.is_complete and quarter_after.wage_usd > 0 then quarter_after.wage_usd end as metric_amount,
        judged.is_going_on
            or (judged.is_complete and not coalesce(quarter_after.is_employed or quarter_after.is_wage_complete, false))
            as is_pending,
        judged.is_complete and not judged.is_wage_matched as is_unmatched,
        cast(null as varchar) as exclusion_code
    from judged
    left join quarter_after
        on judged.period_key = quarter_after.period_key
),

final as (
    select
        counted.period_key,
        counted.metric_code,
        metric.definition_version,
        counted.program_year,
        coalesce(counted.is_in_denominator, false) as is_in_denominator,
        coalesce(counted.is_in_numerator, false) and coalesce(counted.is_in_denominator, false) as is_in_numerator,
        case when counted.is_in_denominator then counted.metric_amount end as metric_amount,
        coalesce(counted.is_pending, false) as is_pending,
        coalesce(counted.is_unmatched, false) as is_unmatched,
        counted.exclusion_code
    from counted
    inner join metric
        on counted.metric_code = metric.metric_code
)

select * from final
