with

visible as (
    {{ visible_rows('scholarship_award', key=['scholarship_id']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

scholarship_status as (
    select * from {{ ref('ref_scholarship_status') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.birth_date,
        visible.scholarship_id,
        visible.scholarship_program_code,
        visible.ihe_unitid,
        visible.study_field as study_field_code,
        visible.scholarship_usd,
        {{ yes_no('visible.pell') }} as is_pell_recipient,
        {{ yes_no('visible.low_income') }} as is_low_income,
        visible.term as term_code,
        cast(substring(visible.term, 1, 4) as integer) - 1 as school_year,
        visible.scholarship_status as scholarship_status_code,
        coalesce(scholarship_status.is_given, false) as is_given
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join scholarship_status
        on visible.scholarship_status = scholarship_status.code
)

select * from final
