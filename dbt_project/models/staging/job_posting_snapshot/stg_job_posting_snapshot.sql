with

visible as (
    {{ visible_rows('job_posting_snapshot', key=['posting_id', 'snapshot_date']) }}
),

naics as (
    select * from {{ ref('ref_naics') }}
),

town as (
    select * from {{ ref('ref_town') }}
),

wage_unit as (
    select * from {{ ref('ref_wage_unit') }}
),

required_education as (
    select * from {{ ref('ref_required_education') }}
),

final as (
    select
        visible._extract_ts,
        visible.posting_id,
        visible.snapshot_date,
        visible.posted_date,
        visible.posting_closed_date,
        -- A posting that is still up has been open until the day it was looked at.
        {{ days_between('visible.posted_date', earlier_of('visible.snapshot_date', 'visible.posting_closed_date')) }}
            as days_open_count,
        visible.posting_closed_date is null or visible.posting_closed_date > visible.snapshot_date as is_open,
        visible.posting_employer_name,
        visible.ean,
        visible.job_title,
        substring(replace(visible.soc_code, '-', ''), 1, 2) || '-' || substring(replace(visible.soc_code, '-', ''), 3, 4)
            as soc_code,
        visible.naics_code,
        naics.sector_code as naics_sector_code,
        visible.job_town_code,
        town.wda_code,
        cast(visible.offered_wage_min / wage_unit.hours as decimal(14, 2)) as offered_hourly_wage_min_usd,
        cast(visible.offered_wage_max / wage_unit.hours as decimal(14, 2)) as offered_hourly_wage_max_usd,
        visible.required_education as required_education_code,
        required_education.needs_bachelor as is_bachelor_required,
        visible.required_credentials,
        visible.posting_source
    from visible
    left join naics
        on visible.naics_code = naics.code
    left join town
        on visible.job_town_code = town.code
    left join wage_unit
        on visible.offered_wage_unit = wage_unit.code
    left join required_education
        on visible.required_education = required_education.code
)

select * from final
