{%- set shared = [
    'person_key', 'is_participant', 'exit_date', 'source_exit_date', 'exit_reason_code', 'wda_code', 'town_code',
    'employment_status_entry_code', 'is_veteran', 'has_disability', 'farmworker_code',
] + (barriers().values() | list) %}
{%- set cthires_only = {
    'participation_level_code': 'varchar', 'ajc_code': 'varchar', 'funding_code': 'varchar',
    'education_level_code': 'varchar', 'is_in_secondary': 'boolean', 'is_in_postsecondary': 'boolean',
    'educ_training_date': 'date', 'educ_training_end_date': 'date', 'post_exit_enrol_date': 'date',
    'youth_placement_q2_code': 'varchar', 'youth_placement_q4_code': 'varchar',
} -%}
with

cthires as (
    select
        {{ shared | join(',\n        ') }},
        {{ cthires_only | join(',\n        ') }},
        participant_id,
        program_code,
        exit_group_code,
        period_entry_date as entry_date,
        common_period_start_date,
        last_event_date as last_service_date,
        has_service_on_file
    from {{ ref('int_participation_attributed') }}
    where not is_alone
),

adult_ed as (
    select
        {{ shared | join(',\n        ') }},
        {% for column, data_type in cthires_only.items() -%}
        {{ column if column == 'is_in_secondary' else 'cast(null as ' ~ data_type ~ ') as ' ~ column }},
        {% endfor -%}
        student_id as participant_id,
        'ADULT_ED' as program_code,
        'ADULT_ED' as exit_group_code,
        entry_date,
        entry_date as common_period_start_date,
        last_activity_date as last_service_date,
        true as has_service_on_file
    from {{ ref('int_adult_ed_period_derived') }}
),

period as (
    select * from cthires
    union all
    select * from adult_ed
),

final as (
    select
        {{ participation_key('person_key', 'program_code', 'entry_date') }}
            || case when is_participant then '' else '-R' end as participation_key,
        person_key,
        participant_id,
        program_code,
        entry_date,
        exit_date,
        {{ quarter_label('exit_date') }} as exit_quarter,
        {{ quarter_index('exit_date') }} as exit_quarter_index,
        is_participant,
        participation_level_code,
        exit_reason_code,
        last_service_date,
        has_service_on_file,
        source_exit_date,
        coalesce(source_exit_date, cast('1900-01-01' as date)) <> coalesce(exit_date, cast('1900-01-01' as date))
            as is_exit_date_different,
        exit_group_code,
        {{ participation_key('person_key', 'exit_group_code', 'common_period_start_date') }} as common_period_key,
        wda_code,
        town_code,
        ajc_code,
        funding_code,
        employment_status_entry_code,
        education_level_code,
        is_veteran,
        has_disability,
        {{ barriers().values() | join(',\n        ') }},
        farmworker_code,
        is_in_secondary,
        is_in_postsecondary,
        educ_training_date,
        educ_training_end_date,
        post_exit_enrol_date,
        youth_placement_q2_code,
        youth_placement_q4_code
    from period
)

select * from final
