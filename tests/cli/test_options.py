from collections import Counter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geodata.errors import InputError
from turfcutter.cli.cut import cut
from turfcutter.cli.options import (
    chosen_params,
    default_workspace,
    pair_of,
    parameter_options,
)
from turfcutter.declaring import option_name
from turfcutter.params import Params, declarations


@click.command()
@click.option("--config", type=click.Path(path_type=Path))
@parameter_options
@click.pass_context
def show(ctx, config, **given):
    """Print the parameters that the options make."""
    ctx.obj.append(chosen_params(config, given))


def chosen(*args):
    """Parameters made from words of a command line; the usage message where they are wrong."""
    made = []
    result = CliRunner().invoke(show, args, obj=made)
    if result.exit_code == 2:
        return result.output
    if result.exception:
        raise result.exception
    return made[0]


def test_every_parameter_has_one_option():
    names = Counter(name for option in cut.params for name in option.opts)
    assert max(names.values()) == 1
    assert {f"--{option_name(item)}" for _, item in declarations()} <= set(names)
    assert {"--snap-m", "--suppress-list", "--suppress-word", "--column", "--as-of"} <= set(names)


def test_no_options_give_the_defaults():
    assert chosen() == Params()


def test_options_of_every_kind(tmp_path):
    params = chosen(
        *("--precincts", str(tmp_path / "p.zip"), "--target", "60", "--by", "minutes"),
        *("--seed", "9", "--phones", "--keep", "party", "--keep", "lastVoted"),
        *("--column", "voter_id=VUID", "--column", "address = Res = Addr"),
        *("--suppress-list", "stop.txt", "--suppress-word", "SAFE AT HOME"),
        *("--within", "none", "--as-of", "2026-11-03"),
    )
    assert params.inputs.precincts == tmp_path / "p.zip"
    assert (params.cut.target, params.cut.by, params.cut.seed) == (60.0, "minutes", 9)
    assert params.voters.phones is True
    assert params.voters.keep == ("party", "lastVoted")
    assert params.voters.columns == {"voter_id": "VUID", "address": "Res = Addr"}
    assert params.suppress.lists == (Path("stop.txt"),)
    assert params.suppress.words == ("CONFIDENTIAL", "SAFE AT HOME")
    assert str(params.as_of) == "2026-11-03"


def test_options_override_the_file(tmp_path):
    config = tmp_path / "job.toml"
    config.write_text(
        "[cut]\ntarget = 40\nseed = 5\n[voters]\nphones = true\nkeep = ['party']\n"
        "[voters.columns]\nvoter_id = 'ID'\nage = 'AGE'\n"
    )
    params = chosen(
        *("--config", str(config), "--seed", "0", "--no-phones", "--keep", "extra"),
        *("--column", "voter_id=VUID"),
    )
    assert (params.cut.target, params.cut.seed) == (40, 0)
    assert params.voters.phones is False
    assert params.voters.keep == ("party", "extra")
    assert params.voters.columns == {"voter_id": "VUID", "age": "AGE"}


@pytest.mark.parametrize(
    "words",
    [
        ("--target", "0"),
        ("--target", "many"),
        ("--by", "voters"),
        ("--seed", "1.5"),
        ("--column", "VUID"),
        ("--column", "=VUID"),
        ("--as-of", "11/03/2026"),
    ],
)
def test_wrong_values_name_their_option(words):
    assert f"'{words[0]}'" in chosen(*words)


@pytest.mark.parametrize("words", [("--tolerance", "nan"), ("--prefix", "x"), ("--within", "x")])
def test_limits_that_only_the_declaration_knows(words):
    with pytest.raises(InputError, match=words[0][2:]):
        chosen(*words)


def test_pair_keeps_the_rest():
    assert pair_of("a=b=c") == ("a", "b=c")


@pytest.mark.parametrize(
    ("cache", "home"),
    [("/var/cache/me", "/var/cache/me"), ("", "~/.cache"), ("relative", "~/.cache")],
)
def test_default_workspace(monkeypatch, cache, home):
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    assert default_workspace() == Path(home).expanduser() / "turfcutter"
