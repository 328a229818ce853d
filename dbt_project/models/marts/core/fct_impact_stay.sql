with

period as (
    select * from {{ ref('fct_program_period') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

program as (
    select * from {{ ref('ref_impact_program') }}
),

observed as (
    select
        min(quarters_from_anchor) as first_quarter,
        max(quarters_from_anchor) as last_quarter
    from {{ ref('ref_observed_quarter') }}
    where anchor_code = 'ENTRY'
),

treated as (
    select period.*
    from period
    inner join program
        on period.program_code = program.program_code
),

comparison_program as (
    select distinct comparison_program_code as program_code from program
),

-- Who was in a programme whose impact is estimated in any quarter that is looked at is in nobody's comparison group.
untreated as (
    select period.*
    from period
    inner join comparison_program
        on period.program_code = comparison_program.program_code
    where not exists (
        select 1
        from treated
        cross join observed
        where
            treated.person_key = period.person_key
            and treated.entry_quarter_index <= period.entry_quarter_index + observed.last_quarter
            and coalesce(treated.exit_quarter_index, treated.entry_quarter_index)
            >= period.entry_quarter_index + observed.first_quarter
    )
),

chosen as (
    select *, true as is_treated from treated
    union all
    select *, false as is_treated from untreated
),

final as (
    select
        chosen.period_key,
        chosen.person_key,
        chosen.program_code,
        chosen.is_treated,
        chosen.is_wage_matched,
        chosen.entry_program_year,
        chosen.entry_quarter_index,
        cast(extract(quarter from chosen.entry_date) as integer) as entry_season_number,
        cast(
            extract(year from chosen.entry_date) - person.birth_year
            - case when extract(month from chosen.entry_date) < person.birth_month_number then 1 else 0 end
            as integer
        ) as age_years,
        person.sex_code,
        person.race_pirl_2018_label as race_label,
        chosen.education_level_code,
        chosen.employment_status_entry_code,
        chosen.wda_code,
        person.is_veteran,
        person.has_disability,
        chosen.is_low_income,
        chosen.is_ex_offender,
        chosen.is_english_learner,
        chosen.is_homeless,
        chosen.is_single_parent,
        chosen.is_long_term_unemployed
    from chosen
    inner join person
        on chosen.person_key = person.person_key
)

select * from final
