with

visible as (
    {{ visible_rows('etp_program', key=['provider_id', 'etp_program_id', 'valid_from_date']) }}
),

credential_type as (
    select * from {{ ref('ref_credential_type') }}
),

-- O*NET codes come with or without punctuation, and a SOC code stands for its O*NET occupation .00.
spelt as (
    select
        *,
        substring(replace(replace(onet_code, '-', ''), '.', '') || '00', 1, 8) as onet_digits
    from visible
),

final as (
    select
        spelt._extract_ts,
        spelt.provider_id,
        spelt.provider_name,
        spelt.etp_program_id,
        spelt.program_title,
        spelt.cip_code,
        spelt.onet_digits as onet_code,
        substring(spelt.onet_digits, 1, 2) || '-' || substring(spelt.onet_digits, 3, 4) as soc_code,
        spelt.credential_type as credential_type_code,
        coalesce(credential_type.is_postsecondary, false) as is_postsecondary_credential,
        spelt.credential_name,
        spelt.program_cost_usd,
        spelt.clock_hours,
        spelt.wda_code,
        spelt.valid_from_date,
        spelt.valid_to_date
    from spelt
    left join credential_type
        on spelt.credential_type = credential_type.code
)

select * from final
