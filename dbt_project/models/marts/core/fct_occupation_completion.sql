-- Who has been trained for an occupation: college awards by the crosswalk from programme of study, shared evenly among its
-- occupations (e32), and completed apprenticeships by the agreement's own.
with

award as (
    select * from {{ ref('fct_ps_award') }}
),

cip_soc as (
    select
        cip_code,
        soc_code,
        count(*) over (partition by cip_code) as occupation_count
    from {{ ref('ref_cip_soc') }}
),

apprenticeship as (
    select * from {{ ref('fct_apprenticeship') }} where completed_date is not null
),

person as (
    select * from {{ ref('dim_person') }}
),

build as (
    select * from {{ ref('dim_build') }}
),

completion as (
    select
        award.person_key,
        'COLLEGE_AWARD' as completion_kind_code,
        award.award_date as completion_date,
        cip_soc.soc_code,
        cast(sum(cast(1 as double) / cip_soc.occupation_count) as decimal(9, 6)) as occupation_weight
    from award
    inner join cip_soc
        on award.cip_2020_code = cip_soc.cip_code
    group by award.person_key, award.award_date, cip_soc.soc_code
    union all
    select
        person_key,
        'APPRENTICESHIP' as completion_kind_code,
        completed_date as completion_date,
        soc_code,
        cast(count(*) as decimal(9, 6)) as occupation_weight
    from apprenticeship
    where soc_code is not null
    group by person_key, completed_date, soc_code
),

final as (
    select
        completion.person_key,
        completion.completion_kind_code,
        completion.completion_date,
        {{ quarter_index('completion.completion_date') }} as quarter_index,
        completion.soc_code,
        person.wda_code,
        completion.occupation_weight
    from completion
    inner join person
        on completion.person_key = person.person_key
    cross join build
    where completion.completion_date <= build.as_of_date
)

select * from final
