{%- set exclusions = {
    'CANCELLED_IN_PROBATION': 'RA_COMPLETION', 'NO_TERM': 'RA_COMPLETION_IN_TIME', 'NO_WAGES_ON_AGREEMENT': 'RA_WAGE_GROWTH',
} %}
{%- set shares = ['RA_COMPLETION', 'RA_COMPLETION_IN_TIME', 'RA_CANCELLED_IN_PROBATION', 'RA_CANCELLED_AFTER_PROBATION'] %}
{%- set medians = {'RA_DAYS_TO_COMPLETION': 'completion_day_count_median', 'RA_WAGE_GROWTH': 'wage_growth_percent_median', 'RA_EARNINGS_Q2': 'earnings_q2_usd_median'} -%}
with

agreement as (
    select
        agreement.*,
        agreement.person_key || '-APPRENTICESHIP-' || agreement.agreement_no as period_key,
        employer.naics_sector_code,
        person.sex_code,
        person.is_bipoc
    from {{ ref('fct_apprenticeship') }} as agreement
    inner join {{ ref('dim_person') }} as person
        on agreement.person_key = person.person_key
    left join {{ ref('dim_employer') }} as employer
        on agreement.ean = employer.ean
),

outcome as (
    select * from {{ ref('fct_apprenticeship_outcome') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

-- A year's agreements are looked at on its last day, the running year's on the as-of day.
program_year as (
    select
        quarter.program_year,
        {{ earlier_of('max(quarter.end_date)', 'max(build.as_of_date)') }} as last_date,
        min(quarter.start_date) as first_date
    from {{ ref('dim_quarter') }} as quarter
    cross join build
    group by quarter.program_year
    having min(quarter.start_date) <= max(build.as_of_date)
),

level as (
    select period_key, 'ALL' as level_code, 'ALL' as level_value, cast(null as varchar) as level_label from agreement
    union all
    select period_key, 'OCCUPATION' as level_code, coalesce(onet_code, occupation_code, 'Unknown') as level_value, trade_text as level_label from agreement
    union all
    select period_key, 'SPONSOR' as level_code, coalesce(sponsor_id, 'Unknown') as level_value, null as level_label from agreement
    union all
    select period_key, 'INDUSTRY' as level_code, coalesce(naics_sector_code, 'Unknown') as level_value, null as level_label from agreement
),

-- One row per agreement and year in which anything of it falls.
in_year as (
    select
        agreement.period_key,
        program_year.program_year,
        case when agreement.registered_date between program_year.first_date and program_year.last_date then 1 else 0 end as registered,
        case
            when agreement.start_date <= program_year.last_date
                and (agreement.employed_to_date is null or agreement.employed_to_date > program_year.last_date)
                and not coalesce(
                    agreement.suspended_from_date <= program_year.last_date
                    and (agreement.suspended_to_date is null or agreement.suspended_to_date >= program_year.last_date),
                    false
                ) then 1 else 0
        end as active,
        case when agreement.completed_date between program_year.first_date and program_year.last_date then 1 else 0 end as completed,
        case
            when agreement.is_cancelled
                and agreement.end_date between program_year.first_date and program_year.last_date then 1 else 0
        end as cancelled,
        case when agreement.sex_code = '2' then 1 else 0 end as woman,
        case when agreement.sex_code in ('1', '2') then 1 else 0 end as of_known_sex,
        case when agreement.is_bipoc then 1 else 0 end as bipoc,
        case when agreement.is_bipoc is not null then 1 else 0 end as of_known_race
    from agreement
    inner join program_year
        on agreement.registered_date <= program_year.last_date
        and (
            agreement.employed_to_date is null
            or agreement.employed_to_date >= program_year.first_date
            or agreement.registered_date >= program_year.first_date
        )
),

counted as (
    select
        in_year.program_year,
        level.level_code,
        level.level_value,
        min(level.level_label) as level_label,
        sum(in_year.registered) as registered_count,
        sum(in_year.active) as active_count,
        sum(in_year.completed) as completed_count,
        sum(in_year.cancelled) as cancelled_count,
        sum(in_year.active * in_year.woman) as active_women_count,
        sum(in_year.active * in_year.of_known_sex) as active_known_sex_count,
        sum(in_year.active * in_year.bipoc) as active_bipoc_count,
        sum(in_year.active * in_year.of_known_race) as active_known_race_count
    from in_year
    inner join level
        on in_year.period_key = level.period_key
    group by in_year.program_year, level.level_code, level.level_value
),

rated as (
    select
        outcome.program_year,
        level.level_code,
        level.level_value,
        {% for code in shares -%}
        sum(case when outcome.metric_code = '{{ code }}' and outcome.is_in_numerator then 1 else 0 end) as {{ code | lower }}_numerator,
        sum(case when outcome.metric_code = '{{ code }}' and outcome.is_in_denominator then 1 else 0 end) as {{ code | lower }}_denominator,
        {% endfor -%}
        {% for code, column in medians.items() -%}
        {{ median_usd("case when outcome.metric_code = '" ~ code ~ "' then outcome.metric_amount end") }} as {{ column }},
        {% endfor -%}
        sum(case when outcome.metric_code = 'RA_COMPLETION' and outcome.is_pending then 1 else 0 end) as pending_count,
        sum(case when outcome.metric_code = 'RA_EARNINGS_Q2' and outcome.is_unmatched then 1 else 0 end) as unmatched_count,
        sum(case when outcome.metric_code = 'RA_COMPLETION' and outcome.exclusion_code is not null then 1 else 0 end) as excluded_count,
        {% for code, metric_code in exclusions.items() -%}
        sum(case when outcome.metric_code = '{{ metric_code }}' and outcome.exclusion_code = '{{ code }}' then 1 else 0 end)
            as {{ excluded_column(code) }}{{ ',' if not loop.last }}
        {% endfor %}
    from outcome
    inner join level
        on outcome.period_key = level.period_key
    group by outcome.program_year, level.level_code, level.level_value
),

final as (
    select
        counted.program_year,
        counted.level_code,
        counted.level_value,
        counted.level_label,
        cast(counted.registered_count as bigint) as registered_count,
        cast(counted.active_count as bigint) as active_count,
        cast(counted.completed_count as bigint) as completed_count,
        cast(counted.cancelled_count as bigint) as cancelled_count,
        cast(cast(counted.active_women_count as double) / nullif(counted.active_known_sex_count, 0) as decimal(7, 6)) as active_women_share,
        cast(cast(counted.active_bipoc_count as double) / nullif(counted.active_known_race_count, 0) as decimal(7, 6)) as active_bipoc_share,
        cast(coalesce(rated.ra_completion_numerator, 0) as bigint) as numerator_count,
        cast(coalesce(rated.ra_completion_denominator, 0) as bigint) as denominator_count,
        {% for code in shares -%}
        cast(
            cast(rated.{{ code | lower }}_numerator as double) / nullif(rated.{{ code | lower }}_denominator, 0) as decimal(7, 6)
        ) as {{ code[3:] | lower }}_share,
        {% endfor -%}
        {% for column in medians.values() -%}
        rated.{{ column }},
        {% endfor -%}
        cast(coalesce(rated.pending_count, 0) as bigint) as pending_count,
        cast(coalesce(rated.unmatched_count, 0) as bigint) as unmatched_count,
        cast(coalesce(rated.excluded_count, 0) as bigint) as excluded_count,
        {{ excluded_counts(exclusions, 'rated') -}}
        build.as_of_date,
        build.definition_version,
        build.run_id
    from counted
    left join rated
        on counted.program_year = rated.program_year
        and counted.level_code = rated.level_code
        and counted.level_value = rated.level_value
    cross join build
)

select * from final
