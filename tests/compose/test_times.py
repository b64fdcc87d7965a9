"""Times since an event and weeks of pregnancy, in questions and in sentences."""

import math

import pytest

from ragqa.compose.ranges import decided_by
from ragqa.compose.times import DAYS, GESTATION, HOURS, YEARS, times_asked, times_in


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("stroke 5 hours ago, alteplase?", {HOURS: 5}),
        ("Symptoms started two hours ago", {HOURS: 2}),
        ("AF that lasted 30 minutes", {HOURS: 0.5}),
        ("the ring 2 weeks postpartum?", {DAYS: 14}),
        ("postnatal visit, day 16, asks for the pill", {DAYS: 16}),
        ("gave up smoking 20 years ago", {YEARS: 20}),
        ("34 weeks pregnant, itching", {GESTATION: 34}),
        ("expecting, 12/40, on ramipril", {GESTATION: 12}),
        ("amoxicillin for 7 days?", {}),
        ("my son is 3 years old", {}),
        ("co-trimoxazole 160/800", {}),
    ],
)
def test_how_long_ago_a_thing_was(question, asked):
    assert times_asked(question) == pytest.approx(asked)


@pytest.mark.parametrize(
    ("text", "measure", "low", "high"),
    [
        ("Alteplase is recommended within 3 hours of onset.", HOURS, 0, 3),
        ("Thrombectomy is recommended at 6 to 16 hours.", HOURS, 6, 16),
        ("Aspirin is given within 24 to 48 hours of onset.", HOURS, 0, 48),
        ("Episodes of 5 minutes to 24 hours may be treated.", HOURS, 5 / 60, 24),
        ("The ring is category 3 from 21 to 42 days after birth.", DAYS, 21, 42),
        ("The ring is category 4 during the first 21 days after birth.", DAYS, 0, 21),
        ("Observation for at least 6 hours of observation is advised.", HOURS, 6, math.inf),
        ("Screening is for those who quit within the past 15 years.", YEARS, 0, 15),
        ("A tolerance test at 24 to 28 weeks of pregnancy is advised.", GESTATION, 24, 28),
        ("Birth at 37 weeks of pregnancy or later.", GESTATION, 37, math.inf),
    ],
)
def test_ranges_of_time(text, measure, low, high):
    assert any(stated.measure == measure and stated.low == pytest.approx(low) and stated.high == pytest.approx(high) for stated in times_in(text))


@pytest.mark.parametrize(
    "text",
    [
        "Vancomycin is given for 10 days.",
        "Statins are recommended in adults aged 75 years or older.",
        "The starting age was lowered from 50 to 40 years.",
        "Birth is advised no later than 40 weeks.",
    ],
)
def test_how_long_a_treatment_lasts_and_ages_are_no_time_since(text):
    assert times_in(text) == []


def test_hours_and_months_are_not_compared():
    asked = times_asked("stroke 2 hours ago")
    assert decided_by(asked, "Head trauma within the past 3 months rules alteplase out.") == 0
    assert decided_by(asked, "Alteplase is recommended within 3 hours of onset.") == 1
    assert decided_by(asked, "Thrombectomy is recommended at 6 to 16 hours.") == -1


def test_how_long_an_episode_lasts():
    assert times_asked("a 3 minute run of AF")["hours since"] == pytest.approx(0.05)
    assert times_asked("a 3 minute walk") == {}
