-- How each stay in any programme counts in each measure of programmes: one branch per measure, same columns.
{%- set columns = [
    'period_key', 'metric_code', 'definition_version', 'program_year', 'is_in_denominator', 'is_in_numerator', 'metric_amount',
    'is_pending', 'is_unmatched', 'exclusion_code',
] %}
with

period as (
    select * from {{ ref('fct_program_period') }}
),

period_quarter as (
    select * from {{ ref('fct_program_period_quarter') }}
),

price_index as (
    select * from {{ ref('dim_price_index') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

exit_reason as (
    select * from {{ ref('ref_exit_reason') }}
),

exclusion as (
    select * from {{ ref('int_exclusion_collected') }}
),

observed_quarter as (
    select * from {{ ref('ref_observed_quarter') }}
),

gain_quarter as (
    select * from observed_quarter where gain_sign <> 0
),

wages_on_file as (
    select min(quarter_index) as first_quarter_index from quarter where is_wage_complete
),

-- The reason of exit leaves a stay out of what is measured after it, as in the primary indicators (rules 2); so does one
-- learned from elsewhere from the day it is in force (e17).
learned as (
    select
        period.period_key,
        period.exit_date,
        period.exit_quarter_index,
        exclusion.from_date,
        exclusion.to_date
    from period
    inner join exclusion
        on period.person_key = exclusion.person_key
    inner join exit_reason
        on exclusion.exit_reason_code = exit_reason.code
        and {{ is_excluding('exit_reason', 'period.program_code', "'PROGRAM'") }}
    where period.exit_date is not null
),

left_out_quarter as (
    select distinct
        learned.period_key,
        observed_quarter.quarters_from_anchor,
        observed_quarter.gain_sign
    from learned
    inner join observed_quarter
        on observed_quarter.anchor_code = 'EXIT'
    inner join quarter
        on learned.exit_quarter_index + observed_quarter.quarters_from_anchor = quarter.quarter_index
    where quarter.start_date between learned.from_date and learned.to_date
),

left_out as (
    select
        period_key,
        max(case when exit_date between from_date and to_date then 1 else 0 end) = 1 as is_left_out_at_exit
    from learned
    group by period_key
),

subject as (
    select
        period.*,
        case
            when coalesce({{ is_excluding('exit_reason', 'period.program_code', "'PROGRAM'") }}, false) then 'EXIT_REASON'
            when left_out.is_left_out_at_exit then 'EXIT_REASON'
        end as exit_exclusion_code
    from period
    left join exit_reason
        on period.exit_reason_code = exit_reason.code
    left join left_out
        on period.period_key = left_out.period_key
),

-- Wages of a quarter in the prices of the base quarter, to the cent (O22).
priced_quarter as (
    select
        period_quarter.*,
        gain_quarter.gain_sign,
        cast(
            cast(period_quarter.wage_usd as double) * cast(price_index.price_index_value as double)
            / cast(price_index.index_value as double) as decimal(14, 2)
        ) as real_wage_usd
    from period_quarter
    left join gain_quarter
        on period_quarter.anchor_code = gain_quarter.anchor_code
        and period_quarter.quarters_from_anchor = gain_quarter.quarters_from_anchor
    left join price_index
        on period_quarter.quarter_index = price_index.quarter_index
),

gain_needed as (
    select count(*) as quarter_count from gain_quarter
),

gained as (
    select
        priced_quarter.period_key,
        sum(case when priced_quarter.is_wage_complete then 1 else 0 end) as complete_count,
        max(case when priced_quarter.quarter_index < wages_on_file.first_quarter_index then 1 else 0 end) = 1
            as has_quarter_not_on_file,
        sum(priced_quarter.gain_sign * priced_quarter.wage_usd) as gain_usd,
        case when count(priced_quarter.real_wage_usd) = count(priced_quarter.wage_usd)
            then sum(priced_quarter.gain_sign * priced_quarter.real_wage_usd)
        end as real_gain_usd
    from priced_quarter
    cross join wages_on_file
    where priced_quarter.gain_sign <> 0
    group by priced_quarter.period_key
),

measured_gain as (
    select
        subject.period_key,
        subject.exit_program_year,
        subject.is_wage_matched,
        case
            when subject.exit_exclusion_code is not null then subject.exit_exclusion_code
            when left_out_gain.period_key is not null then 'EXIT_REASON'
            when subject.is_wage_matched and gained.has_quarter_not_on_file then 'WAGES_NOT_ON_FILE'
        end as exclusion_code,
        gained.complete_count = gain_needed.quarter_count as is_complete,
        gained.gain_usd,
        gained.real_gain_usd
    from subject
    cross join gain_needed
    inner join gained
        on subject.period_key = gained.period_key
    left join (select distinct period_key from left_out_quarter where gain_sign <> 0) as left_out_gain
        on subject.period_key = left_out_gain.period_key
    where subject.exit_date is not null
),

served as (
    select
        subject.period_key,
        'PROGRAM_SERVED' as metric_code,
        '1.0' as definition_version,
        quarter.program_year,
        true as is_in_denominator,
        true as is_in_numerator,
        cast(1 as decimal(14, 2)) as metric_amount,
        false as is_pending,
        not subject.is_wage_matched as is_unmatched,
        cast(null as varchar) as exclusion_code
    from subject
    cross join build
    inner join quarter
        on quarter.quarter_number = 3
        and quarter.program_year
            between subject.entry_program_year and coalesce(subject.exit_program_year, {{ program_year('build.as_of_date') }})
),

exited as (
    select
        period_key,
        'PROGRAM_EXITED' as metric_code,
        '1.0' as definition_version,
        exit_program_year as program_year,
        true as is_in_denominator,
        true as is_in_numerator,
        cast(1 as decimal(14, 2)) as metric_amount,
        false as is_pending,
        not is_wage_matched as is_unmatched,
        cast(null as varchar) as exclusion_code
    from subject
    where exit_date is not null
),

{% for metric_code, column in {'PROGRAM_COMPLETION': 'is_completed', 'PROGRAM_PLACEMENT': 'is_placed'}.items() -%}
{{ column[3:] }} as (
    select
        period_key,
        '{{ metric_code }}' as metric_code,
        '1.0' as definition_version,
        exit_program_year as program_year,
        {{ column }} is not null as is_in_denominator,
        coalesce({{ column }}, false) as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        false as is_pending,
        false as is_unmatched,
        case when {{ column }} is null then 'NOT_REPORTED' end as exclusion_code
    from subject
    where exit_date is not null
),

{% endfor -%}

-- A quarter that has not begun has no row yet: pending, like one whose wages are not complete (e3, e18).
{% for number in [2, 4] -%}
exited_q{{ number }} as (
    select
        subject.period_key,
        subject.exit_program_year,
        subject.is_wage_matched,
        coalesce(
            subject.exit_exclusion_code, case when left_out_quarter.period_key is not null then 'EXIT_REASON' end
        ) as exclusion_code
    from subject
    left join left_out_quarter
        on subject.period_key = left_out_quarter.period_key
        and left_out_quarter.quarters_from_anchor = {{ number }}
    where subject.exit_date is not null
),

employed_q{{ number }} as (
    select
        exited.period_key,
        'PROGRAM_EMP_Q{{ number }}' as metric_code,
        '1.0' as definition_version,
        exited.exit_program_year as program_year,
        exited.exclusion_code is null as is_in_denominator,
        exited.exclusion_code is null and coalesce(priced_quarter.is_employed, false) as is_in_numerator,
        cast(null as decimal(14, 2)) as metric_amount,
        exited.exclusion_code is null and exited.is_wage_matched
            and not coalesce(priced_quarter.is_employed or priced_quarter.is_wage_complete, false) as is_pending,
        exited.exclusion_code is null and not exited.is_wage_matched as is_unmatched,
        exited.exclusion_code
    from exited_q{{ number }} as exited
    left join priced_quarter
        on exited.period_key = priced_quarter.period_key
        and priced_quarter.anchor_code = 'EXIT'
        and priced_quarter.quarters_from_anchor = {{ number }}
),

{% endfor -%}
{% for metric_code, column in {'PROGRAM_MEDIAN_Q2': 'wage_usd', 'PROGRAM_MEDIAN_Q2_REAL': 'real_wage_usd'}.items() -%}
{{ metric_code | lower }} as (
    select
        employed_q2.period_key,
        '{{ metric_code }}' as metric_code,
        '1.0' as definition_version,
        employed_q2.program_year,
        employed_q2.is_in_numerator and priced_quarter.{{ column }} is not null as is_in_denominator,
        employed_q2.is_in_numerator and priced_quarter.{{ column }} is not null as is_in_numerator,
        case when employed_q2.is_in_numerator then priced_quarter.{{ column }} end as metric_amount,
        employed_q2.is_pending,
        employed_q2.is_unmatched,
        case
            when employed_q2.exclusion_code is not null then employed_q2.exclusion_code
            when employed_q2.is_in_numerator and priced_quarter.{{ column }} is null then 'NO_PRICE_INDEX'
        end as exclusion_code
    from employed_q2
    left join priced_quarter
        on employed_q2.period_key = priced_quarter.period_key
        and priced_quarter.anchor_code = 'EXIT'
        and priced_quarter.quarters_from_anchor = 2
),

{% endfor -%}

-- Somebody without any way to be matched is out of the gain and stays in the coverage (e38).
{% for metric_code, column in {'EARNINGS_GAIN': 'gain_usd', 'EARNINGS_GAIN_REAL': 'real_gain_usd'}.items() -%}
{{ metric_code | lower }} as (
    select
        period_key,
        '{{ metric_code }}' as metric_code,
        '1.0' as definition_version,
        exit_program_year as program_year,
        exclusion_code is null and is_wage_matched and is_complete and {{ column }} is not null as is_in_denominator,
        coalesce(exclusion_code is null and is_wage_matched and is_complete and {{ column }} > 0, false) as is_in_numerator,
        case when exclusion_code is null and is_wage_matched and is_complete then cast({{ column }} as decimal(14, 2)) end
            as metric_amount,
        exclusion_code is null and is_wage_matched and not is_complete as is_pending,
        exclusion_code is null and not is_wage_matched as is_unmatched,
        case
            when exclusion_code is not null then exclusion_code
            when is_wage_matched and is_complete and {{ column }} is null then 'NO_PRICE_INDEX'
        end as exclusion_code
    from measured_gain
),

{% endfor -%}

final as (
    {% for name in [
        'served', 'exited', 'completed', 'placed', 'employed_q2', 'employed_q4', 'program_median_q2',
        'program_median_q2_real', 'earnings_gain', 'earnings_gain_real',
    ] -%}
    select
        {{ columns | join(',\n        ') }}
    from {{ name }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
