-- One row per CTHires registration (participant number × programme × entry date), with the group in which its exit
-- is shared. Reportable individuals stay apart: what they do neither starts nor extends anybody's participation.
with

participant as (
    select * from {{ ref('stg_cthires_participant') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

exit_rule as (
    select * from {{ ref('int_exit_rule_dated') }}
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
            when participation_level.is_participant then coalesce(exit_rule.common_exit_group, participant.program_code)
            else participant.program_code || ' reportable'
        end as exit_group_code,
        coalesce(participation_level.is_participant, false) and exit_rule.common_exit_group is not null as has_common_exit,
        exit_rule.gap_rule,
        exit_rule.gap_days,
        lag(participant.entry_date) over (
            partition by participant.participant_id, participant.program_code order by participant.entry_date
        ) is null as is_first_entry,
        lead(participant.entry_date) over (
            partition by participant.participant_id, participant.program_code order by participant.entry_date
        ) as next_entry_date
    from participant
    cross join build
    inner join exit_rule
        on {{ exit_rule_on('exit_rule', 'participant.program_code', 'participant.entry_date') }}
    left join participation_level
        on participant.participation_level_code = participation_level.code
    where participant.person_key is not null
        and participant.entry_date <= build.as_of_date
)

select * from final
