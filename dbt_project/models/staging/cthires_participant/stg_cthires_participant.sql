with

visible as (
    {{ visible_rows('cthires_participant', key=['participant_id', 'entry_date', 'program_code']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

zip_town as (
    select * from {{ ref('ref_zip_town') }} where is_majority
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.participant_id,
        visible.program_code,
        visible.entry_date,
        visible.exit_date as source_exit_date,
        visible.exit_reason as exit_reason_code,
        visible.participation_level as participation_level_code,
        visible.planned_gap_from as planned_gap_from_date,
        visible.planned_gap_to as planned_gap_to_date,
        visible.wda_code,
        visible.ajc_code,
        visible.funding_code,
        visible.emp_status_entry as employment_status_entry_code,
        visible.educ_level as education_level_code,
        coalesce(visible.town_code, zip_town.town_code) as town_code,
        visible.town_code is null and zip_town.town_code is not null as is_town_from_zip,
        visible.birth_date,
        visible.sex as sex_code,
        {% for column in ['hispanic', 'aian', 'asian', 'black', 'nhpi', 'white'] -%}
        {{ yes_no('visible.' ~ column) }} as is_{{ column }},
        {% endfor -%}
        {{ yes_no('visible.veteran') }} as is_veteran,
        {{ yes_no('visible.disability') }} as has_disability,
        {% for column, name in barriers().items() -%}
        {{ yes_no('visible.' ~ column) }} as {{ name }},
        {% endfor -%}
        visible.farmworker as farmworker_code,
        {{ yes_no('visible.in_secondary') }} as is_in_secondary,
        {{ yes_no('visible.in_postsecondary') }} as is_in_postsecondary,
        visible.educ_training_date,
        visible.educ_training_end_date,
        visible.post_exit_enrol_date,
        visible.youth_placement_q2 as youth_placement_q2_code,
        visible.youth_placement_q4 as youth_placement_q4_code
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join zip_town
        on visible.zip = zip_town.zip
)

select * from final
