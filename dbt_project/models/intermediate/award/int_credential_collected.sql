-- Credentials and diplomas of all sources; the same one reported twice is one, with its newest evidence first.
with

event as (
    select * from {{ ref('int_event_resolved') }} where is_postsecondary_credential or is_diploma
),

adult_ed as (
    select * from {{ ref('stg_adult_ed') }} where person_key is not null and diploma_date is not null
),

build as (
    select * from {{ ref('stg_build') }}
),

collected as (
    select
        person_key,
        credential_type_code,
        event_date as award_date,
        is_postsecondary_credential,
        is_diploma,
        credential_name,
        issuer_name,
        'cthires_event' as source_name,
        _extract_ts,
        _batch_id,
        _row_no
    from event
    union all
    select
        adult_ed.person_key,
        '1' as credential_type_code,
        adult_ed.diploma_date as award_date,
        false as is_postsecondary_credential,
        true as is_diploma,
        adult_ed.diploma_type_code as credential_name,
        cast(null as varchar) as issuer_name,
        'adult_ed' as source_name,
        adult_ed._extract_ts,
        adult_ed._batch_id,
        adult_ed._row_no
    from adult_ed
    cross join build
    where adult_ed.diploma_date <= build.as_of_date
),

-- Diplomas are one per person and day whatever they are called; other credentials differ by name.
named as (
    select
        *,
        case when is_diploma then 'Secondary diploma or equivalency' else coalesce(credential_name, 'Not stated') end
            as credential_label
    from collected
),

final as (
    select
        *,
        count(*) over (partition by person_key, credential_type_code, award_date, credential_label) as evidence_count,
        row_number() over (
            partition by person_key, credential_type_code, award_date, credential_label
            order by _extract_ts desc, source_name, _batch_id desc, _row_no desc
        ) as recency
    from named
)

select * from final where recency = 1
