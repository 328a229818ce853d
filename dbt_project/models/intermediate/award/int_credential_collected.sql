-- Credentials and diplomas of all sources but the colleges; the same one reported twice is one, with its newest evidence
-- first. CTHires and LACES come first; each further source, in the order of ref_credential_source, confirms the nearest
-- credential of that person and type on file, within the days of its row, or adds one of its own (e23, X08).
{%- set further_sources = ['career_connect', 'gjc_participant', 'apprenticeship'] %}
with

event as (
    select * from {{ ref('int_event_resolved') }} where is_postsecondary_credential or is_diploma
),

adult_ed as (
    select * from {{ ref('stg_adult_ed') }} where person_key is not null and diploma_date is not null
),

agreement as (
    select * from {{ ref('int_apprenticeship_dated') }} where completed_date is not null
),

credential_type as (
    select * from {{ ref('ref_credential_type') }} where is_postsecondary or is_secondary_diploma
),

credential_source as (
    {{ in_force(ref('ref_credential_source'), ['code'], ref('stg_build')) }}
),

build as (
    select * from {{ ref('stg_build') }}
),

-- What the records of a person say was earned; a certificate of completion of an apprenticeship bears the trade it is for.
earned as (
    {% for staged in ['stg_career_connect', 'stg_gjc_participant'] -%}
    select
        person_key,
        credential_type_code,
        credential_date as award_date,
        credential_name,
        '{{ staged[4:] }}' as source_name,
        _extract_ts,
        _batch_id,
        _row_no
    from {{ ref(staged) }}
    where person_key is not null and credential_date is not null
    union all
    {% endfor -%}
    select
        person_key,
        cast(null as varchar) as credential_type_code,
        diploma_date as award_date,
        diploma_type_code as credential_name,
        'adult_ed' as source_name,
        _extract_ts,
        _batch_id,
        _row_no
    from adult_ed
    union all
    select
        person_key,
        cast(null as varchar) as credential_type_code,
        completed_date as award_date,
        'Completion of apprenticeship' || coalesce(', ' || trade_text, '') as credential_name,
        'apprenticeship' as source_name,
        _extract_ts,
        _batch_id,
        _row_no
    from agreement
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
        earned.person_key,
        credential_type.code as credential_type_code,
        earned.award_date,
        credential_type.is_postsecondary as is_postsecondary_credential,
        credential_type.is_secondary_diploma as is_diploma,
        earned.credential_name,
        cast(null as varchar) as issuer_name,
        earned.source_name,
        earned._extract_ts,
        earned._batch_id,
        earned._row_no
    from earned
    cross join build
    inner join credential_source
        on earned.source_name = credential_source.code
    inner join credential_type
        on coalesce(earned.credential_type_code, credential_source.credential_type) = credential_type.code
    where earned.award_date <= build.as_of_date
),

-- Diplomas are one per person and day whatever they are called; other credentials differ by name.
named as (
    select
        collected.*,
        coalesce(credential_source.counts_for_program, false) as counts_for_program,
        credential_source.same_credential_days,
        case
            when collected.source_name in ('cthires_event', 'adult_ed') then 'program'
            else collected.source_name
        end as reporter,
        case
            when collected.is_diploma then 'Secondary diploma or equivalency'
            else coalesce(collected.credential_name, 'Not stated')
        end as credential_label
    from collected
    left join credential_source
        on collected.source_name = credential_source.code
),

ranked as (
    select
        *,
        count(*) over (
            partition by person_key, credential_type_code, award_date, credential_label, reporter
        ) as report_count,
        row_number() over (
            partition by person_key, credential_type_code, award_date, credential_label, reporter
            order by _extract_ts desc, source_name, _batch_id desc, _row_no desc
        ) as recency
    from named
),

report as (
    select
        *,
        row_number() over (
            order by person_key, credential_type_code, award_date, credential_label, reporter
        ) as report_number
    from ranked
    where recency = 1
),

standing_0 as (
    select
        report_number,
        counts_for_program,
        report_count as evidence_count
    from report
    where reporter = 'program'
),

{% for source in further_sources -%}
near_{{ loop.index }} as (
    select
        standing.report_number as standing_number,
        report.report_number,
        row_number() over (
            partition by standing.report_number
            order by
                abs({{ days_between('stands.award_date', 'report.award_date') }}),
                case when stands.credential_label = report.credential_label then 0 else 1 end,
                report.report_number
        ) as report_order,
        row_number() over (
            partition by report.report_number
            order by
                abs({{ days_between('stands.award_date', 'report.award_date') }}),
                case when stands.credential_label = report.credential_label then 0 else 1 end,
                standing.report_number
        ) as standing_order
    from standing_{{ loop.index0 }} as standing
    inner join report as stands
        on standing.report_number = stands.report_number
    inner join report
        on stands.person_key = report.person_key
        and stands.credential_type_code = report.credential_type_code
        and report.reporter = '{{ source }}'
        and abs({{ days_between('stands.award_date', 'report.award_date') }}) <= report.same_credential_days
),

pair_{{ loop.index }} as (
    select * from near_{{ loop.index }} where report_order = 1 and standing_order = 1
),

standing_{{ loop.index }} as (
    select
        standing.report_number,
        standing.counts_for_program or coalesce(report.counts_for_program, false) as counts_for_program,
        standing.evidence_count + coalesce(report.report_count, 0) as evidence_count
    from standing_{{ loop.index0 }} as standing
    left join pair_{{ loop.index }} as pair
        on standing.report_number = pair.standing_number
    left join report
        on pair.report_number = report.report_number
    union all
    select
        report.report_number,
        report.counts_for_program,
        report.report_count as evidence_count
    from report
    left join pair_{{ loop.index }} as pair
        on report.report_number = pair.report_number
    where report.reporter = '{{ source }}' and pair.report_number is null
),

{% endfor -%}
final as (
    select
        report.person_key,
        report.credential_type_code,
        report.award_date,
        report.credential_label,
        report.is_postsecondary_credential,
        report.is_diploma,
        report.issuer_name,
        standing.counts_for_program,
        report.source_name,
        standing.evidence_count
    from standing_{{ further_sources | length }} as standing
    inner join report
        on standing.report_number = report.report_number
)

select * from final
