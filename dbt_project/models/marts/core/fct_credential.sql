with

credential as (
    select * from {{ ref('int_credential_merged') }}
),

cip_change as (
    select * from {{ ref('ref_cip_change') }}
),

final as (
    select
        credential.person_key,
        credential.credential_type_code,
        credential.award_date,
        credential.credential_label,
        credential.issuer_name,
        case when credential.cip_code <> 'UNKNOWN' then credential.cip_code end as cip_code,
        case when credential.cip_code <> 'UNKNOWN' then coalesce(cip_change.cip_code, credential.cip_code) end as cip_2020_code,
        credential.is_postsecondary_credential,
        credential.is_diploma,
        credential.counts_for_program as is_counted_for_program,
        credential.source_name,
        cast(credential.evidence_count as integer) as evidence_count
    from credential
    left join cip_change
        on credential.cip_code = cip_change.cip_code_2010
)

select * from final
