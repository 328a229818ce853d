{{ config(materialized="view") }}

-- One row per filing chain (SSN and person × employer account × quarter) that leaves a wage. The last filing stands:
-- AMEND and a later ORIG replace, VOID leaves none and revives nothing, an amendment sent as a difference adds to what
-- stood (rules s5, e21). Two people under one number are two chains: one's filing never replaces the other's (e4, e5).
-- Chains of one original, nearly all, pass through without ranking.
with

filing as (
    select * from {{ ref('stg_ui_wage') }}
),

corrected_chain as (
    select distinct ssn_token, person_key, ean, quarter_index from {{ ref('stg_ui_wage') }}
    where filing_seq <> 1 or wage_action_code <> 'ORIG'
),

corrected as (
    select
        filing.*,
        max(case when not filing.is_difference then filing.filing_seq end) over (
            partition by filing.ssn_token, filing.person_key, filing.ean, filing.quarter_index
        ) as base_filing_seq,
        row_number() over (
            partition by filing.ssn_token, filing.person_key, filing.ean, filing.quarter_index
            order by
                filing.filing_seq desc, case when filing.wage_action_code = 'VOID' then 1 else 0 end,
                filing._batch_id desc, filing._row_no desc
        ) as recency
    from {{ ref('stg_ui_wage') }} as filing
    inner join corrected_chain
        on filing.ssn_token = corrected_chain.ssn_token
        and filing.person_key = corrected_chain.person_key
        and filing.ean = corrected_chain.ean
        and filing.quarter_index = corrected_chain.quarter_index
),

corrected_standing as (
    select
        person_key,
        ean,
        max(case when recency = 1 then fein end) as fein,
        max(case when recency = 1 then naics_code end) as naics_code,
        quarter_index,
        sum(case
            when wage_action_code = 'VOID' or filing_seq < coalesce(base_filing_seq, filing_seq) then 0
            else wage_usd
        end) as wage_usd,
        true as was_corrected
    from corrected
    group by ssn_token, person_key, ean, quarter_index
    having max(case when recency = 1 and wage_action_code = 'VOID' then 1 else 0 end) = 0
),

plain_standing as (
    select
        filing.person_key,
        filing.ean,
        filing.fein,
        filing.naics_code,
        filing.quarter_index,
        filing.wage_usd,
        false as was_corrected
    from filing
    left join corrected_chain
        on filing.ssn_token = corrected_chain.ssn_token
        and filing.person_key = corrected_chain.person_key
        and filing.ean = corrected_chain.ean
        and filing.quarter_index = corrected_chain.quarter_index
    where corrected_chain.ean is null
),

final as (
    select * from plain_standing
    union all
    select * from corrected_standing
)

select * from final
