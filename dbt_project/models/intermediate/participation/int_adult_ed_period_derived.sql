-- Title II periods come ready made from LACES: one per person and entry date, the newest fiscal year's row describing
-- it. Participant: 12 contact hours; exit: the date on file, else the last activity once 90 days have passed without
-- another (rules 1, 3). In secondary education: at level ABE5 or ABE6 (ninth grade and above) or in an adult secondary
-- programme in any of its fiscal years, and not known to hold a diploma from before entry (rules 3).
with

adult_ed as (
    select * from {{ ref('stg_adult_ed') }} where person_key is not null
),

program as (
    select * from {{ ref('ref_program') }} where code = 'ADULT_ED'
),

build as (
    select * from {{ ref('stg_build') }}
),

first_diploma as (
    select
        person_key,
        min(award_date) as diploma_date
    from {{ ref('int_credential_collected') }}
    where is_diploma
    group by person_key
),

ranked as (
    select
        *,
        max(case
            when entering_efl_code in ('ABE5', 'ABE6') then 1
            when ';' || adult_ed_program_type_codes || ';' like '%;ASE;%' then 1
            else 0
        end) over (partition by person_key, entry_date) = 1 as is_at_secondary_level,
        max(pop_hours) over (partition by person_key, entry_date) as most_pop_hours,
        row_number() over (
            partition by person_key, entry_date
            order by pop_fiscal_year desc, last_activity_date desc, _extract_ts desc, _batch_id desc, _row_no desc
        ) as recency
    from adult_ed
),

final as (
    select
        ranked.*,
        ranked.most_pop_hours >= 12 as is_participant,
        ranked.is_at_secondary_level
            and coalesce(first_diploma.diploma_date >= ranked.entry_date, true) as is_in_secondary,
        case
            when ranked.source_exit_date is not null then ranked.source_exit_date
            when {{ gap_is_over(
                days_between('ranked.last_activity_date', 'build.as_of_date'), 'program.gap_rule', 'program.gap_days'
            ) }} then ranked.last_activity_date
        end as exit_date
    from ranked
    cross join program
    cross join build
    left join first_diploma
        on ranked.person_key = first_diploma.person_key
    where ranked.recency = 1
        and ranked.entry_date <= build.as_of_date
)

select * from final
