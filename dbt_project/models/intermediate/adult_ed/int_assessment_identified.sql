-- Tests of known learners, one per person, form and day: the newest extract where two LACES numbers of a person say it.
with

assessment as (
    select * from {{ ref('stg_adult_ed_assessment') }}
),

learner as (
    select * from {{ ref('int_adult_ed_learner_identified') }}
),

efl as (
    select * from {{ ref('ref_efl') }}
),

build as (
    select * from {{ ref('stg_build') }}
),

ranked as (
    select
        learner.person_key,
        assessment.*,
        efl.track as efl_track_code,
        efl.level as efl_level_number,
        row_number() over (
            partition by learner.person_key, assessment.test_form_code, assessment.test_date
            order by assessment._extract_ts desc, assessment._batch_id desc, assessment._row_no desc
        ) as recency
    from assessment
    cross join build
    inner join learner
        on assessment.student_id = learner.student_id
    left join efl
        on assessment.efl_code = efl.code
    where assessment.test_date <= build.as_of_date
),

final as (
    select * from ranked where recency = 1
)

select * from final
