with

visible as (
    {{ visible_rows('postsecondary_term', key=['college_student_id_token', 'ihe_unitid', 'term', 'term_snapshot']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

student_type as (
    select * from {{ ref('ref_student_type') }}
),

enrollment_status as (
    select * from {{ ref('ref_enrollment_status') }}
),

-- Both snapshots of a term stay rows; the end of the term is the better one wherever it has been sent.
snapshots as (
    select
        visible.*,
        row_number() over (
            partition by visible.college_student_id_token, visible.ihe_unitid, visible.term
            order by case when visible.term_snapshot = 'EOT' then 0 else 1 end
        ) as snapshot_order
    from visible
),

final as (
    select
        snapshots._batch_id,
        snapshots._row_no,
        snapshots._extract_ts,
        crosswalk.person_key,
        snapshots.birth_date,
        snapshots.town_code,
        snapshots.ihe_unitid,
        snapshots.campus_code,
        snapshots.term as term_code,
        cast(substring(snapshots.term, 1, 4) as integer) - 1 as school_year,
        substring(snapshots.term, 5, 2) as college_term_code,
        snapshots.term_snapshot as term_snapshot_code,
        snapshots.snapshot_order = 1 as is_last_word_on_term,
        snapshots.student_level as student_level_code,
        snapshots.student_type as student_type_code,
        coalesce(student_type.is_high_school_dual, false) as is_high_school_dual,
        coalesce(student_type.is_first_time, false) as is_first_time_student,
        snapshots.enrollment_status as enrollment_status_code,
        coalesce(enrollment_status.is_enrolled, false) as is_enrolled,
        snapshots.term_credits_attempted as credits_attempted,
        snapshots.term_credits_earned as credits_earned,
        snapshots.term_gpa,
        snapshots.cip_code,
        snapshots.degree_sought as degree_sought_code,
        {{ yes_no('snapshots.pell') }} as is_pell_recipient,
        snapshots.enrollment_begin_date,
        snapshots.enrollment_end_date
    from snapshots
    left join crosswalk
        on snapshots.identity_key = crosswalk.identity_key
    left join student_type
        on snapshots.student_type = student_type.code
    left join enrollment_status
        on snapshots.enrollment_status = enrollment_status.code
)

select * from final
