{%- set counts = {
    'level_gain_count': "result_code = 'LEVEL_GAIN'",
    'diploma_count': "result_code = 'DIPLOMA'",
    'other_gain_count': "result_code = 'OTHER_GAIN'",
    'separated_count': "result_code = 'SEPARATED'",
    'remaining_count': "result_code = 'REMAINING'",
    'gain_by_test_count': "not is_excluded and has_gain_by_test",
    'gain_by_credits_count': "not is_excluded and has_gain_by_credits",
    'gain_by_college_entry_count': "not is_excluded and has_gain_by_college_entry",
    'any_diploma_count': "not is_excluded and has_diploma",
    'any_other_gain_count': "not is_excluded and has_other_gain",
    'numerator_count': "not is_excluded and has_gain",
    'denominator_count': "not is_excluded",
    'pending_count': "is_pending",
    'unmatched_count': "is_unmatched",
    'excluded_count': "is_excluded",
    'excluded_institutionalised_count': "exclusion_code = '01'",
    'excluded_medical_count': "exclusion_code = '02'",
    'excluded_deceased_count': "exclusion_code = '03'",
    'excluded_called_up_count': "exclusion_code = '04'",
} -%}
with

skill_gain as (
    select * from {{ ref('fct_adult_ed_skill_gain') }}
),

metric as (
    select * from {{ ref('dim_metric') }} where metric_code = 'NRS_MSG' and is_current
),

build as (
    select * from {{ ref('dim_build') }}
),

level as (
    select distinct
        coalesce(entering_efl_code, 'NOT_STATED') as efl_code,
        coalesce(entering_efl_code, 'NOT_STATED') as entering_efl_code
    from skill_gain
    union all
    select distinct
        coalesce(entering_efl_code, 'NOT_STATED') as efl_code,
        'ALL' as entering_efl_code
    from skill_gain
),

basis as (
    select 'FIRST' as period_basis_code
    union all
    select 'ALL' as period_basis_code
),

summed as (
    select
        skill_gain.program_year,
        basis.period_basis_code,
        level.entering_efl_code,
        count(*) as participation_count,
        count(distinct skill_gain.person_key) as person_count,
        sum(skill_gain.attendance_hours) as attendance_hours,
        {% for column, condition in counts.items() -%}
        sum(case when {{ condition }} then 1 else 0 end) as {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from skill_gain
    inner join basis
        on basis.period_basis_code = 'ALL' or skill_gain.is_first_period
    inner join level
        on coalesce(skill_gain.entering_efl_code, 'NOT_STATED') = level.efl_code
    group by skill_gain.program_year, basis.period_basis_code, level.entering_efl_code
),

final as (
    select
        summed.program_year,
        summed.period_basis_code,
        summed.entering_efl_code,
        cast(summed.participation_count as bigint) as participation_count,
        cast(summed.person_count as bigint) as person_count,
        cast(summed.attendance_hours as decimal(14, 2)) as attendance_hours,
        {% for column in counts -%}
        cast(summed.{{ column }} as bigint) as {{ column }},
        {% endfor -%}
        cast(
            cast(summed.numerator_count as double) / nullif(summed.denominator_count, 0) as decimal(7, 6)
        ) as skill_gain_share,
        build.as_of_date,
        metric.definition_version,
        build.run_id
    from summed
    cross join build
    cross join metric
)

select * from final
