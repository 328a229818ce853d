with

wage as (
    select * from {{ ref('fct_wage_quarter') }} where wage_usd > 0 and employer_key is not null
),

quarter as (
    select * from {{ ref('dim_quarter') }}
),

-- Wages that came by person name no employer: they cannot say that a job was not there.
named as (
    select
        quarter_index,
        is_wage_complete and coalesce(wage_basis_code, 'EMPLOYER') <> 'PERSON' as is_complete
    from quarter
),

known as (
    select
        quarter_index,
        lag(is_complete) over (order by quarter_index) as is_previous_complete,
        lead(is_complete) over (order by quarter_index) as is_next_complete
    from named
),

-- Accounts of one employer are one job (rules s13).
summed as (
    select
        person_key,
        employer_key,
        quarter_index,
        cast(sum(wage_usd) as decimal(14, 2)) as wage_usd
    from wage
    group by person_key, employer_key, quarter_index
),

beside as (
    select
        *,
        lag(quarter_index) over (partition by person_key, employer_key order by quarter_index) as previous_quarter_index,
        lead(quarter_index) over (partition by person_key, employer_key order by quarter_index) as next_quarter_index
    from summed
),

flagged as (
    select
        beside.person_key,
        beside.employer_key,
        beside.quarter_index,
        beside.wage_usd,
        case
            when beside.previous_quarter_index = beside.quarter_index - 1 then true
            when known.is_previous_complete then false
        end as is_beginning_of_quarter,
        case
            when beside.next_quarter_index = beside.quarter_index + 1 then true
            when known.is_next_complete then false
        end as is_end_of_quarter
    from beside
    inner join known
        on beside.quarter_index = known.quarter_index
),

final as (
    select
        person_key,
        employer_key,
        quarter_index,
        {{ quarter_label_of('quarter_index') }} as quarter,
        wage_usd,
        is_beginning_of_quarter,
        is_end_of_quarter,
        is_beginning_of_quarter and is_end_of_quarter as is_full_quarter
    from flagged
)

select * from final
