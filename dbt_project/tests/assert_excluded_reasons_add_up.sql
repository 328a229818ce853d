-- Whatever is left out is left out for one of the reasons the row names.
{%- set reasons = {
    'rpt_equity': [
        'institutionalised', 'medical', 'deceased', 'called_up', 'foster_moved', 'ineligible', 'offender', 'exit_reason',
        'not_reported', 'wages_not_on_file', 'no_price_index', 'no_threshold', 'employer_unknown', 'cancelled_in_probation',
        'no_term', 'no_wages_on_agreement', 'later_school_year', 'college_before', 'not_in_college',
    ],
    'rpt_apprenticeship': ['cancelled_in_probation'],
    'rpt_dual_credit': ['exit_reason', 'later_school_year', 'college_before', 'not_in_college'],
    'rpt_nrs_table_5': ['institutionalised', 'medical', 'deceased', 'called_up', 'offender'],
    'rpt_support': ['no_stay', 'exit_reason', 'not_reported'],
} %}
{% for report, names in reasons.items() -%}
select
    '{{ report }}' as report_name,
    excluded_count
from {{ ref(report) }}
where excluded_count <> {% for name in names %}excluded_{{ name }}_count{{ ' + ' if not loop.last }}{% endfor %}
{{ 'union all' if not loop.last }}
{% endfor %}
