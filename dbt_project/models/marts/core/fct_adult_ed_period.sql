with

adult_ed_year as (
    select * from {{ ref('int_adult_ed_year_deduplicated') }}
),

period as (
    select * from {{ ref('int_adult_ed_period_derived') }}
),

final as (
    select
        adult_ed_year.person_key,
        cast(adult_ed_year.pop_fiscal_year as integer) as pop_fiscal_year,
        adult_ed_year.entry_date,
        {{ participation_key('adult_ed_year.person_key', "'ADULT_ED'", 'adult_ed_year.period_entry_date') }}
            || case when period.is_participant then '' else '-R' end as participation_key,
        cast(adult_ed_year.pop_number as integer) as pop_number,
        cast(adult_ed_year.pop_hours as decimal(14, 2)) as pop_hours,
        cast(adult_ed_year.total_hours as decimal(14, 2)) as total_hours,
        adult_ed_year.first_intake_date,
        adult_ed_year.last_activity_date,
        adult_ed_year.source_exit_date,
        period.is_participant,
        adult_ed_year.adult_ed_program_type_codes,
        adult_ed_year.entering_efl_code,
        adult_ed_year.diploma_type_code,
        adult_ed_year.diploma_date,
        adult_ed_year.is_distance_learner,
        adult_ed_year.provider_id
    from adult_ed_year
    inner join period
        on adult_ed_year.person_key = period.person_key
        and adult_ed_year.period_entry_date = period.entry_date
)

select * from final
