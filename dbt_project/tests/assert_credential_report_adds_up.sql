-- Every credential is in the report once, whatever it is broken down by. In demand, of other occupations, without a
-- known occupation and without a programme of study are all there are. Chains add up to the persons with any, or to more
-- where a person has two.
with

credential as (
    select
        {{ program_year('award_date') }} as program_year,
        count(*) as credential_count
    from {{ ref('fct_credential') }}
    group by {{ program_year('award_date') }}
),

report as (
    select
        program_year,
        metric_code,
        case when credential_type_code = 'ALL' then 'ALL' else 'EACH' end as type_code,
        case when field_code = 'ALL' then 'ALL' else 'EACH' end as field_code,
        sum(case
            when metric_code = 'CRED_EARNED' then numerator_count
            else denominator_count + unmatched_count + excluded_count
        end) as credential_count
    from {{ ref('rpt_credential') }}
    where metric_code in ('CRED_EARNED', 'CRED_IN_DEMAND')
    group by
        program_year, metric_code,
        case when credential_type_code = 'ALL' then 'ALL' else 'EACH' end,
        case when field_code = 'ALL' then 'ALL' else 'EACH' end
),

chain as (
    select
        program_year,
        credential_type_code,
        field_code,
        max(case when chain_code = 'ALL' then numerator_count else 0 end) as any_count,
        sum(case when chain_code <> 'ALL' then numerator_count else 0 end) as chain_count,
        max(case when numerator_count > denominator_count then 1 else 0 end) as is_over
    from {{ ref('rpt_credential') }}
    where metric_code = 'CRED_STACKED'
    group by program_year, credential_type_code, field_code
)

select
    report.program_year,
    report.metric_code,
    'credentials in the report and in fct_credential differ' as finding
from report
full outer join credential
    on report.program_year = credential.program_year
where report.credential_count is null
    or credential.credential_count is null
    or report.credential_count <> credential.credential_count
union all
select
    program_year,
    'CRED_STACKED' as metric_code,
    'chains do not add up' as finding
from chain
where chain_count < any_count or is_over = 1
