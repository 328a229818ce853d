-- Stays by number; a chain carries the numbers of its stays, so nothing is looked up by its text afterwards.
create or replace temp table told as
select max(end_date) as known_to_date, max(school_year) filter (substr(term_code, 5, 2) = '30') as known_to_school_year from core.fct_ps_term;
create or replace temp table stay as
with college_year as (
    select person_key, case when college_level_code = '4' then 'COLLEGE_4YR' else 'COLLEGE_2YR' end as stay_code, school_year,
        min(begin_date) as begin_date, max(end_date) as end_date
    from core.fct_ps_term where is_college_term
    group by all
),
college_stay as (
    select person_key, stay_code, min(begin_date) as entry_date, max(end_date) as last_date, max(school_year) as last_school_year
    from (select *, school_year - row_number() over (partition by person_key, stay_code order by school_year) as spell from college_year)
    group by person_key, stay_code, spell
)
select row_number() over (order by stay_key) as stay_no, *
from (
    select period_key as stay_key, person_key, program_code as stay_code, entry_date, exit_date, exit_reason_code from core.fct_program_period
    union all
    select person_key || '-' || stay_code || '-' || entry_date, person_key, stay_code, entry_date,
        case when last_school_year < known_to_school_year then last_date end, null
    from college_stay cross join told
    union all
    select distinct person_key || '-COLLEGE_AWARD-' || award_date, person_key, 'COLLEGE_AWARD', award_date, award_date, null from core.fct_ps_award
);
create or replace temp table step as
select dense_rank() over (order by pathway_code) as pathway_no, * from core.dim_pathway;
create or replace temp table step_stay as
select pathway_no, step_order, window_days, is_overlap_allowed, stay_no, person_key, entry_date, exit_date
from step join seeds.ref_pathway_stay using (stay_set_code) join stay using (stay_code);
create or replace temp table chain as
with recursive chain as (
    select pathway_no, person_key, step_order, entry_date, exit_date, entry_date as start_date, [stay_no] as stays
    from step_stay where step_order = 1
    union all
    select chain.pathway_no, chain.person_key, later.step_order, later.entry_date, later.exit_date, start_date, list_append(stays, stay_no)
    from chain join step_stay as later
        on chain.pathway_no = later.pathway_no and chain.person_key = later.person_key and chain.step_order + 1 = later.step_order
        and stays[-1] <> stay_no
        and later.entry_date >= case when is_overlap_allowed then chain.entry_date else chain.exit_date end
        and (later.entry_date <= chain.exit_date + window_days or (chain.exit_date is null and is_overlap_allowed))
)
from chain;
create or replace temp table walked as
select pathway_no, person_key, start_date, stays
from chain
qualify row_number() over (partition by pathway_no, person_key order by step_order desc, entry_date, start_date desc, stays) = 1;
create or replace temp table open_chain as
select chain.pathway_no, person_key, min(chain.step_order) as step_order
from chain cross join told cross join core.dim_build
join step on chain.pathway_no = step.pathway_no and chain.step_order + 1 = step.step_order
where exit_date is null
    or exit_date + window_days > case when stay_set_code like 'COLLEGE%' then coalesce(known_to_date, exit_date) else as_of_date end
group by all;
with person as (
    select walked.*, period_key, coalesce(excludes_all, false) as is_excluded, open_chain.step_order as open_from_order, asked.person_key is null as is_not_asked
    from walked
    join (select stay_no, stay_key as period_key, exit_reason_code from stay) as first_stay on stays[1] = first_stay.stay_no
    left join seeds.ref_exit_reason as exit_reason on exit_reason_code = exit_reason.code
    left join open_chain using (pathway_no, person_key)
    left join intermediate.int_ps_person_asked as asked using (person_key)
)
select pathway_code, person.person_key, step.step_order, stay_set_code, period_key,
    year(start_date)::integer - (month(start_date) < 7)::integer as program_year,
    stay.stay_no is not null as is_reached,
    stay.stay_no is null and coalesce(open_from_order < step.step_order, false) as is_pending,
    stay_set_code like 'COLLEGE%' and is_not_asked as is_unmatched,
    is_excluded,
    stay.stay_key, stay.stay_code, stay.entry_date, stay.exit_date,
    (stay.entry_date - previous.exit_date)::integer as days_from_previous,
    (stay.entry_date - start_date)::integer as days_from_start
from person
join step using (pathway_no)
left join stay on stays[step.step_order] = stay.stay_no
left join stay as previous on case when step.step_order > 1 then stays[step.step_order - 1] end = previous.stay_no
