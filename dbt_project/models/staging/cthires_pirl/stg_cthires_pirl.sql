-- One row per participation and programme: a record stands for every programme whose element says so. The newest record
-- of person, entry date and programme wins across periods; the number of the observation is of one file only.
{%- set not_available = '999999.99' %}
{%- set served = {
    'ADULT': "adult_level",
    'DW': "coalesce(nullif(dislocated_worker_level, '0'), nullif(rapid_response_assistance, '9'))",
    'YOUTH': "youth_level",
    'WP': "case wagner_peyser_level when '1' then '1' when '2' then '4' end",
    'JVSG': "case when veterans_program not in ('0', '9') then '1' end",
    'SNAPET': "nullif(snap_training, '9')",
    'TAA': "case when trade_adjustment not in ('0', '9') then '1' end",
} %}
with

visible as (
    {{ visible_rows('cthires_pirl', key=['_batch_id', '_row_no']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

employed_after_exit as (
    select * from {{ ref('ref_employed_after_exit') }}
),

by_program as (
    {% for program_code, level in served.items() -%}
    select
        visible.*,
        '{{ program_code }}' as program_code,
        {{ level }} as participation_level_code
    from visible
    where coalesce({{ level }}, '0') <> '0'
    {% if not loop.last -%}
    union all
    {% endif -%}
    {%- endfor %}
),

ranked as (
    select
        by_program.*,
        row_number() over (
            partition by participant_id, entry_date, program_code
            order by _extract_ts desc, _batch_id desc, _row_no desc
        ) as _program_recency
    from by_program
),

final as (
    select
        ranked._batch_id,
        ranked._row_no,
        ranked._extract_ts,
        crosswalk.person_key,
        ranked.participant_id,
        ranked.program_code,
        ranked.participation_level_code,
        ranked.entry_date,
        ranked.exit_date as source_exit_date,
        ranked.exit_reason as exit_reason_code,
        ranked.accountability_exit as accountability_exit_code,
        ranked.wda_code,
        ranked.ajc_code,
        ranked.state_code,
        ranked.county_fips,
        ranked.birth_date,
        ranked.sex as sex_code,
        {% for column in ['hispanic', 'aian', 'asian', 'black', 'nhpi', 'white'] -%}
        {{ yes_no('ranked.' ~ column) }} as is_{{ column }},
        {% endfor -%}
        {{ yes_no('ranked.veteran') }} as is_veteran,
        {{ yes_no('ranked.disability') }} as has_disability,
        {% for column, name in barriers().items() -%}
        {{ yes_no('ranked.' ~ column) }} as {{ name }},
        {% endfor -%}
        ranked.farmworker as farmworker_code,
        ranked.emp_status_entry as employment_status_entry_code,
        ranked.educ_level as education_level_code,
        ranked.highest_grade,
        ranked.school_status_entry as school_status_entry_code,
        ranked.last_career_service_date,
        {{ yes_no('ranked.received_training') }} as is_trained,
        ranked.training_provider_name,
        ranked.cip_code,
        {% for number in [1, 2, 3] -%}
        ranked.training_type_{{ number }} as training_type_{{ number }}_code,
        ranked.training_start_date_{{ number }},
        ranked.training_end_date_{{ number }},
        ranked.training_onet_code_{{ number }},
        {{ yes_no('ranked.training_completed_' ~ number) }} as is_training_{{ number }}_completed,
        {% endfor -%}
        {{ yes_no('ranked.in_secondary') }} as is_in_secondary,
        {{ yes_no('ranked.in_postsecondary') }} as is_in_postsecondary,
        ranked.educ_training_date,
        ranked.educ_training_end_date,
        ranked.post_exit_enrol_date,
        {% for number in [1, 2, 3] -%}
        nullif(ranked.earnings_pre_q{{ number }}_usd, {{ not_available }}) as earnings_pre_q{{ number }}_usd,
        coalesce(ranked.earnings_pre_q{{ number }}_usd = {{ not_available }}, false) as is_earnings_pre_q{{ number }}_pending,
        {% endfor -%}
        {% for number in [1, 2, 3, 4] -%}
        case when not employed_q{{ number }}.is_pending then employed_q{{ number }}.is_employed end as is_employed_q{{ number }},
        coalesce(employed_q{{ number }}.is_pending, false) as is_employment_q{{ number }}_pending,
        ranked.employment_match_q{{ number }} as employment_match_q{{ number }}_code,
        nullif(ranked.earnings_q{{ number }}_usd, {{ not_available }}) as earnings_q{{ number }}_usd,
        coalesce(ranked.earnings_q{{ number }}_usd = {{ not_available }}, false) as is_earnings_q{{ number }}_pending,
        {% endfor -%}
        {{ yes_no('ranked.training_related_employment') }} as is_training_related_employment,
        {{ yes_no('ranked.same_employer_q2_q4') }} as is_same_employer_q2_q4,
        {% for number in [1, 2, 3] -%}
        nullif(ranked.credential_type_{{ number }}, '0') as credential_type_{{ number }}_code,
        ranked.credential_date_{{ number }},
        {% endfor -%}
        ranked.msg_efl_date,
        ranked.msg_postsecondary_date,
        ranked.msg_secondary_date,
        ranked.msg_milestone_date,
        ranked.msg_skill_date,
        ranked.youth_placement_q2 as youth_placement_q2_code,
        ranked.youth_placement_q4 as youth_placement_q4_code
    from ranked
    left join crosswalk
        on ranked.identity_key = crosswalk.identity_key
    {% for number in [1, 2, 3, 4] -%}
    left join employed_after_exit as employed_q{{ number }}
        on ranked.employed_q{{ number }} = employed_q{{ number }}.code
    {% endfor -%}
    where ranked._program_recency = 1
)

select * from final
