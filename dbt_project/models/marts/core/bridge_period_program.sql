-- A stay belongs to its own programme and to the parts of it that are programmes of their own (ref_program_group).
with

period as (
    select * from {{ ref('fct_program_period') }}
),

program_group as (
    select * from {{ ref('ref_program_group') }}
),

adult_ed_year as (
    select * from {{ ref('fct_adult_ed_period') }}
),

apprenticeship as (
    select * from {{ ref('fct_apprenticeship') }}
),

described as (
    select
        participation_key as period_key,
        'ADULT_ED' as of_program_code,
        'ADULT_ED_TYPE' as attribute_code,
        ';' || adult_ed_program_type_codes || ';' as attribute_values
    from adult_ed_year
    union all
    select
        {{ apprenticeship_key('person_key', 'agreement_no') }} as period_key,
        'APPRENTICESHIP' as of_program_code,
        'OCCUPATION' as attribute_code,
        ';' || occupation_code || ';' as attribute_values
    from apprenticeship
),

member as (
    select
        period_key,
        program_code
    from period
    union
    select
        period.period_key,
        program_group.group_program_code as program_code
    from described
    inner join program_group
        on described.of_program_code = program_group.of_program_code
        and described.attribute_code = program_group.attribute_code
        and described.attribute_values like '%;' || program_group.attribute_value || ';%'
    inner join period
        on described.period_key = period.period_key
)

select
    period_key,
    program_code
from member
