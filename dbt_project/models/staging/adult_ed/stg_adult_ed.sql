with

visible as (
    {{ visible_rows('adult_ed', key=['student_id', 'pop_fiscal_year', 'pop_number']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

zip_town as (
    select * from {{ ref('ref_zip_town') }} where is_majority
),

town as (
    select * from {{ ref('ref_town') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.student_id,
        visible.pop_fiscal_year,
        visible.pop_number,
        visible.pop_hours,
        visible.total_hours,
        visible.first_intake_date,
        visible.entry_date,
        visible.last_activity_date,
        visible.exit_date as source_exit_date,
        visible.exit_reason as exit_reason_code,
        visible.adult_ed_program_type as adult_ed_program_type_codes,
        visible.entering_efl as entering_efl_code,
        town.code as town_code,
        visible.town_code is null and town.code is not null as is_town_from_zip,
        town.wda_code,
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
        visible.emp_status_entry as employment_status_entry_code,
        visible.diploma_type as diploma_type_code,
        visible.diploma_date,
        {{ yes_no('visible.distance_flag') }} as is_distance_learner,
        visible.provider_id
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join zip_town
        on visible.zip = zip_town.zip
    left join town
        on coalesce(visible.town_code, zip_town.town_code) = town.code
)

select * from final
