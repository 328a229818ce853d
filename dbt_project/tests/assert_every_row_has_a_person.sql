-- A record without a person would be lost from every mart in silence. Wages: assert_wages_per_quarter_are_conserved.
{% for model in ['stg_cthires_participant', 'stg_apprenticeship', 'stg_adult_ed', 'stg_dual_credit'] %}
select
    '{{ model }}' as model_name,
    count(*) as row_count
from {{ ref(model) }}
where person_key is null
having count(*) > 0
{{ 'union all' if not loop.last }}
{% endfor %}
