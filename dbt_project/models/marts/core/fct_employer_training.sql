with

build as (
    select * from {{ ref('dim_build') }}
),

training as (
    select * from {{ ref('int_incumbent_training_submitted') }}
),

account as (
    select * from {{ ref('dim_employer') }}
),

by_fein as (
    select
        fein,
        min(employer_key) as employer_key
    from account
    where fein is not null
    group by fein
),

person as (
    select * from {{ ref('dim_person') }}
),

employment as (
    select * from {{ ref('fct_employment_quarter') }}
),

person_quarter as (
    select * from {{ ref('fct_person_quarter') }}
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

wages_on_file as (
    select min(quarter_index) as first_quarter_index from quarter where is_wage_complete
),

-- A company is known by its account, else by its federal number, else by its name. What has not happened by the as-of day
-- is not known yet (e14); the last day of the training is the exit (e41).
known as (
    select
        coalesce(training.submitter_code || '-', '') || training.training_contract_id || '-'
            || cast(training.state_fiscal_year as varchar) || '-'
            || coalesce(cast(training.employee_seq as varchar), 'COUNT') as training_key,
        training.training_contract_id,
        cast(training.state_fiscal_year as integer) as state_fiscal_year,
        training.person_key,
        training.is_headcount,
        cast(training.trainee_count as integer) as trainee_count,
        coalesce(
            account.employer_key, by_fein.employer_key, 'FEIN-' || training.fein, 'EAN-' || training.ean
        ) as employer_key,
        training.employer_name,
        training.training_topic,
        training.training_hours,
        training.training_start_date,
        case when training.training_end_date <= build.as_of_date then training.training_end_date end as training_end_date,
        training.state_amount_usd,
        training.employer_match_usd,
        training.hourly_wage_before_usd,
        training.hourly_wage_after_usd,
        training.credential_name as credential_label
    from training
    cross join build
    left join account
        on training.ean = account.ean
    left join by_fein
        on training.fein = by_fein.fein
    where training.training_start_date <= build.as_of_date
),

earner as (
    select distinct person_quarter.person_key
    from person_quarter
    inner join known
        on person_quarter.person_key = known.person_key
),

matched as (
    select
        known.training_key,
        coalesce(person.has_valid_ssn, false) or earner.person_key is not null as is_wage_matched
    from known
    left join person
        on known.person_key = person.person_key
    left join earner
        on known.person_key = earner.person_key
    where not known.is_headcount
),

-- The year before the quarter the training began in and the year after the quarter it ended in.
observed as (
    {% for sign, number in [(-1, -4), (-1, -3), (-1, -2), (-1, -1), (1, 1), (1, 2), (1, 3), (1, 4)] -%}
    select
        training_key,
        person_key,
        employer_key,
        {{ sign }} as year_sign,
        {{ number }} as quarters_from_anchor,
        {{ quarter_index('training_start_date' if sign < 0 else 'training_end_date') }} + {{ number }} as quarter_index
    from known
    where person_key is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

seen as (
    select
        observed.training_key,
        observed.year_sign,
        observed.quarters_from_anchor,
        observed.quarter_index < wages_on_file.first_quarter_index as is_not_on_file,
        coalesce(quarter.is_wage_complete, false) as is_wage_complete,
        coalesce(person_quarter.wage_usd, 0) as wage_usd,
        case
            when employment.person_key is not null then true
            when quarter.is_wage_complete and coalesce(quarter.wage_basis_code, 'EMPLOYER') <> 'PERSON'
                and observed.employer_key is not null
                then false
        end as is_with_employer
    from observed
    cross join wages_on_file
    left join quarter
        on observed.quarter_index = quarter.quarter_index
    left join person_quarter
        on observed.person_key = person_quarter.person_key
        and observed.quarter_index = person_quarter.quarter_index
    left join employment
        on observed.person_key = employment.person_key
        and observed.employer_key = employment.employer_key
        and observed.quarter_index = employment.quarter_index
),

outcome as (
    select
        training_key,
        max(case when is_not_on_file then 1 else 0 end) = 1 as has_quarter_not_on_file,
        max(case when is_wage_complete then 0 else 1 end) = 0 as has_all_quarters,
        sum(case when year_sign < 0 then wage_usd end) as year_before_wage_usd,
        sum(case when year_sign > 0 then wage_usd end) as year_after_wage_usd,
        {% for number in [2, 4] -%}
        max(case when quarters_from_anchor = {{ number }} then case when is_with_employer then 1 when not is_with_employer then 0 end end) = 1
            as is_retained_q{{ number }}{{ ',' if not loop.last }}
        {% endfor %}
    from seen
    group by training_key
),

final as (
    select
        known.training_key,
        known.training_contract_id,
        known.state_fiscal_year,
        known.person_key,
        known.is_headcount,
        known.trainee_count,
        known.employer_key,
        coalesce(known.employer_key, 'NAME-' || upper(trim(known.employer_name)), 'UNKNOWN') as company_key,
        known.employer_name,
        known.training_topic,
        cast(known.training_hours as decimal(10, 2)) as training_hours,
        known.training_start_date,
        known.training_end_date,
        cast(known.state_amount_usd as decimal(14, 2)) as state_amount_usd,
        cast(known.employer_match_usd as decimal(14, 2)) as employer_match_usd,
        cast(known.hourly_wage_before_usd as decimal(14, 2)) as hourly_wage_before_usd,
        cast(known.hourly_wage_after_usd as decimal(14, 2)) as hourly_wage_after_usd,
        known.credential_label,
        matched.is_wage_matched,
        case when matched.is_wage_matched then outcome.is_retained_q2 end as is_retained_q2,
        case when matched.is_wage_matched then outcome.is_retained_q4 end as is_retained_q4,
        outcome.has_quarter_not_on_file,
        cast(
            case when matched.is_wage_matched and outcome.has_all_quarters then outcome.year_before_wage_usd end
            as decimal(14, 2)
        ) as year_before_wage_usd,
        cast(
            case when matched.is_wage_matched and outcome.has_all_quarters then outcome.year_after_wage_usd end
            as decimal(14, 2)
        ) as year_after_wage_usd
    from known
    left join matched
        on known.training_key = matched.training_key
    left join outcome
        on known.training_key = outcome.training_key
)

select * from final
