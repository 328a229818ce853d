-- Attributes become rows by unpivoting; a slice of two attributes joins them once.
with described as materialized (
select
    period_key,
    'ALL' as "ALL",
    coalesce(sex_label, 'Not stated') as SEX,
    race_pirl_2018_label as RACE_PIRL_2018,
    race_spd15_2024_label as RACE_SPD15_2024,
    coalesce(age_group_label, 'Unknown') as AGE_GROUP,
    coalesce(education_level.label, 'Unknown') as EDUCATION_LEVEL,
    coalesce(employment_status.label, 'Unknown') as EMPLOYMENT_AT_ENTRY,
    coalesce(wda.label, town.wda_label, 'Unknown') as WDA,
    coalesce(home.wda_label, 'Unknown') as WDA_CURRENT,
    coalesce(town.town_type_label, 'Unknown') as TOWN_TYPE,
    coalesce(town.planning_region_label, 'Unknown') as PLANNING_REGION,
    case when is_aian then 'American Indian or Alaska Native' end as RACE_ANY_AIAN,
    case when is_asian then 'Asian' end as RACE_ANY_ASIAN,
    case when is_black then 'Black' end as RACE_ANY_BLACK,
    case when is_nhpi then 'Native Hawaiian or Pacific Islander' end as RACE_ANY_NHPI,
    case when is_white then 'White' end as RACE_ANY_WHITE,
    case when is_hispanic then 'Hispanic' end as RACE_ANY_HISPANIC,
    case when is_bipoc then 'Yes' when not is_bipoc then 'No' else 'Unknown' end as BIPOC,
    case when is_youth then 'Yes' when not is_youth then 'No' else 'Unknown' end as YOUTH,
    case when is_veteran then 'Yes' when not is_veteran then 'No' else 'Unknown' end as VETERAN,
    case when has_disability then 'Yes' when not has_disability then 'No' else 'Unknown' end as DISABILITY,
    case when is_english_learner then 'Yes' when not is_english_learner then 'No' else 'Unknown' end as ENGLISH_LEARNER,
    case when is_ex_offender then 'Yes' when not is_ex_offender then 'No' else 'Unknown' end as RETURNING_CITIZEN,
    case when is_foster_youth then 'Yes' when not is_foster_youth then 'No' else 'Unknown' end as FOSTER_YOUTH,
    case when is_opportunity_youth then 'Yes' when not is_opportunity_youth then 'No' else 'Unknown' end as OPPORTUNITY_YOUTH,
    case when is_low_income then 'Yes' when not is_low_income then 'No' else 'Unknown' end as LOW_INCOME,
    case when is_homeless then 'Yes' when not is_homeless then 'No' else 'Unknown' end as HOMELESS,
    case when is_single_parent then 'Yes' when not is_single_parent then 'No' else 'Unknown' end as SINGLE_PARENT,
    case when is_basic_skills_deficient then 'Yes' when not is_basic_skills_deficient then 'No' else 'Unknown' end as BASIC_SKILLS_DEFICIENT,
    case when is_long_term_unemployed then 'Yes' when not is_long_term_unemployed then 'No' else 'Unknown' end as LONG_TERM_UNEMPLOYED
from core.fct_program_period as period
join core.dim_person as person using (person_key)
left join core.dim_town as town on period.town_code = town.town_code
left join seeds.ref_wda as wda on period.wda_code = wda.code
left join core.dim_town as home on person.town_code = home.town_code
left join seeds.ref_educ_level as education_level on period.education_level_code = education_level.code
left join seeds.ref_emp_status_entry as employment_status on period.employment_status_entry_code = employment_status.code
left join seeds.ref_age_group as age_group
    on year(entry_date) - birth_year - (month(entry_date) < birth_month_number)::int between age_from and age_to
),
attribute as materialized (
from described unpivot include nulls (attribute_value for attribute_code in (* exclude (period_key)))
)
select period_key, slice_code, attribute_value as slice_value
from attribute join (from core.dim_slice where and_attribute_code is null) using (attribute_code)
where attribute_value is not null or not starts_with(attribute_code, 'RACE_ANY')
union all
select one.period_key, slice_code, one.attribute_value || ' / ' || other.attribute_value
from attribute as one
join core.dim_slice as slice on one.attribute_code = slice.attribute_code
join attribute as other on slice.and_attribute_code = other.attribute_code and one.period_key = other.period_key
