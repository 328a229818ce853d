{%- set exclusions = ['not_ended', 'employer_unknown', 'wages_not_on_file', 'no_wage_before', 'not_reported'] -%}
with

training as (
    select * from {{ ref('fct_employer_training') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

-- Every trainee under the company and under ALL. A company is called what its rows call it, first by the alphabet.
shown as (
    select
        training.*,
        company_key as shown_company_key,
        employer_name as shown_company_label
    from training
    union all
    select
        training.*,
        'ALL' as shown_company_key,
        cast(null as varchar) as shown_company_label
    from training
),

-- What each row brings to a figure: trainees for amounts and hours, persons only for what comes after (e44).
{% set facts = {
    'IWT_TRAINEES': 'cast(null as decimal(14, 2))',
    'IWT_STATE_COST': 'state_amount_usd',
    'IWT_EMPLOYER_MATCH': 'employer_match_usd',
} -%}
counted as (
    {% for metric_code, amount in facts.items() -%}
    select
        shown.*,
        '{{ metric_code }}' as metric_code,
        {{ 'trainee_count' if metric_code == 'IWT_TRAINEES' else 'case when ' ~ amount ~ ' is not null then trainee_count else 0 end' }}
            as denominator_units,
        {{ 'trainee_count' if metric_code == 'IWT_TRAINEES' else 'case when ' ~ amount ~ ' > 0 then trainee_count else 0 end' }}
            as numerator_units,
        {{ amount }} as amount_usd,
        cast(null as decimal(14, 2)) as before_usd,
        cast(null as decimal(14, 2)) as after_usd,
        cast(null as decimal(14, 2)) as hours,
        0 as pending_units,
        0 as unmatched_units,
        {{ "cast(null as varchar)" if metric_code == 'IWT_TRAINEES' else "case when " ~ amount ~ " is null then 'NOT_REPORTED' end" }}
            as exclusion_code,
        trainee_count as excluded_units
    from shown
    union all
    {% endfor -%}
    select
        shown.*,
        'IWT_HOURS' as metric_code,
        trainee_count as denominator_units,
        trainee_count as numerator_units,
        cast(null as decimal(14, 2)) as amount_usd,
        cast(null as decimal(14, 2)) as before_usd,
        cast(null as decimal(14, 2)) as after_usd,
        cast(training_hours * trainee_count as decimal(14, 2)) as hours,
        0 as pending_units,
        0 as unmatched_units,
        cast(null as varchar) as exclusion_code,
        0 as excluded_units
    from shown
),

after_training as (
    select
        shown.*,
        case
            when training_end_date is null then 'NOT_ENDED'
            when employer_key is null then 'EMPLOYER_UNKNOWN'
        end as retention_exclusion_code,
        case
            when training_end_date is null then 'NOT_ENDED'
            when is_wage_matched and has_quarter_not_on_file then 'WAGES_NOT_ON_FILE'
            when year_before_wage_usd <= 0 then 'NO_WAGE_BEFORE'
        end as growth_exclusion_code
    from shown
    where not is_headcount
),

followed as (
    {% for number in [2, 4] -%}
    select
        training_key, person_key, state_fiscal_year, shown_company_key, shown_company_label, is_headcount, trainee_count,
        'IWT_RETENTION_Q{{ number }}' as metric_code,
        case when retention_exclusion_code is null then 1 else 0 end as denominator_units,
        case when retention_exclusion_code is null and is_retained_q{{ number }} then 1 else 0 end as numerator_units,
        cast(null as decimal(14, 2)) as amount_usd,
        cast(null as decimal(14, 2)) as before_usd,
        cast(null as decimal(14, 2)) as after_usd,
        case when retention_exclusion_code is null and is_wage_matched and is_retained_q{{ number }} is null then 1 else 0 end
            as pending_units,
        case when retention_exclusion_code is null and not is_wage_matched then 1 else 0 end as unmatched_units,
        retention_exclusion_code as exclusion_code
    from after_training
    union all
    {% endfor -%}
    select
        training_key, person_key, state_fiscal_year, shown_company_key, shown_company_label, is_headcount, trainee_count,
        'IWT_WAGE_GROWTH' as metric_code,
        case when growth_exclusion_code is null and year_before_wage_usd is not null then 1 else 0 end as denominator_units,
        case when growth_exclusion_code is null and year_after_wage_usd > year_before_wage_usd then 1 else 0 end
            as numerator_units,
        cast(case when growth_exclusion_code is null then year_after_wage_usd - year_before_wage_usd end as decimal(14, 2))
            as amount_usd,
        case when growth_exclusion_code is null then year_before_wage_usd end as before_usd,
        case when growth_exclusion_code is null then year_after_wage_usd end as after_usd,
        case when growth_exclusion_code is null and is_wage_matched and year_before_wage_usd is null then 1 else 0 end
            as pending_units,
        case when growth_exclusion_code is null and not is_wage_matched then 1 else 0 end as unmatched_units,
        growth_exclusion_code as exclusion_code
    from after_training
    union all
    select
        training_key, person_key, state_fiscal_year, shown_company_key, shown_company_label, is_headcount, trainee_count,
        'IWT_HOURLY_GROWTH' as metric_code,
        case when hourly_wage_before_usd > 0 and hourly_wage_after_usd is not null then 1 else 0 end as denominator_units,
        case when hourly_wage_before_usd > 0 and hourly_wage_after_usd > hourly_wage_before_usd then 1 else 0 end
            as numerator_units,
        cast(case when hourly_wage_before_usd > 0 then hourly_wage_after_usd - hourly_wage_before_usd end as decimal(14, 2))
            as amount_usd,
        case when hourly_wage_before_usd > 0 and hourly_wage_after_usd is not null then hourly_wage_before_usd end as before_usd,
        case when hourly_wage_before_usd > 0 then hourly_wage_after_usd end as after_usd,
        0 as pending_units,
        0 as unmatched_units,
        case when hourly_wage_before_usd > 0 and hourly_wage_after_usd is not null then null else 'NOT_REPORTED' end
            as exclusion_code
    from after_training
),

line as (
    {% set columns = [
        'training_key', 'person_key', 'state_fiscal_year', 'shown_company_key', 'shown_company_label', 'is_headcount',
        'trainee_count', 'metric_code', 'denominator_units', 'numerator_units', 'amount_usd', 'before_usd', 'after_usd',
        'pending_units', 'unmatched_units', 'exclusion_code',
    ] -%}
    select
        {{ columns | join(', ') }},
        hours,
        excluded_units
    from counted
    union all
    select
        {{ columns | join(', ') }},
        cast(null as decimal(14, 2)) as hours,
        1 as excluded_units
    from followed
),

summed as (
    select
        state_fiscal_year,
        shown_company_key as company_key,
        metric_code,
        min(shown_company_label) as company_label,
        count(distinct person_key) as person_count,
        sum(case when is_headcount then 0 else 1 end) as employee_count,
        sum(case when is_headcount then trainee_count else 0 end) as headcount_count,
        sum(denominator_units) as denominator_count,
        sum(numerator_units) as numerator_count,
        sum(amount_usd) as total_usd,
        {{ median_usd('amount_usd') }} as median_usd,
        sum(before_usd) as before_usd,
        sum(after_usd) as after_usd,
        sum(hours) as total_hours,
        sum(pending_units) as pending_count,
        sum(unmatched_units) as unmatched_count,
        sum(case when exclusion_code is not null then excluded_units else 0 end) as excluded_count,
        {% for code in exclusions -%}
        sum(case when exclusion_code = '{{ code | upper }}' then excluded_units else 0 end) as excluded_{{ code }}_count
        {{- ',' if not loop.last }}
        {% endfor %}
    from line
    group by state_fiscal_year, shown_company_key, metric_code
),

company as (
    select
        state_fiscal_year,
        count(distinct company_key) as company_count
    from training
    group by state_fiscal_year
),

final as (
    select
        summed.state_fiscal_year,
        summed.company_key,
        summed.company_label,
        summed.metric_code,
        cast(case when summed.company_key = 'ALL' then company.company_count else 1 end as bigint) as company_count,
        cast(summed.employee_count as bigint) as employee_count,
        cast(summed.person_count as bigint) as person_count,
        cast(summed.headcount_count as bigint) as headcount_count,
        cast(summed.numerator_count as bigint) as numerator_count,
        cast(summed.denominator_count as bigint) as denominator_count,
        case when metric.unit_code = 'share'
            then cast(cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6))
        end as metric_share,
        cast(summed.total_usd as decimal(14, 2)) as total_usd,
        cast(cast(summed.total_usd as double) / nullif(summed.denominator_count, 0) as decimal(14, 2)) as mean_usd,
        case when metric.unit_code = 'ratio' then summed.median_usd end as median_usd,
        cast(cast(summed.before_usd as double) / nullif(summed.denominator_count, 0) as decimal(14, 2)) as before_mean_usd,
        cast(cast(summed.after_usd as double) / nullif(summed.denominator_count, 0) as decimal(14, 2)) as after_mean_usd,
        cast(cast(summed.after_usd as double) / nullif(summed.before_usd, 0) - 1 as decimal(12, 6)) as growth_ratio,
        cast(summed.total_hours as decimal(14, 2)) as total_hours,
        cast(cast(summed.total_hours as double) / nullif(summed.denominator_count, 0) as decimal(14, 2)) as mean_hours,
        cast(summed.pending_count as bigint) as pending_count,
        cast(summed.unmatched_count as bigint) as unmatched_count,
        cast(summed.excluded_count as bigint) as excluded_count,
        {% for code in exclusions -%}
        cast(summed.excluded_{{ code }}_count as bigint) as excluded_{{ code }}_count,
        {% endfor -%}
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from summed
    cross join build
    inner join metric
        on summed.metric_code = metric.metric_code
    inner join company
        on summed.state_fiscal_year = company.state_fiscal_year
)

select * from final
