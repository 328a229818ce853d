-- How each stay that ended counts in the observable part of a good job: one branch per measure, same columns.
{%- set columns = [
    'period_key', 'metric_code', 'definition_version', 'program_year', 'is_in_denominator', 'is_in_numerator', 'metric_amount',
    'is_pending', 'is_unmatched', 'exclusion_code',
] %}
with

period as (
    select * from {{ ref('fct_program_period') }} where exit_date is not null
),

exited as (
    select * from {{ ref('fct_program_outcome') }} where metric_code = 'PROGRAM_EMP_Q2'
),

employment as (
    select * from {{ ref('fct_employment_quarter') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

-- Wages that came by person name no employer, there or beside it (rules s13).
named as (
    select
        quarter_index,
        is_wage_complete and coalesce(wage_basis_code, 'EMPLOYER') <> 'PERSON' as is_complete,
        coalesce(wage_basis_code, 'EMPLOYER') = 'PERSON'
            or coalesce(lag(wage_basis_code) over (order by quarter_index), 'EMPLOYER') = 'PERSON'
            or coalesce(lead(wage_basis_code) over (order by quarter_index), 'EMPLOYER') = 'PERSON' as is_employer_unknown
    from quarter
),

threshold as (
    select * from {{ ref('dim_good_job_threshold') }}
),

metric as (
    select * from {{ ref('dim_metric') }}
),

wages_on_file as (
    select min(quarter_index) as first_quarter_index from quarter where is_wage_complete
),

parameter as (
    select * from {{ ref('dim_parameter') }} where parameter_code = 'FULL_TIME_YEAR_HOURS' and is_in_force
),

-- Who is left out of employment after exit is left out here (rules 2).
subject as (
    select
        period.period_key,
        period.person_key,
        period.wda_code,
        period.exit_quarter_index,
        period.exit_program_year as program_year,
        period.is_wage_matched,
        exited.exclusion_code
    from period
    inner join exited
        on period.period_key = exited.period_key
),

observed as (
    {% for number in [2, 4] -%}
    select
        subject.period_key,
        subject.person_key,
        subject.wda_code,
        subject.is_wage_matched,
        {{ number }} as quarters_after,
        subject.exit_quarter_index + {{ number }} as quarter_index
    from subject
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

job as (
    select
        observed.period_key,
        observed.quarters_after,
        employment.employer_key,
        employment.wage_usd,
        employment.is_full_quarter
    from observed
    inner join employment
        on observed.person_key = employment.person_key
        and observed.quarter_index = employment.quarter_index
),

job_summed as (
    select
        period_key,
        quarters_after,
        max(case when is_full_quarter then wage_usd end) as full_wage_usd,
        max(case when is_full_quarter is null then wage_usd end) as open_wage_usd
    from job
    group by period_key, quarters_after
),

-- The best job of the quarter that lasted all of it; null while one may still turn out to be, or may still be reported.
seen as (
    select
        observed.period_key,
        observed.quarters_after,
        observed.quarter_index,
        coalesce(observed.wda_code, 'ALL') as wda_code,
        job_summed.full_wage_usd,
        job_summed.open_wage_usd,
        coalesce(named.is_complete, false) as is_complete,
        coalesce(named.is_employer_unknown, false) as is_employer_unknown,
        observed.is_wage_matched and observed.quarter_index <= wages_on_file.first_quarter_index as is_before_wages,
        case
            when job_summed.full_wage_usd is not null then true
            when named.is_complete and job_summed.open_wage_usd is null then false
        end as is_full_quarter
    from observed
    cross join wages_on_file
    left join named
        on observed.quarter_index = named.quarter_index
    left join job_summed
        on observed.period_key = job_summed.period_key
        and observed.quarters_after = job_summed.quarters_after
),

-- Four quarters like this one against a year's threshold (O24).
judged as (
    select
        seen.period_key,
        seen.quarters_after,
        version.definition_version,
        seen.is_before_wages,
        seen.is_employer_unknown,
        threshold.threshold_annual_usd is not null as has_threshold,
        case
            when seen.full_wage_usd * 4 >= threshold.threshold_annual_usd then true
            when seen.open_wage_usd * 4 >= threshold.threshold_annual_usd or not seen.is_complete then null
            else false
        end as is_good
    from seen
    cross join (select definition_version from metric where metric_code = 'GOOD_JOB') as version
    left join threshold
        on version.definition_version = threshold.definition_version
        and seen.wda_code = threshold.wda_code
        and seen.quarter_index = threshold.quarter_index
),

stayed as (
    select period_key
    from (
        select
            period_key,
            employer_key
        from job
        where is_full_quarter
        group by period_key, employer_key
        having count(*) = 2
    ) as same_job
    group by period_key
),

{% for number in [2, 4] -%}
full_quarter_q{{ number }} as (
    select
        subject.period_key,
        subject.program_year,
        subject.is_wage_matched,
        'FULL_QUARTER_Q{{ number }}' as metric_code,
        '1.0' as definition_version,
        case
            when subject.exclusion_code is not null then subject.exclusion_code
            when seen.is_before_wages then 'WAGES_NOT_ON_FILE'
        end as exclusion_code,
        true as is_asked,
        seen.is_full_quarter as is_reached,
        seen.is_employer_unknown,
        cast(null as decimal(14, 2)) as metric_amount
    from subject
    inner join seen
        on subject.period_key = seen.period_key
        and seen.quarters_after = {{ number }}
),

{% endfor -%}

hourly as (
    select
        subject.period_key,
        subject.program_year,
        subject.is_wage_matched,
        'FULL_QUARTER_HOURLY_Q2' as metric_code,
        '1.0' as definition_version,
        case
            when subject.exclusion_code is not null then subject.exclusion_code
            when seen.is_before_wages then 'WAGES_NOT_ON_FILE'
        end as exclusion_code,
        seen.is_full_quarter as is_asked,
        seen.is_full_quarter as is_reached,
        seen.is_employer_unknown,
        cast(
            cast(seen.full_wage_usd as double) * 4 / cast(parameter.parameter_value as double) as decimal(14, 2)
        ) as metric_amount
    from subject
    cross join parameter
    inner join seen
        on subject.period_key = seen.period_key
        and seen.quarters_after = 2
),

stability as (
    select
        subject.period_key,
        subject.program_year,
        subject.is_wage_matched,
        'JOB_STABILITY' as metric_code,
        '1.0' as definition_version,
        case
            when subject.exclusion_code is not null then subject.exclusion_code
            when first_seen.is_before_wages then 'WAGES_NOT_ON_FILE'
        end as exclusion_code,
        first_seen.is_full_quarter as is_asked,
        case
            when stayed.period_key is not null then true
            when later_seen.is_complete and later_seen.open_wage_usd is null then false
        end as is_reached,
        first_seen.is_employer_unknown or later_seen.is_employer_unknown as is_employer_unknown,
        cast(null as decimal(14, 2)) as metric_amount
    from subject
    inner join seen as first_seen
        on subject.period_key = first_seen.period_key
        and first_seen.quarters_after = 2
    inner join seen as later_seen
        on subject.period_key = later_seen.period_key
        and later_seen.quarters_after = 4
    left join stayed
        on subject.period_key = stayed.period_key
),

good_job_q2 as (
    select
        subject.period_key,
        subject.program_year,
        subject.is_wage_matched,
        'GOOD_JOB_Q2' as metric_code,
        judged.definition_version,
        case
            when subject.exclusion_code is not null then subject.exclusion_code
            when judged.is_before_wages then 'WAGES_NOT_ON_FILE'
            when not judged.has_threshold then 'NO_THRESHOLD'
        end as exclusion_code,
        true as is_asked,
        judged.is_good as is_reached,
        judged.is_employer_unknown,
        cast(null as decimal(14, 2)) as metric_amount
    from subject
    inner join judged
        on subject.period_key = judged.period_key
        and judged.quarters_after = 2
),

good_job as (
    select
        subject.period_key,
        subject.program_year,
        subject.is_wage_matched,
        'GOOD_JOB' as metric_code,
        first_judged.definition_version,
        case
            when subject.exclusion_code is not null then subject.exclusion_code
            when first_judged.is_before_wages then 'WAGES_NOT_ON_FILE'
            when not first_judged.has_threshold or not later_judged.has_threshold then 'NO_THRESHOLD'
        end as exclusion_code,
        true as is_asked,
        first_judged.is_good and later_judged.is_good as is_reached,
        first_judged.is_employer_unknown or later_judged.is_employer_unknown as is_employer_unknown,
        cast(null as decimal(14, 2)) as metric_amount
    from subject
    inner join judged as first_judged
        on subject.period_key = first_judged.period_key
        and first_judged.quarters_after = 2
    inner join judged as later_judged
        on subject.period_key = later_judged.period_key
        and later_judged.quarters_after = 4
        and first_judged.definition_version = later_judged.definition_version
),

measured as (
    {% for name in ['full_quarter_q2', 'full_quarter_q4', 'hourly', 'stability', 'good_job_q2', 'good_job'] -%}
    select * from {{ name }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Open: not decided by what is on file.
opened as (
    select
        *,
        is_asked is null or is_asked and is_reached is null as is_open
    from measured
),

reasoned as (
    select
        period_key,
        metric_code,
        definition_version,
        program_year,
        is_wage_matched,
        is_asked,
        is_reached,
        is_open,
        metric_amount,
        case
            when exclusion_code is null and is_wage_matched and is_open and is_employer_unknown then 'EMPLOYER_UNKNOWN'
            else exclusion_code
        end as exclusion_code
    from opened
),

final as (
    select
        period_key,
        metric_code,
        definition_version,
        program_year,
        exclusion_code is null and coalesce(is_asked, false) as is_in_denominator,
        exclusion_code is null and coalesce(is_asked and is_reached, false) as is_in_numerator,
        case when exclusion_code is null and is_asked and is_reached then metric_amount end as metric_amount,
        exclusion_code is null and is_wage_matched and is_open as is_pending,
        exclusion_code is null and not is_wage_matched as is_unmatched,
        exclusion_code
    from reasoned
)

select
    {{ columns | join(',\n    ') }}
from final
