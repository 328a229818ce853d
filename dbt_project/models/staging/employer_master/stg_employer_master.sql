with

visible as (
    {{ visible_rows('employer_master', key=['ean', 'valid_from_date']) }}
),

naics as (
    select * from {{ ref('ref_naics') }}
),

final as (
    select
        visible._extract_ts,
        visible.ean,
        visible.fein,
        visible.employer_legal_name,
        coalesce(visible.employer_trade_name, visible.employer_legal_name) as employer_name,
        visible.naics_code,
        cast(visible.naics_vintage as integer) as naics_vintage_year,
        naics.sector_code as naics_sector_code,
        visible.size_band as size_band_code,
        visible.employer_town_code,
        visible.employer_zip,
        visible.predecessor_ean,
        visible.successor_ean,
        visible.transfer_date,
        visible.valid_from_date,
        visible.valid_to_date,
        {{ yes_no('visible.is_professional_employer') }} as is_professional_employer
    from visible
    left join naics
        on visible.naics_code = naics.code
        and cast(visible.naics_vintage as integer) = naics.vintage
)

select * from final
