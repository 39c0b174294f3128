"""A sign-in that is set up wrongly lets nobody in, and the server is set to tell nothing and take nothing."""

import tomllib
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from cswanalytics.app import shell, sign_in
from cswanalytics.settings import CONFIG_VARIABLE, RELEASES_VARIABLE

AUTH = {
    "redirect_uri": "http://localhost:8501/oauth2callback",
    "cookie_secret": "x" * sign_in.LEAST_SECRET,
    "client_id": "dashboard",
    "client_secret": "secret",
    "server_metadata_url": "http://localhost/.well-known/openid-configuration",
}
ALLOWED = '[[people]]\nclaim = "sub"\nvalue = "somebody"\nrole = "vsh"\n'


@pytest.fixture
def met(made, tmp_path, monkeypatch):
    """Give what draws the dashboard with these secrets and this access table, and says what title is met."""
    monkeypatch.setenv(RELEASES_VARIABLE, str(made.releases))
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))

    def draw(auth: dict[str, str], table: str | None = ALLOWED) -> AppTest:
        if table is not None:
            (tmp_path / "access.toml").write_text(table, encoding="utf-8")
        at = AppTest.from_file(str(Path(shell.__file__).with_name("script.py")), default_timeout=60)
        at.secrets["auth"] = auth
        at.run()
        assert not at.exception
        assert not at.selectbox, "the picker stands beside a sign-in"
        return at

    return draw


def title(at: AppTest) -> str:
    return at.title[0].value


def test_a_sign_in_set_up_rightly_is_offered_even_before_invented_figures(met):
    at = met(AUTH)
    assert title(at) == "Sign in"
    assert [button.label for button in at.button] == ["Sign in"]


@pytest.mark.parametrize("missing", list(AUTH))
def test_a_sign_in_with_something_missing_lets_nobody_in(met, missing):
    at = met({name: value for name, value in AUTH.items() if name != missing})
    assert title(at) == "Closed"
    assert not at.button


@pytest.mark.parametrize(
    "wrong",
    [
        {"cookie_secret": "short"},
        {"redirect_uri": AUTH["redirect_uri"].replace("localhost", "csw.example.org")},
        {"client_id": " "},
    ],
)
def test_a_sign_in_that_could_be_got_round_lets_nobody_in_and_does_not_say_to_visitors_how(
    met, wrong, caplog
):
    at = met({**AUTH, **wrong})
    assert title(at) == "Closed"
    assert next(iter(wrong)) in caplog.text
    assert next(iter(wrong)) not in " ".join(text.value for text in (*at.text, *at.markdown))


def test_a_header_that_anybody_could_send_lets_nobody_in(met):
    before = config.get_option("server.trustedUserHeaders")
    config.set_option("server.trustedUserHeaders", {"X-User": "email"})
    try:
        assert title(met(AUTH)) == "Closed"
    finally:
        config.set_option("server.trustedUserHeaders", before)


def test_a_table_with_a_fault_lets_nobody_in_and_tells_visitors_nothing_of_it(met):
    at = met(AUTH, ALLOWED + '[[people]]\nemail = "head@example.org"\nrole = "boss"\n')
    assert title(at) == "Closed"
    assert "head@example.org" not in " ".join(text.value for text in (*at.text, *at.markdown))


def test_secrets_without_a_table_let_nobody_in(met):
    at = met(AUTH, None)
    assert title(at) == "Not open yet"
    assert not at.button


def test_the_server_is_set_to_tell_nothing_and_take_nothing():
    file = Path(shell.__file__).parents[2] / ".streamlit" / "config.toml"
    settings = tomllib.loads(file.read_text(encoding="utf-8"))
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showErrorLinks"] is False
    assert settings["browser"]["gatherUsageStats"] is False
    server = settings["server"]
    assert (server["enableXsrfProtection"], server["enableCORS"]) == (True, True)
    assert (server["enableStaticServing"], server["enableAgentApi"]) == (False, False)
    assert server["maxUploadSize"] == 1
    assert "trustedUserHeaders" not in server
