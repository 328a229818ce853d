-- An occupation spelt in a second way would meet neither its sector nor the openings of the same one.
with

spelt as (
    {% for model in ['fct_apprenticeship', 'fct_job_opening', 'fct_occupation_completion', 'fct_opening_month'] -%}
    select distinct
        '{{ model }}' as model_name,
        soc_code
    from {{ ref(model) }}
    where soc_code <> 'Unknown'
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    model_name,
    soc_code
from spelt
where length(soc_code) <> 7
    or substring(soc_code, 3, 1) <> '-'
    or translate(soc_code, '0123456789', '') <> '-'
