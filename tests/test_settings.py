"""What the environment and `.env` say becomes one frozen value, and what cannot be used is one sentence.

Everything else in the tests is given its settings instead of reading them.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from playground.errors import SettingsError
from playground.settings import Settings, load

VARIABLES = {field.metadata["variable"]: field.name for field in fields(Settings)}
NO_FILE = Path("there-is-no-such-file")


def test_nothing_set_means_loopback_and_a_free_port() -> None:
    """Without any variable the app listens on loopback only, on the first free port, and is on no Space."""
    settings = load({}, NO_FILE)
    assert settings == Settings()
    assert (settings.server_name, settings.port, settings.on_space) == ("127.0.0.1", None, False)
    assert settings.data_path == Path.home() / ".local/share/parameter-playground"


@pytest.mark.parametrize("variable", VARIABLES)
def test_each_variable_sets_its_field(variable: str, tmp_path: Path) -> None:
    """From the environment and from the file alike, blanks at the ends left out; other fields stay as they are."""
    expected = Settings(**{VARIABLES[variable]: "7"})
    assert load({variable: " 7 "}, NO_FILE) == expected
    file = tmp_path / ".env"
    file.write_text(f"{variable}=7\n", encoding="utf-8")
    assert load({}, file) == expected


def test_a_byte_order_mark_hides_no_variable(tmp_path: Path) -> None:
    """The first line of a .env that an editor saved with one counts like any other."""
    file = tmp_path / ".env"
    file.write_text("HF_TOKEN=hf_1\nGRADIO_SERVER_PORT=7\n", encoding="utf-8-sig")
    assert (load({}, file).hf_token, load({}, file).server_port) == ("hf_1", "7")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A variable that is set in both places has the environment's value."""
    file = tmp_path / ".env"
    file.write_text("GRADIO_SERVER_PORT=1111\nPLAYGROUND_DATA_DIR=/file\n", encoding="utf-8")
    settings = load({"GRADIO_SERVER_PORT": "2222"}, file)
    assert (settings.port, settings.data_dir) == (2222, "/file")


def test_an_empty_variable_is_not_set() -> None:
    """`GRADIO_SERVER_NAME=` does not mean all addresses."""
    assert load({"GRADIO_SERVER_NAME": "", "GRADIO_SERVER_PORT": ""}, NO_FILE) == Settings()


def test_the_processs_own_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument it is os.environ that counts."""
    monkeypatch.setenv("PLAYGROUND_MODEL_FILE", "/a.gguf")
    assert load(dotenv=NO_FILE).model_file == "/a.gguf"


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """A .env that an editor saved as UTF-16 is said to be that, in one sentence."""
    file = tmp_path / ".env"
    file.write_bytes("GRADIO_SERVER_PORT=7860".encode("utf-16"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load({}, file)


@pytest.mark.parametrize("port", ["1", "7860", "65535"])
def test_a_port(port: str) -> None:
    """A whole number from 1 to 65535 is a port."""
    assert Settings(server_port=port).port == int(port)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "7860.0", "²", "٣", " ", "9" * 5000])
def test_what_is_no_port(port: str) -> None:
    """Anything else is one sentence that names the variable and says what to do, and no traceback of int()."""
    with pytest.raises(SettingsError) as caught:
        _ = Settings(server_port=port).port
    assert "GRADIO_SERVER_PORT" in caught.value.message
    assert "1 to 65535" in caught.value.next_step


@pytest.mark.parametrize(
    ("typed", "ports"),
    [
        ("8080", (8080,)),
        ("1, 2 3,1", (1, 2, 3)),
        ("none", ()),
        (Settings().local_ports, (11434, 1234, 8080, 8000, 5001, 1337)),
    ],
)
def test_ports_to_look_at(typed: str, ports: tuple[int, ...]) -> None:
    """Each once, as they are written; none where that is said, and on a Space."""
    assert Settings(local_ports=typed).ports_to_look_at == ports
    assert Settings(local_ports=typed, space_id="me/it").ports_to_look_at == ()


@pytest.mark.parametrize("typed", ["0", "off", "8080-8090", "1 70000"])
def test_what_are_no_ports_to_look_at(typed: str) -> None:
    """It is said when the program starts, and not when the page asks."""
    with pytest.raises(SettingsError, match="PLAYGROUND_LOCAL_PORTS"):
        load({"PLAYGROUND_LOCAL_PORTS": typed}, NO_FILE)


def test_a_home_in_the_path_is_found() -> None:
    """`~` in the data folder is the user's home."""
    assert Settings(data_dir="~/x").data_path == Path.home() / "x"


def test_on_a_space() -> None:
    """SPACE_ID, which HuggingFace sets, tells that this is a Space."""
    assert load({"SPACE_ID": "me/it"}, NO_FILE).on_space


def test_settings_are_frozen() -> None:
    """Nobody can change them once they are read."""
    with pytest.raises(AttributeError):
        Settings().server_name = "0.0.0.0"  # type: ignore[misc]
