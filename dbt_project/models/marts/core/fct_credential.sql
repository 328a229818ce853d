with

credential as (
    select * from {{ ref('int_credential_collected') }}
),

final as (
    select
        person_key,
        credential_type_code,
        award_date,
        credential_label,
        issuer_name,
        is_postsecondary_credential,
        is_diploma,
        source_name,
        cast(evidence_count as integer) as evidence_count
    from credential
)

select * from final
