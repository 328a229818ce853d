-- One row per CTHires registration (participant number × programme × entry date), with the group in which its exit
-- is shared. Reportable individuals stay apart: what they do neither starts nor extends anybody's participation.
with

participant as (
    select * from {{ ref('stg_cthires_participant') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

program as (
    select * from {{ ref('ref_program') }}
),

participation_level as (
    select * from {{ ref('ref_participation_level') }}
),

final as (
    select
        participant.*,
        participant.participant_id || '/' || participant.program_code || '/' || cast(participant.entry_date as varchar)
            as registration_key,
        coalesce(participation_level.is_participant, false) as is_participant,
        case
            when participation_level.is_participant then coalesce(program.common_exit_group, participant.program_code)
            else participant.program_code || ' reportable'
        end as exit_group_code,
        coalesce(participation_level.is_participant, false) and program.common_exit_group is not null as has_common_exit,
        program.gap_rule,
        program.gap_days,
        lag(participant.entry_date) over (
            partition by participant.participant_id, participant.program_code order by participant.entry_date
        ) is null as is_first_entry,
        lead(participant.entry_date) over (
            partition by participant.participant_id, participant.program_code order by participant.entry_date
        ) as next_entry_date
    from participant
    cross join build
    inner join program
        on participant.program_code = program.code
    left join participation_level
        on participant.participation_level_code = participation_level.code
    where participant.person_key is not null
        and participant.entry_date <= build.as_of_date
)

select * from final
