-- Credentials of programmes and awards of colleges: what both report of one type, at most as far apart as
-- ref_credential_source says, is one credential with the evidence of all (e23). Each answers for one other at most; the
-- programme's day and name stand.
with

credential as (
    select
        *,
        row_number() over (order by person_key, credential_type_code, award_date, credential_label) as credential_number
    from {{ ref('int_credential_collected') }}
),

credential_source as (
    {{ in_force(ref('ref_credential_source'), ['code'], ref('stg_build')) }}
),

award_level as (
    select * from {{ ref('ref_award_level') }}
),

credential_type as (
    select * from {{ ref('ref_credential_type') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

award as (
    select
        award.person_key,
        award.credential_type_code,
        award.award_date,
        award.award_level_code,
        award.cip_code,
        award.institution_code,
        award.source_name,
        award.report_count,
        coalesce(credential_type.is_postsecondary, false) as is_postsecondary_credential,
        coalesce(award_level.label, award.award_title, 'Not stated') || ', CIP ' || award.cip_code as credential_label,
        credential_source.counts_for_program,
        credential_source.same_credential_days,
        row_number() over (
            order by
                award.person_key, award.credential_type_code, award.award_date, award.institution_code,
                award.award_level_code, award.cip_code
        ) as award_number
    from {{ ref('int_ps_award_collected') }} as award
    cross join build
    inner join credential_source
        on award.source_name = credential_source.code
    left join award_level
        on award.award_level_code = award_level.code
    left join credential_type
        on award.credential_type_code = credential_type.code
    where award.award_date <= build.as_of_date
),

ranked as (
    select
        credential.credential_number,
        award.award_number,
        row_number() over (
            partition by credential.credential_number
            order by abs({{ days_between('credential.award_date', 'award.award_date') }}), award.award_number
        ) as award_order,
        row_number() over (
            partition by award.award_number
            order by abs({{ days_between('credential.award_date', 'award.award_date') }}), credential.credential_number
        ) as credential_order
    from credential
    inner join award
        on credential.person_key = award.person_key
        and credential.credential_type_code = award.credential_type_code
        and abs({{ days_between('credential.award_date', 'award.award_date') }}) <= award.same_credential_days
),

pair as (
    select * from ranked where award_order = 1 and credential_order = 1
),

final as (
    select
        credential.person_key,
        credential.credential_type_code,
        credential.award_date,
        credential.credential_label,
        credential.issuer_name,
        award.cip_code,
        credential.is_postsecondary_credential,
        credential.is_diploma,
        credential.counts_for_program or coalesce(award.counts_for_program, false) as counts_for_program,
        credential.source_name,
        credential.evidence_count + coalesce(award.report_count, 0) as evidence_count
    from credential
    left join pair
        on credential.credential_number = pair.credential_number
    left join award
        on pair.award_number = award.award_number
    union all
    -- Two colleges that confer the same award on one day are one row, with both as evidence.
    select
        award.person_key,
        award.credential_type_code,
        award.award_date,
        award.credential_label,
        min(award.institution_code) as issuer_name,
        min(award.cip_code) as cip_code,
        max(case when award.is_postsecondary_credential then 1 else 0 end) = 1 as is_postsecondary_credential,
        false as is_diploma,
        max(case when award.counts_for_program then 1 else 0 end) = 1 as counts_for_program,
        min(award.source_name) as source_name,
        sum(award.report_count) as evidence_count
    from award
    left join pair
        on award.award_number = pair.award_number
    where pair.award_number is null
    group by award.person_key, award.credential_type_code, award.award_date, award.credential_label
)

select * from final
