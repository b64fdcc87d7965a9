from __future__ import annotations

from ragqa.ingest.tables import Cell, lay_out


def head(*texts: str) -> list[Cell]:
    return [Cell(text, is_head=True) for text in texts]


def row(*texts: str) -> list[Cell]:
    return [Cell(text) for text in texts]


def test_each_row_carries_its_column_heads() -> None:
    table = lay_out("", [head("Outcome", "Drug", "Placebo"), row("Pain", "3.1", "4.5"), row("Falls", "2", "")])
    assert table.rows == ("Outcome: Pain; Drug: 3.1; Placebo: 4.5", "Outcome: Falls; Drug: 2")


def test_equal_values_in_neighbouring_columns_both_stay() -> None:
    assert lay_out("", [row("GG", "5 mg", "5 mg")]).rows == ("GG | 5 mg | 5 mg",)
    table = lay_out("", [head("", "A", "B"), row("GG", "5 mg", "5 mg")])
    assert table.rows == ("GG; A: 5 mg; B: 5 mg",)


def test_heads_over_several_columns_stand_before_those_below_them() -> None:
    cells = [
        [Cell("Arm", rows=2, is_head=True), Cell("Pain", columns=2, is_head=True)],
        head("Before", "After"),
        row("Drug", "7", "3"),
    ]
    assert lay_out("", cells).rows == ("Arm: Drug; Pain Before: 7; Pain After: 3",)


def test_a_cell_over_several_rows_stands_in_each() -> None:
    cells = [head("Drug", "Dose", "Time"), [Cell("A", rows=2), Cell("5 mg"), Cell("day")], row("9 mg", "night")]
    assert lay_out("", cells).rows == ("Drug: A; Dose: 5 mg; Time: day", "Drug: A; Dose: 9 mg; Time: night")


def test_a_row_across_all_columns_heads_those_below_it() -> None:
    cells = [head("", "N"), [Cell("Women", columns=2)], row("Pain", "4"), [Cell("Men", columns=2)], row("Pain", "6")]
    assert lay_out("", cells).rows == ("Women; Pain; N: 4", "Men; Pain; N: 6")


def test_an_empty_row_ties_only_what_is_set_in() -> None:
    cells = [head("", "N"), row("Sex", ""), row("\u2003Women", "4"), row("Age", "60")]
    assert lay_out("", cells).rows == ("Sex; Women; N: 4", "Age; N: 60")
    cells = [head("", "N"), row("Sex", ""), row("Women", "4")]
    assert lay_out("", cells).rows == ("Sex", "Women; N: 4")


def test_a_row_that_is_set_in_stands_under_the_one_that_is_not() -> None:
    cells = [
        head("", "N", "p"),
        row("Failure", "", "0.59"),
        row("\u2003Yes", "29", ""),
        row("\u2003No", "33", ""),
        row("Age", "60", ""),
    ]
    assert lay_out("", cells).rows == ("Failure; p: 0.59", "Failure; Yes; N: 29", "Failure; No; N: 33", "Age; N: 60")


def test_an_empty_first_cell_goes_on_with_the_one_above_where_the_second_holds_words() -> None:
    cells = [head("", "", "N"), row("Sex", "Female", "5"), row("", "Male", "17")]
    assert lay_out("", cells).rows == ("Sex; Female; N: 5", "Sex; Male; N: 17")


def test_long_heads_stand_once() -> None:
    long = "the mean change in pain from the first to the last visit"
    table = lay_out("", [head("Arm", long), row("Drug", "3")])
    assert table.header_line == f"Arm | {long}"
    assert table.rows == ("Drug | 3",)


def test_a_table_beyond_all_bounds_is_left_out() -> None:
    assert lay_out("", [row(*["x"] * 300)]).rows == ()


def test_a_table_of_nothing() -> None:
    assert lay_out("Caption.", []).rows == ()
