with

visible as (
    {{ visible_rows(
        'death_or_exclusion',
        key=['source_system', 'exclusion_person_id_token', 'exclusion_type', 'exclusion_date'],
    ) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

exclusion_type as (
    select * from {{ ref('ref_exclusion_type') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.source_system as source_system_code,
        visible.exclusion_type as exclusion_type_code,
        exclusion_type.exit_reason as exit_reason_code,
        exclusion_type.is_final,
        visible.exclusion_date,
        visible.exclusion_end_date,
        visible.evidence_code
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join exclusion_type
        on visible.exclusion_type = exclusion_type.code
)

select * from final
