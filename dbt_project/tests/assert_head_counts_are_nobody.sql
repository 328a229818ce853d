-- A count is never a person, no stay is made of one, and trainees named and counted add up to those reported (e44).
with

training as (
    select * from {{ ref('fct_employer_training') }}
),

named as (
    select distinct person_key from training where not is_headcount
),

trained as (
    select
        state_fiscal_year,
        sum(trainee_count) as trainee_count
    from training
    group by state_fiscal_year
),

shown as (
    select
        state_fiscal_year,
        employee_count + headcount_count as trainee_count
    from {{ ref('rpt_incumbent_training') }}
    where company_key = 'ALL' and metric_code = 'IWT_TRAINEES'
)

select
    'a count with a person' as problem,
    training.training_key as of_what
from training
where training.is_headcount and training.person_key is not null
union all
select
    'a stay of nobody named' as problem,
    period.period_key as of_what
from {{ ref('fct_program_period') }} as period
left join named
    on period.person_key = named.person_key
where period.program_code = 'MIF_IWT' and named.person_key is null
union all
select
    'trainees do not add up' as problem,
    cast(trained.state_fiscal_year as varchar) as of_what
from trained
left join shown
    on trained.state_fiscal_year = shown.state_fiscal_year
where shown.trainee_count is null or shown.trainee_count <> trained.trainee_count
