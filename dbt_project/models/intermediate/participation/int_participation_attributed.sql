-- One row per person × programme × period, with the attributes of its newest registration: the newest that began in
-- the period or, where services resumed without a new one, the last before it. A programme with services but no
-- registration at all lengthens the shared period and has none of its own.
with

period as (
    select * from {{ ref('int_participation_period_derived') }}
),

event as (
    select * from {{ ref('int_participation_event_grouped') }} where event_kind_code <> 'planned_gap'
),

registration as (
    select * from {{ ref('int_registration_resolved') }}
),

program_period as (
    select
        person_key,
        exit_group_code,
        period_number,
        program_code,
        min(start_date) as first_program_event_date
    from event
    group by person_key, exit_group_code, period_number, program_code
),

registration_period as (
    select
        registration_key,
        min(period_number) as period_number
    from event
    where registration_key is not null
    group by registration_key
),

placed as (
    select
        registration.*,
        registration_period.period_number as registration_period_number
    from registration
    inner join registration_period
        on registration.registration_key = registration_period.registration_key
),

candidate as (
    select
        placed.*,
        program_period.period_number,
        program_period.first_program_event_date,
        min(case when placed.registration_period_number = program_period.period_number then placed.entry_date end) over (
            partition by
                program_period.person_key, program_period.exit_group_code,
                program_period.period_number, program_period.program_code
        ) as first_entry_date,
        row_number() over (
            partition by
                program_period.person_key, program_period.exit_group_code,
                program_period.period_number, program_period.program_code
            order by
                placed.registration_period_number desc, placed.entry_date desc,
                placed._extract_ts desc, placed.participant_id desc
        ) as recency
    from program_period
    inner join placed
        on program_period.person_key = placed.person_key
        and program_period.exit_group_code = placed.exit_group_code
        and program_period.program_code = placed.program_code
        and program_period.period_number >= placed.registration_period_number
),

final as (
    select
        candidate.*,
        period.exit_date,
        period.last_event_date,
        period.first_event_date as common_period_start_date,
        period.has_service_on_file,
        -- An entry date before the previous period's end would make two periods overlap (edit L17).
        case
            when candidate.first_entry_date > coalesce(period.previous_last_event_date, cast('1900-01-01' as date))
                then candidate.first_entry_date
            else candidate.first_program_event_date
        end as period_entry_date
    from candidate
    inner join period
        on candidate.person_key = period.person_key
        and candidate.exit_group_code = period.exit_group_code
        and candidate.period_number = period.period_number
    where candidate.recency = 1
)

select * from final
