-- One row per person of the crosswalk, also those known by wages alone.
with

person as (
    select * from {{ ref('stg_person') }}
),

attribute as (
    select * from {{ ref('int_person_attribute_chosen') }}
),

sex as (
    select * from {{ ref('ref_sex') }}
),

town as (
    select * from {{ ref('ref_town') }}
),

final as (
    select
        person.person_key,
        person.has_valid_ssn,
        attribute.birth_date,
        coalesce(attribute.sex_code, '9') as sex_code,
        sex.label as sex_label,
        attribute.is_hispanic,
        {% for column in ['is_aian', 'is_asian', 'is_black', 'is_nhpi', 'is_white', 'is_multi_race'] -%}
        coalesce(attribute.{{ column }}, false) as {{ column }},
        {% endfor -%}
        attribute.is_veteran,
        attribute.has_disability,
        town.code as town_code,
        attribute.is_town_from_zip,
        town.wda_code
    from person
    left join attribute
        on person.person_key = attribute.person_key
    left join sex
        on coalesce(attribute.sex_code, '9') = sex.code
    left join town
        on attribute.town_code = town.code
)

select * from final
