with

visible as (
    {{ visible_rows('apprenticeship', key=['apprentice_id', 'agreement_no']) }}
),

crosswalk as (
    select * from {{ source('linkage', 'person_crosswalk') }}
),

zip_town as (
    select * from {{ ref('ref_zip_town') }} where is_majority
),

wage_unit as (
    select * from {{ ref('ref_wage_unit') }}
),

final as (
    select
        visible._batch_id,
        visible._row_no,
        visible._extract_ts,
        crosswalk.person_key,
        visible.apprentice_id,
        visible.agreement_no,
        visible.birth_date,
        visible.sex as sex_code,
        zip_town.town_code,
        zip_town.town_code is not null as is_town_from_zip,
        {{ yes_no('visible.hispanic') }} as is_hispanic,
        {% for code in ['AIAN', 'ASIAN', 'BLACK', 'NHPI', 'WHITE'] -%}
        case when visible.race = '{{ code }}' then true end as is_{{ code | lower }},
        {% endfor -%}
        case when visible.race = 'TWO_OR_MORE' then true end as is_multi_race,
        {{ yes_no('visible.veteran') }} as is_veteran,
        {{ yes_no('visible.disability') }} as has_disability,
        visible.sponsor_id,
        visible.employer_id,
        visible.ean,
        visible.fein,
        visible.occupation_code,
        {{ onet_digits('visible.onet_soc') }} as onet_code,
        {{ soc_of_onet(onet_digits('visible.onet_soc')) }} as soc_code,
        visible.trade_text,
        visible.approach as approach_code,
        visible.term_hours,
        visible.prior_credit_hours,
        visible.registered_date,
        coalesce(visible.apprenticeship_start_date, visible.registered_date) as start_date,
        visible.probation_end_date,
        visible.completed_date,
        visible.terminated_date,
        visible.cancel_reason as cancel_reason_code,
        visible.suspended_from as suspended_from_date,
        visible.suspended_to as suspended_to_date,
        visible.apprenticeship_status as apprenticeship_status_code,
        {% for moment in ['prior', 'entry', 'exit'] -%}
        cast(visible.{{ moment }}_wage / {{ moment }}_unit.hours as decimal(14, 2)) as {{ moment }}_hourly_wage_usd,
        {% endfor -%}
        visible.rti_provider as rti_provider_id,
        {{ yes_no('visible.wioa_coenrolled') }} as is_wioa_coenrolled
    from visible
    left join crosswalk
        on visible.identity_key = crosswalk.identity_key
    left join zip_town
        on visible.zip = zip_town.zip
    {% for moment in ['prior', 'entry', 'exit'] -%}
    left join wage_unit as {{ moment }}_unit
        on visible.{{ moment }}_wage_unit = {{ moment }}_unit.code
    {% endfor %}
)

select * from final
