-- Attributes become rows once; which of them, or which two together, make a slice is data (ref_slice).
with

period as (
    select * from {{ ref('fct_program_period') }}
),

person as (
    select * from {{ ref('dim_person') }}
),

town as (
    select * from {{ ref('dim_town') }}
),

wda as (
    select * from {{ ref('ref_wda') }}
),

education_level as (
    select * from {{ ref('ref_educ_level') }}
),

employment_status as (
    select * from {{ ref('ref_emp_status_entry') }}
),

age_group as (
    select * from {{ ref('ref_age_group') }}
),

slice as (
    select * from {{ ref('dim_slice') }}
),

described as (
    select
        period.*,
        person.sex_label,
        person.race_pirl_2018_label,
        person.race_spd15_2024_label,
        person.is_hispanic,
        person.is_aian,
        person.is_asian,
        person.is_black,
        person.is_nhpi,
        person.is_white,
        person.is_bipoc,
        person.is_veteran,
        person.has_disability,
        age_group.age_group_label,
        age_group.is_youth,
        -- As it was: the area the stay was reported for; and as it is: that of the person's newest known home (e31).
        coalesce(wda.label, town.wda_label) as wda_label,
        home.wda_label as current_wda_label,
        town.planning_region_label,
        town.town_type_label,
        education_level.label as education_level_label,
        employment_status.label as employment_status_label
    from period
    inner join person
        on period.person_key = person.person_key
    left join town
        on period.town_code = town.town_code
    left join wda
        on period.wda_code = wda.code
    left join town as home
        on person.town_code = home.town_code
    left join education_level
        on period.education_level_code = education_level.code
    left join employment_status
        on period.employment_status_entry_code = employment_status.code
    -- Birth month is all the marts have: the age in whole years on the last day of the entry month.
    left join age_group
        on extract(year from period.entry_date) - person.birth_year
        - case when extract(month from period.entry_date) < person.birth_month_number then 1 else 0 end
            between age_group.age_from and age_group.age_to
),

attribute as (
    {% for attribute_code, value in slice_attributes().items() -%}
    select
        period_key,
        '{{ attribute_code }}' as attribute_code,
        {{ value }} as attribute_value
    from described
    {% if attribute_code.startswith('RACE_ANY') %}where {{ value }} is not null{% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        attribute.period_key,
        slice.slice_code,
        case
            when other_attribute.attribute_value is null then attribute.attribute_value
            else attribute.attribute_value || ' / ' || other_attribute.attribute_value
        end as slice_value
    from slice
    inner join attribute
        on slice.attribute_code = attribute.attribute_code
    left join attribute as other_attribute
        on slice.and_attribute_code = other_attribute.attribute_code
        and attribute.period_key = other_attribute.period_key
    where slice.and_attribute_code is null or other_attribute.period_key is not null
)

select * from final
