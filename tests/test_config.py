"""Settings: defaults, a file, the environment, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.config import SETTINGS_FILE, Settings, load_settings
from ragqa.errors import RagqaError, SettingsError


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / "settings.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_without_a_file_or_variables_the_defaults_hold(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}) == Settings()


def test_a_file_in_the_working_folder_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / SETTINGS_FILE).write_text("[compose]\nmost_words = 300\n", encoding="utf-8")
    assert load_settings(environment={}).compose.most_words == 300


def test_a_file_changes_what_it_names_and_nothing_else(write):
    settings = load_settings(write('encoder = "hashing-64"\n[retrieve]\ndepth = 7\n'), {})
    assert settings.encoder == "hashing-64"
    assert settings.retrieve == Settings().retrieve.model_copy(update={"depth": 7})
    assert settings.compose == Settings().compose


def test_the_environment_wins_over_the_file(write):
    path = write("[retrieve]\ndepth = 7\ndense_weight = 0.2\n")
    settings = load_settings(path, {"RAGQA_RETRIEVE__DEPTH": "9", "RAGQA_ENCODER": "hashing-32", "PATH": "/bin"})
    assert settings.retrieve.depth == 9
    assert settings.retrieve.dense_weight == 0.2
    assert settings.encoder == "hashing-32"


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"RAGQA_RETRIEVE__FEEDBACK": "false"}, ("retrieve", "feedback", False)),
        ({"RAGQA_CHUNK__TARGET_WORDS": "100"}, ("chunk", "target_words", 100)),
        ({"RAGQA_INDEXING__K1": "0.9"}, ("indexing", "k1", 0.9)),
    ],
)
def test_variables_are_read_as_what_they_set(variables, field, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table, key, value = field
    assert getattr(getattr(load_settings(environment=variables), table), key) == value


def test_the_variable_that_names_the_file_is_no_setting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={"RAGQA_SETTINGS": "elsewhere.toml"}) == Settings()


@pytest.mark.parametrize(
    "text",
    [
        "unknown = 1\n",
        "[compose]\nmost_word = 300\n",
        "[retrieval]\ndepth = 5\n",
        "[retrieve]\ndepth = 0\n",
        "[retrieve]\ndepth = 1001\n",
        "[retrieve]\ndense_weight = 1.5\n",
        "[retrieve]\ndepth = 'many'\n",
        "[compose]\nmost_words = 10\n",
        "compose = 3\n",
        "[indexing]\nb = -0.1\n",
    ],
)
def test_unknown_keys_and_wrong_values_are_refused(write, text):
    with pytest.raises(SettingsError, match="setting "):
        load_settings(write(text), {})


@pytest.mark.parametrize("text", ["depth = ", "[retrieve", "a = 1\na = 2\n", b"\xff\xfe\x00", "= 3"])
def test_what_is_not_toml_is_refused_with_the_file_named(write, text):
    path = write(text)
    with pytest.raises(SettingsError, match=r"settings\.toml is not TOML"):
        load_settings(path, {})


def test_a_missing_file_that_was_asked_for_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="cannot read"):
        load_settings(tmp_path / "absent.toml", {})


@pytest.mark.parametrize("variables", [{"RAGQA_UNKNOWN": "1"}, {"RAGQA_RETRIEVE__DEEP": "1"}, {"RAGQA_RETRIEVE__DEPTH": "x"}])
def test_unknown_variables_are_refused(tmp_path, monkeypatch, variables):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError):
        load_settings(environment=variables)


def test_a_variable_inside_what_is_no_table_is_refused(write):
    with pytest.raises(SettingsError, match="is a value"):
        load_settings(write('encoder = "a"\n'), {"RAGQA_ENCODER__NAME": "b"})


def test_refusals_are_one_line_with_a_remedy(write):
    with pytest.raises(RagqaError) as caught:
        load_settings(write("unknown = 1\n"), {})
    assert "\n" not in str(caught.value)
    assert "unknown" in str(caught.value)
    assert caught.value.remedy


def test_the_fingerprint_follows_what_changes_an_index_and_nothing_else():
    base = Settings()
    same = base.model_copy(update={"retrieve": base.retrieve.model_copy(update={"depth": 5})})
    other = base.model_copy(update={"chunk": base.chunk.model_copy(update={"target_words": 99})})
    assert base.fingerprint() == same.fingerprint() == Settings().fingerprint()
    assert base.fingerprint() != other.fingerprint()
    assert base.fingerprint() != base.model_copy(update={"encoder": "hashing-64"}).fingerprint()


def test_settings_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Settings().encoder = "other"


@given(st.dictionaries(st.text("ABCDEFGHIJ_", min_size=1, max_size=12), st.text(max_size=8), max_size=3))
def test_no_environment_causes_another_error(variables):
    environment = {f"RAGQA_{name}": value for name, value in variables.items()}
    try:
        load_settings(None, environment)
    except SettingsError as error:
        refusal = str(error)
    else:
        refusal = ""
    assert "\n" not in refusal


def test_how_vectors_are_searched_changes_no_fingerprint():
    settings = load_settings(environment={"RAGQA_INDEXING__DENSE": "rabitq"})
    assert settings.indexing.dense == "rabitq"
    assert settings.fingerprint() == load_settings(environment={}).fingerprint()


def test_how_many_passages_have_vectors_of_sentences_changes_no_fingerprint():
    settings = load_settings(environment={"RAGQA_INDEXING__SENTENCE_VECTORS": "0"})
    assert settings.fingerprint() == load_settings(environment={}).fingerprint()
    assert Settings().fingerprint() == "419e91629411ce7f"  # that of indexes made when the limit was 20,000: they are gone on with
