with

period as (
    select * from {{ ref('int_adult_ed_year_deduplicated') }}
),

final as (
    select
        person_key,
        cast(pop_fiscal_year as integer) as pop_fiscal_year,
        entry_date,
        {{ participation_key('person_key', "'ADULT_ED'", 'entry_date') }}
            || case when is_participant then '' else '-R' end as participation_key,
        cast(pop_number as integer) as pop_number,
        cast(pop_hours as decimal(14, 2)) as pop_hours,
        cast(total_hours as decimal(14, 2)) as total_hours,
        first_intake_date,
        last_activity_date,
        source_exit_date,
        is_participant,
        adult_ed_program_type_codes,
        entering_efl_code,
        diploma_type_code,
        diploma_date,
        is_distance_learner,
        provider_id
    from period
)

select * from final
