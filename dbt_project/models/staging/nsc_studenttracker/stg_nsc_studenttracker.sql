with

visible as (
    {{ visible_rows(
        'nsc_studenttracker',
        key=[
            'sasid_token', 'college_code', 'enrollment_begin_date', 'enrollment_end_date', 'enrollment_status',
            'graduation_date', 'degree_title', 'degree_major_1', 'college_sequence',
        ],
    ) }}
),

-- The rows of a report are the whole answer about a person: the newest report replaces every older row, those with
-- other dates and "not found" included.
answered as (
    select
        visible.*,
        rank() over (
            partition by visible.sasid_token order by visible._extract_ts desc, visible._batch_id desc
        ) as answer_order
    from visible
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

enrollment_status as (
    select * from {{ ref('ref_enrollment_status') }}
),

final as (
    select
        answered._batch_id,
        answered._row_no,
        answered._extract_ts,
        crosswalk.person_key,
        answered.record_found = '1' as is_found,
        case
            when answered.record_found = '0' then 'NOT_FOUND'
            when answered.graduated = '1' then 'DEGREE'
            else 'ENROLLMENT'
        end as record_kind_code,
        answered.search_date,
        answered.college_code,
        substring(answered.college_code, 1, 6) as opeid6,
        answered.college_name,
        answered.college_state as college_state_code,
        answered.college_level as college_level_code,
        answered.college_control as college_control_code,
        answered.enrollment_begin_date,
        answered.enrollment_end_date,
        answered.enrollment_status as enrollment_status_code,
        coalesce(enrollment_status.is_enrolled, false) as is_enrolled,
        answered.class_level as class_level_code,
        answered.enrollment_cip_1 as cip_code,
        answered.graduation_date,
        answered.degree_title,
        answered.degree_major_1 as degree_major,
        answered.degree_cip_1 as degree_cip_code,
        answered.college_sequence
    from answered
    left join crosswalk
        on answered.identity_key = crosswalk.identity_key
    left join enrollment_status
        on answered.enrollment_status = enrollment_status.code
    where answered.answer_order = 1
)

select * from final
