-- Skill gains of adult education: period × programme year × route (ref_gain_route), with the first day of each (rules 3).
with

placed as (
    select * from {{ ref('int_adult_ed_year_placed') }}
),

route as (
    select * from {{ ref('ref_gain_route') }}
),

efl as (
    select * from {{ ref('ref_efl') }}
),

assessment as (
    select * from {{ ref('int_assessment_identified') }} where is_valid_test and efl_code is not null
),

diploma as (
    select * from {{ ref('int_credential_collected') }} where is_diploma
),

event as (
    select * from {{ ref('int_event_resolved') }}
),

college_entry as (
    select * from {{ ref('int_ps_term_collected') }} where is_enrolled and not is_high_school_dual
),

tested as (
    select
        placed.person_key,
        placed.entry_date,
        placed.program_year,
        placed.gain_from_date,
        entering.track as entering_track_code,
        entering.level as entering_level_number,
        assessment.test_modality_code,
        assessment.efl_track_code,
        assessment.efl_level_number,
        assessment.is_post_test,
        assessment.test_date,
        assessment.test_form_code,
        assessment.test_date <= placed.gain_from_date as is_from_before,
        not assessment.is_post_test
            and assessment.test_date >= case
                when placed.entry_date = placed.gain_from_date then placed.test_from_date else placed.gain_from_date
            end as is_pre_test_of_year
    from placed
    inner join assessment
        on placed.person_key = assessment.person_key
        and assessment.test_date between placed.test_from_date and placed.gain_to_date
    left join efl as entering
        on placed.entering_efl_code = entering.code
),

-- What a post-test is held against, in each skill: the first pre-test of the period's part of the year, else the last test
-- before it; of two on one day the higher level.
baseline_ranked as (
    select
        *,
        row_number() over (
            partition by person_key, entry_date, program_year, test_modality_code, efl_track_code
            order by
                case when is_pre_test_of_year then 0 else 1 end,
                case when not is_pre_test_of_year then test_date end desc,
                test_date,
                efl_level_number desc,
                test_form_code
        ) as baseline_order
    from tested
    where is_pre_test_of_year or is_from_before
),

baseline as (
    select * from baseline_ranked where baseline_order = 1
),

pre_tested as (
    select distinct person_key, entry_date, program_year from baseline
),

gained as (
    select
        tested.person_key,
        tested.entry_date,
        tested.program_year,
        'PRE_POST_TEST' as route_code,
        tested.test_date as gain_date
    from tested
    left join pre_tested
        on tested.person_key = pre_tested.person_key
        and tested.entry_date = pre_tested.entry_date
        and tested.program_year = pre_tested.program_year
    left join baseline
        on tested.person_key = baseline.person_key
        and tested.entry_date = baseline.entry_date
        and tested.program_year = baseline.program_year
        and tested.test_modality_code = baseline.test_modality_code
        and tested.efl_track_code = baseline.efl_track_code
    where tested.is_post_test
        and tested.test_date >= tested.gain_from_date
        and (
            (
                tested.test_date > baseline.test_date
                and tested.efl_level_number > baseline.efl_level_number
                and (
                    tested.entering_level_number is null
                    or tested.entering_track_code <> tested.efl_track_code
                    or tested.efl_level_number > tested.entering_level_number
                )
            )
            -- No test before it is on file at all: the level LACES states at entry stands for the pre-test.
            or (
                pre_tested.person_key is null
                and tested.entering_track_code = tested.efl_track_code
                and tested.efl_level_number > tested.entering_level_number
            )
        )
    union all
    select
        placed.person_key,
        placed.entry_date,
        placed.program_year,
        'POSTSECONDARY' as route_code,
        college_entry.begin_date as gain_date
    from placed
    inner join college_entry
        on placed.person_key = college_entry.person_key
        and placed.exit_date < college_entry.begin_date
        and placed.exit_date >= placed.gain_from_date
        and placed.year_known_date >= college_entry.begin_date
    union all
    select
        placed.person_key,
        placed.entry_date,
        placed.program_year,
        'DIPLOMA' as route_code,
        diploma.award_date as gain_date
    from placed
    inner join diploma
        on placed.person_key = diploma.person_key
        and diploma.award_date between placed.gain_from_date and placed.gain_to_date
    union all
    select
        placed.person_key,
        placed.entry_date,
        placed.program_year,
        route.code as route_code,
        event.event_date as gain_date
    from placed
    inner join event
        on placed.person_key = event.person_key
        and event.event_date between placed.gain_from_date and placed.gain_to_date
    inner join route
        on event.event_type_code = route.event_type
    where false
    {%- for code, column in adult_ed_program_types().items() %}
        or ({{ holds_code('route.program_types', code) }} and placed.{{ column }})
    {%- endfor %}
),

final as (
    select
        gained.person_key,
        gained.entry_date,
        gained.program_year,
        gained.route_code,
        route.gain_kind as gain_kind_code,
        min(gained.gain_date) as gain_date
    from gained
    inner join route
        on gained.route_code = route.code
    group by gained.person_key, gained.entry_date, gained.program_year, gained.route_code, route.gain_kind
)

select * from final
