-- One row per period of adult education, described by the row that reaches furthest. Participant: the contact hours of the
-- parameter over its rows; exit: the date on file, else the last activity once the gap has passed without another (rules 1,
-- 3). In secondary education: at a level of the ninth grade and above (parameter) or in an adult secondary programme in any
-- of its fiscal years, and not known to hold a diploma from before entry (rules 3).
{%- set described = [
    'person_key', 'student_id', 'pop_fiscal_year', 'last_activity_date', 'source_exit_date', 'exit_reason_code',
    'adult_ed_program_type_codes', 'entering_efl_code', 'town_code', 'wda_code', 'is_veteran', 'has_disability',
    'farmworker_code', 'employment_status_entry_code', 'provider_id',
] + (barriers().values() | list) %}
with

adult_ed as (
    select * from {{ ref('int_adult_ed_year_deduplicated') }}
),

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }} where program_code = 'ADULT_ED'
),

build as (
    select * from {{ ref('stg_build') }}
),

parameter as (
    select
        max(case when parameter_code = 'AE_PARTICIPANT_HOURS' then parameter_value end) as participant_hours,
        max(case when parameter_code = 'AE_SECONDARY_LEAST_LEVEL' then parameter_value end) as secondary_least_level
    from ({{ in_force(ref('ref_parameter'), ['parameter_code'], ref('stg_build')) }}) as in_force
),

secondary_level as (
    select efl.code
    from {{ ref('ref_efl') }} as efl
    cross join parameter
    where efl.track = 'ABE' and efl.level >= parameter.secondary_least_level
),

first_diploma as (
    select
        person_key,
        min(award_date) as diploma_date
    from {{ ref('int_credential_collected') }}
    where is_diploma
    group by person_key
),

-- Rows of several fiscal years with one entry date say the same hours again: the most of them counts.
entry_hours as (
    select
        person_key,
        period_entry_date,
        entry_date,
        max(most_pop_hours) as pop_hours
    from adult_ed
    group by person_key, period_entry_date, entry_date
),

period_hours as (
    select
        person_key,
        period_entry_date,
        sum(pop_hours) as pop_hours
    from entry_hours
    group by person_key, period_entry_date
),

ranked as (
    select
        adult_ed.*,
        max(case
            when secondary_level.code is not null then 1
            when {{ holds_code('adult_ed.adult_ed_program_type_codes', 'ASE') }} then 1
            else 0
        end) over (partition by adult_ed.person_key, adult_ed.period_entry_date) = 1 as is_at_secondary_level,
        row_number() over (
            partition by adult_ed.person_key, adult_ed.period_entry_date
            order by adult_ed.last_day_date desc, adult_ed.pop_fiscal_year desc, adult_ed.entry_date desc
        ) as reach_order
    from adult_ed
    left join secondary_level
        on adult_ed.entering_efl_code = secondary_level.code
),

final as (
    select
        {% for column in described -%}
        ranked.{{ column }},
        {% endfor -%}
        ranked.period_entry_date as entry_date,
        period_hours.pop_hours,
        period_hours.pop_hours >= parameter.participant_hours as is_participant,
        ranked.is_at_secondary_level
            and coalesce(first_diploma.diploma_date >= ranked.period_entry_date, true) as is_in_secondary,
        case
            when ranked.source_exit_date is not null then ranked.source_exit_date
            when {{ gap_is_over(
                days_between('ranked.last_activity_date', 'build.as_of_date'), 'exit_rule.gap_rule', 'exit_rule.gap_days'
            ) }} then ranked.last_activity_date
        end as exit_date
    from ranked
    cross join build
    cross join parameter
    inner join exit_rule
        on {{ exit_rule_on('exit_rule', "'ADULT_ED'", 'ranked.entry_date') }}
    inner join period_hours
        on ranked.person_key = period_hours.person_key
        and ranked.period_entry_date = period_hours.period_entry_date
    left join first_diploma
        on ranked.person_key = first_diploma.person_key
    where ranked.reach_order = 1
)

select * from final
