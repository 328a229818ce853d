{#-
    What a person or a stay can be sliced by: attribute code -> value, over the columns of `bridge_period_slice.described`.
    A new slice of these is a row of ref_slice; only a new attribute is a line here.
    RACE_ANY: alone or in combination, so a person may be in several (rules 7, O18); the others partition.
-#}
{% macro slice_attributes() -%}
    {% set found = {
        'ALL': "'ALL'",
        'SEX': "coalesce(sex_label, 'Not stated')",
        'RACE_PIRL_2018': 'race_pirl_2018_label',
        'RACE_SPD15_2024': 'race_spd15_2024_label',
        'AGE_GROUP': "coalesce(age_group_label, 'Unknown')",
        'EDUCATION_LEVEL': "coalesce(education_level_label, 'Unknown')",
        'EMPLOYMENT_AT_ENTRY': "coalesce(employment_status_label, 'Unknown')",
        'WDA': "coalesce(wda_label, 'Unknown')",
        'WDA_CURRENT': "coalesce(current_wda_label, 'Unknown')",
        'TOWN_TYPE': "coalesce(town_type_label, 'Unknown')",
        'PLANNING_REGION': "coalesce(planning_region_label, 'Unknown')",
    } %}
    {% for column, label in race_labels().items() %}
        {% do found.update({'RACE_ANY_' ~ column[3:] | upper: "case when " ~ column ~ " then '" ~ label ~ "' end"}) %}
    {% endfor %}
    {% do found.update({'RACE_ANY_HISPANIC': "case when is_hispanic then 'Hispanic' end"}) %}
    {% set flags = {
        'BIPOC': 'is_bipoc',
        'YOUTH': 'is_youth',
        'VETERAN': 'is_veteran',
        'DISABILITY': 'has_disability',
        'ENGLISH_LEARNER': 'is_english_learner',
        'RETURNING_CITIZEN': 'is_ex_offender',
        'FOSTER_YOUTH': 'is_foster_youth',
        'OPPORTUNITY_YOUTH': 'is_opportunity_youth',
        'LOW_INCOME': 'is_low_income',
        'HOMELESS': 'is_homeless',
        'SINGLE_PARENT': 'is_single_parent',
        'BASIC_SKILLS_DEFICIENT': 'is_basic_skills_deficient',
        'LONG_TERM_UNEMPLOYED': 'is_long_term_unemployed',
    } %}
    {% for attribute_code, column in flags.items() %}
        {% do found.update({attribute_code: "case when " ~ column ~ " then 'Yes' when not " ~ column ~ " then 'No' else 'Unknown' end"}) %}
    {% endfor %}
    {{ return(found) }}
{%- endmacro %}
