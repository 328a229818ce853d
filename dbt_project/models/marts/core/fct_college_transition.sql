with

transition as (
    {{ in_force(ref('ref_college_transition'), ['program_code'], ref('dim_build')) }}
),

build as (
    select * from {{ ref('dim_build') }}
),

term as (
    select * from {{ ref('fct_ps_term') }} where is_college_term
),

award as (
    select * from {{ ref('fct_ps_award') }}
),

exit_reason as (
    select * from {{ ref('ref_exit_reason') }}
),

person_asked as (
    select * from {{ ref('int_ps_person_asked') }}
),

told as (
    {{ college_terms_told(ref('fct_ps_term')) }}
),

school_year as (
    select distinct
        {{ dual_credit_period_key('person_key', 'school_year') }} as period_key,
        school_year
    from {{ ref('fct_dual_credit_course') }}
),

period as (
    select
        period.period_key,
        period.person_key,
        period.program_code,
        period.exit_date,
        transition.anchor_code,
        transition.entry_months,
        transition.award_months,
        transition.earnings_from_quarter,
        transition.earnings_to_quarter,
        period.is_wage_matched,
        coalesce(exit_reason.excludes_all, false) as is_excluded,
        case
            when transition.anchor_code = 'SCHOOL_YEAR_END'
                then cast(cast(school_year.school_year + 1 as varchar) || '-06-30' as date)
            else period.exit_date
        end as anchor_date,
        row_number() over (
            partition by period.person_key, period.program_code order by period.entry_date desc, period.period_key desc
        ) as recency
    from {{ ref('fct_program_period') }} as period
    inner join transition
        on period.program_code = transition.program_code
    left join school_year
        on period.period_key = school_year.period_key
    left join exit_reason
        on period.exit_reason_code = exit_reason.code
    where period.exit_date is not null
),

anchored as (
    select
        period.*,
        {{ months_after('period.anchor_date', 'period.entry_months') }} as entry_window_end_date,
        {{ months_after('period.anchor_date', 'period.award_months') }} as award_window_end_date,
        -- Who takes dual credit again next year has not left high school.
        period.anchor_code = 'SCHOOL_YEAR_END' and period.recency > 1 as has_later_school_year
    from period
    cross join build
    where period.anchor_date <= build.as_of_date
),

entry as (
    select
        anchored.period_key,
        term.begin_date,
        term.school_year,
        term.institution_code,
        term.current_institution_code,
        term.college_level_code,
        term.is_first_entry,
        row_number() over (
            partition by anchored.period_key order by term.begin_date, term.term_code, term.institution_code
        ) as term_order
    from anchored
    inner join term
        on anchored.person_key = term.person_key
        and term.begin_date between anchored.exit_date and anchored.entry_window_end_date
),

-- Whose first college term is not on file, a transfer student's, was at college before our files begin.
college_person as (
    select
        person_key,
        min(case when is_first_entry then begin_date end) as first_entry_date
    from term
    group by person_key
),

next_year as (
    select
        entry.period_key,
        max(case when term.current_institution_code = entry.current_institution_code then 1 else 0 end) = 1 as is_retained
    from entry
    inner join anchored
        on entry.period_key = anchored.period_key
    inner join term
        on anchored.person_key = term.person_key
        and term.school_year = entry.school_year + 1
    where entry.term_order = 1
    group by entry.period_key
),

awarded as (
    select
        anchored.period_key,
        min(award.award_date) as first_award_date
    from anchored
    inner join award
        on anchored.person_key = award.person_key
        and award.award_date between anchored.exit_date and anchored.award_window_end_date
    group by anchored.period_key
),

earned as (
    select
        anchored.period_key,
        sum(quarter.wage_usd) as wage_usd,
        count(quarter.wage_usd) as quarter_count
    from anchored
    inner join {{ ref('fct_program_period_quarter') }} as quarter
        on anchored.period_key = quarter.period_key
        and quarter.anchor_code = 'EXIT'
        and quarter.quarters_from_anchor between anchored.earnings_from_quarter and anchored.earnings_to_quarter
    group by anchored.period_key
),

final as (
    select
        anchored.period_key,
        anchored.person_key,
        anchored.program_code,
        {{ program_year('anchored.anchor_date') }} as program_year,
        anchored.anchor_date,
        anchored.entry_window_end_date,
        anchored.award_window_end_date,
        anchored.is_excluded,
        anchored.has_later_school_year,
        person_asked.person_key is not null as is_looked_for,
        anchored.is_wage_matched,
        college_person.person_key is not null
            and coalesce(college_person.first_entry_date < anchored.exit_date, true) as was_in_college_before,
        entry.period_key is not null as is_in_college,
        coalesce(entry.is_first_entry, false) as is_first_entry,
        entry.begin_date as college_begin_date,
        cast({{ days_between('anchored.anchor_date', 'entry.begin_date') }} as integer) as days_to_college,
        entry.institution_code,
        entry.college_level_code,
        entry.period_key is null
            and coalesce(anchored.entry_window_end_date > told.known_to_date, true) as is_entry_pending,
        next_year.period_key is not null as is_persisting,
        coalesce(next_year.is_retained, false) as is_retained,
        entry.period_key is not null
            and coalesce(entry.school_year + 1 > told.known_to_school_year, true) as is_next_year_pending,
        awarded.period_key is not null as is_awarded,
        awarded.first_award_date,
        awarded.period_key is null and build.as_of_date < anchored.award_window_end_date as is_award_pending,
        case
            when earned.quarter_count = anchored.earnings_to_quarter - anchored.earnings_from_quarter + 1
                then cast(earned.wage_usd as decimal(14, 2))
        end as wage_usd,
        anchored.is_wage_matched
            and coalesce(earned.quarter_count, 0) < anchored.earnings_to_quarter - anchored.earnings_from_quarter + 1
            as is_wage_pending
    from anchored
    cross join build
    cross join told
    left join person_asked
        on anchored.person_key = person_asked.person_key
    left join college_person
        on anchored.person_key = college_person.person_key
    left join entry
        on anchored.period_key = entry.period_key
        and entry.term_order = 1
    left join next_year
        on anchored.period_key = next_year.period_key
    left join awarded
        on anchored.period_key = awarded.period_key
    left join earned
        on anchored.period_key = earned.period_key
)

select * from final
