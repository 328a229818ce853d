with

visible as (
    {{ visible_rows('postsecondary_award', key=['college_student_id_token', 'ihe_unitid', 'term', 'award_seq']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

award_level as (
    select * from {{ ref('ref_award_level') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.birth_date,
        visible.ihe_unitid,
        visible.campus_code,
        visible.term as term_code,
        cast(substring(visible.term, 1, 4) as integer) - 1 as school_year,
        visible.award_seq,
        visible.award_level as award_level_code,
        coalesce(award_level.is_degree, false) as is_degree,
        award_level.credential_type as credential_type_code,
        visible.award_title,
        visible.cip_code,
        visible.conferred_date
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join award_level
        on visible.award_level = award_level.code
)

select * from final
