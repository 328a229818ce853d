{{ config(materialized="view") }}

-- Follow-up evidence by person, quarter and source. The same finding may be reported under two exits of one person: what
-- was verified last stands. Findings that the person was not employed, or only in a subsidised job, are none (rules s12).
with

followup as (
    select * from {{ ref('stg_followup_employment') }}
),

registration as (
    select * from {{ ref('int_registration_resolved') }}
),

employer as (
    select * from {{ ref('int_employer_grouped') }}
),

participant as (
    select
        participant_id,
        min(person_key) as person_key
    from registration
    group by participant_id
),

employer_of_fein as (
    select
        fein,
        min(employer_key) as employer_key
    from employer
    where fein is not null and not is_professional_employer
    group by fein
),

ranked as (
    select
        participant.person_key,
        followup.*,
        row_number() over (
            partition by participant.person_key, followup.quarter_index, followup.followup_source_code
            order by
                followup.verified_date desc, followup.source_exit_date desc,
                followup._extract_ts desc, followup._batch_id desc, followup._row_no desc
        ) as recency
    from followup
    inner join participant
        on followup.participant_id = participant.participant_id
),

final as (
    select
        ranked.person_key,
        ranked.quarter_index,
        ranked.followup_source_code,
        ranked.is_wage_record,
        ranked.is_wioa_only,
        case when ranked.earnings_usd > 0 then cast(ranked.earnings_usd as decimal(14, 2)) end as earnings_usd,
        case
            when ranked.fein is not null then coalesce(employer_of_fein.employer_key, 'FEIN-' || ranked.fein)
        end as employer_key
    from ranked
    left join employer_of_fein
        on ranked.fein = employer_of_fein.fein
    where ranked.recency = 1 and ranked.is_employed
)

select * from final
