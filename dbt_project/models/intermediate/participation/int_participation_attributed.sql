-- One row per person × programme × period, with the attributes of its newest registration: the newest that began in
-- the period or, where services resumed without a new one, the last before it. A programme with services but no
-- registration at all lengthens the shared period and has none of its own.
-- What a registration says about its exit (`exit_fields`) belongs to one period: the last of its periods that began by
-- its exit date (the first when none did), its last one when it has no exit date.
-- Programmes of a common exit group have their periods with it and, is_alone, without it.
{%- set exit_fields = [
    'source_exit_date', 'exit_reason_code', 'post_exit_enrol_date',
    'youth_placement_q2_code', 'youth_placement_q4_code',
] %}
{%- set described_fields = [
    'registration_key', 'participant_id', 'program_code', 'entry_date', 'is_participant', 'participation_level_code',
    'wda_code', 'town_code', 'ajc_code', 'funding_code', 'education_level_code', 'employment_status_entry_code',
    'is_in_secondary', 'is_in_postsecondary', 'educ_training_date', 'educ_training_end_date', 'is_veteran',
    'has_disability', 'farmworker_code',
] + (barriers().values() | list) %}
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
        exit_group_code,
        min(period_number) as period_number
    from event
    where registration_key is not null
    group by registration_key, exit_group_code
),

placed as (
    select
        registration.*,
        registration_period.exit_group_code as period_group_code,
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
        and program_period.exit_group_code = placed.period_group_code
        and program_period.program_code = placed.program_code
        and program_period.period_number >= placed.registration_period_number
),

described as (
    select * from candidate where recency = 1
),

registration_held as (
    select
        registration_key,
        exit_group_code,
        period_number,
        min(start_date) as start_date
    from event
    where registration_key is not null
    group by registration_key, exit_group_code, period_number
    union all
    select
        registration_key,
        period_group_code as exit_group_code,
        period_number,
        first_program_event_date as start_date
    from described
),

exited as (
    select
        registration_held.registration_key,
        registration_held.exit_group_code,
        case
            when max(registration.source_exit_date) is null then max(registration_held.period_number)
            else coalesce(
                max(case
                    when registration_held.start_date <= registration.source_exit_date
                        then registration_held.period_number
                end),
                min(registration_held.period_number)
            )
        end as exit_period_number
    from registration_held
    inner join registration
        on registration_held.registration_key = registration.registration_key
    group by registration_held.registration_key, registration_held.exit_group_code
),

final as (
    select
        {% for column in described_fields -%}
        described.{{ column }},
        {% endfor -%}
        {% for column in exit_fields -%}
        case when described.period_number = exited.exit_period_number then described.{{ column }} end as {{ column }},
        {% endfor -%}
        period.person_key,
        period.exit_group_code,
        period.is_alone,
        period.period_number,
        period.exit_date,
        period.last_event_date,
        period.first_event_date as common_period_start_date,
        period.has_service_on_file,
        -- An entry date before the previous period's end would make two periods overlap (edit L17).
        case
            when described.first_entry_date > coalesce(period.previous_last_event_date, cast('1900-01-01' as date))
                then described.first_entry_date
            else described.first_program_event_date
        end as period_entry_date
    from described
    inner join period
        on described.person_key = period.person_key
        and described.period_group_code = period.exit_group_code
        and described.period_number = period.period_number
    inner join exited
        on described.registration_key = exited.registration_key
        and described.period_group_code = exited.exit_group_code
)

select * from final
