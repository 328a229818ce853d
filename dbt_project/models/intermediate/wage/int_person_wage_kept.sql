{{ config(materialized="view") }}

-- Wages that came added up by person and quarter, for the quarters without any by employer: two files of one quarter are
-- never added together.
with

person_quarter as (
    select * from {{ ref('stg_ui_wage_person_quarter') }} where person_key is not null and wage_total_usd > 0
),

quarter as (
    select * from {{ ref('int_quarter_completed') }} where wage_basis_code = 'PERSON'
),

final as (
    select
        person_quarter.person_key,
        person_quarter.quarter_index,
        sum(person_quarter.wage_total_usd) as wage_usd,
        min(person_quarter.naics_top_code) as top_naics_code
    from person_quarter
    inner join quarter
        on person_quarter.quarter_index = quarter.quarter_index
    group by person_quarter.person_key, person_quarter.quarter_index
)

select * from final
