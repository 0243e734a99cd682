# SPDX-License-Identifier: AGPL-3.0-or-later
"""What docker-compose.yml and Dockerfile name exists and fits together; no engine is needed to know that.

That it also runs, with exactly these commands and variables, tests/journeys/test_deployed.py shows.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from typing import Any
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from config.settings import Settings
from dispatch.cli import app
from tests.guards.deployment import ROOT, Stage, Unset, composed, stages

NEEDED = {"PONTE_DB_PASSWORD": "geheim", "PONTE_SECRET": "s" * 64, "PONTE_PUBLIC_URL": "https://ponte.coop.it"}
COMPOSE = composed(NEEDED)
OURS: dict[str, dict[str, Any]] = {name: part for name, part in COMPOSE["services"].items() if "build" in part}
LASTING = {"db", "serve", "worker", "clock"}
STAGES = {stage.name: stage for stage in stages()}
*_, IMAGE = STAGES.values()
SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"
SIZES = {"m": 1, "g": 1024}


def settings_known() -> set[str]:
    return {f"PONTE_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL"}


def port_faults(compose: dict[str, Any], image: Stage) -> list[str]:
    """Every place that names the port must name the same one, and only this machine may reach it."""
    port = image.environment()["PONTE_PORT"]
    faults = [f"EXPOSE {word}" for word in image.one("EXPOSE") if word != port]
    for published in compose["services"]["serve"]["ports"]:
        address, _, inside = published.rpartition(":")
        if inside != port or not address.startswith("127.0.0.1:"):
            faults.append(f"ports {published}")
    return faults


def mebibytes(limit: str) -> int:
    return int(limit[:-1]) * SIZES[limit[-1]]


@pytest.mark.parametrize("part", OURS)
def test_each_part_runs_a_command_that_exists(part: str) -> None:
    """`ponte <command> --help` answers for the command of each of our containers, after the image's entry point."""
    assert IMAGE.one("ENTRYPOINT") == ["ponte"]
    assert CliRunner().invoke(app, [*OURS[part]["command"], "--help"]).exit_code == 0
    assert CliRunner().invoke(app, [*IMAGE.one("CMD"), "--help"]).exit_code == 0


@pytest.mark.parametrize("part", OURS)
def test_each_variable_is_a_setting(part: str) -> None:
    """A misspelt variable would be ignored in silence, so even one more letter is found."""
    given = set(OURS[part]["environment"])
    assert given <= settings_known()
    assert {name for name in IMAGE.environment() if name.startswith("PONTE_")} <= settings_known()
    assert not given | {"PONTE_SECRETS"} <= settings_known()


@pytest.mark.parametrize("name", NEEDED)
def test_what_must_be_set_is_asked_for_by_name(name: str) -> None:
    """Nobody starts with an empty password, secret or address."""
    with pytest.raises(Unset, match=f"{name}: set {name} in .env"):
        composed(NEEDED | {name: ""})


def test_the_database_is_the_one_that_is_asked() -> None:
    """User, password, host, port and name of DATABASE_URL are those of the service db, whose data have a volume."""
    db = COMPOSE["services"]["db"]
    given = db["environment"]
    for part in OURS.values():
        url = urlsplit(part["environment"]["DATABASE_URL"])
        assert (url.scheme, url.hostname, url.port) == ("postgresql", "db", 5432)
        assert (url.username, url.password) == (given["POSTGRES_USER"], given["POSTGRES_PASSWORD"])
        assert url.path == f"/{given['POSTGRES_DB']}"
    assert db["image"] == "postgres:17"
    assert [one.split(":")[1] for one in db["volumes"]] == ["/var/lib/postgresql/data"]
    assert f"-U {given['POSTGRES_USER']} -d {given['POSTGRES_DB']}" in db["healthcheck"]["test"][1]


def test_every_part_that_lasts_is_watched_limited_and_started_again() -> None:
    """Health check, memory, processors and restart for all; ours also without rights and with nothing to write on."""
    assert LASTING | {"migrate"} == set(COMPOSE["services"])
    for name in LASTING:
        part = COMPOSE["services"][name]
        assert part["restart"] == "unless-stopped"
        assert part["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
        assert mebibytes(part["mem_limit"]) >= 512
        assert part["cpus"] > 0
    assert (OURS["migrate"]["restart"], "healthcheck" in OURS["migrate"]) == ("no", False)
    for part in OURS.values():
        assert part["read_only"] is True
        assert part["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in part["security_opt"]
        assert part["init"] is True  # the planner's children are reaped
        assert int(part["stop_grace_period"].removesuffix("s")) > 20  # a worker ends its jobs within that


def test_the_planner_reaches_its_own_limit_first() -> None:
    """Then it hands back its best plan; at the container's limit the kernel would kill it."""
    worker = OURS["worker"]
    assert mebibytes(worker["mem_limit"]) >= int(worker["environment"]["PONTE_PLANNER_MEMORY_MB"]) + 1024


def test_each_part_waits_for_what_it_needs() -> None:
    """The database is healthy before migrations run, and these are done before anything else begins."""
    assert OURS["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in ("serve", "worker", "clock"):
        assert OURS[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_every_port_is_the_same_one() -> None:
    """EXPOSE, PONTE_PORT and the published port agree, and the world comes through a proxy."""
    assert port_faults(COMPOSE, IMAGE) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("docker-compose.yml", "127.0.0.1:8080:8080", "127.0.0.1:8080:8081"),
        ("docker-compose.yml", "127.0.0.1:8080:8080", "8080:8080"),
        ("Dockerfile", "EXPOSE 8080", "EXPOSE 8081"),
        ("Dockerfile", "PONTE_PORT=8080", "PONTE_PORT=9090"),
    ],
)
def test_a_wrong_port_is_noticed(file: str, old: str, new: str) -> None:
    """The control: each of the places, changed alone, is found."""
    written = (ROOT / file).read_text(encoding="utf-8").replace(old, new)
    compose = composed(NEEDED, written) if file.endswith("yml") else COMPOSE
    image = stages(written)[-1] if file == "Dockerfile" else IMAGE
    assert port_faults(compose, image) != []


def test_every_folder_that_is_mounted_is_made_for_the_user() -> None:
    """What a part may write is in memory or in a volume, and the image made it for the account that runs."""
    account = next(words for words in IMAGE.commands() if words[0] == "useradd")
    uid = account[account.index("--uid") + 1]
    made = {account[account.index("--home-dir") + 1]} | {
        words[-1] for words in IMAGE.commands() if words[0] == "install" and f"--owner={account[-1]}" in words
    }
    for part in OURS.values():
        mounted = {one.split(":")[0] for one in part["tmpfs"]} | {one.split(":")[1] for one in part.get("volumes", [])}
        assert mounted - {"/tmp"} <= made
        assert f"/var/lib/ponte:uid={uid},mode=0700" in part["tmpfs"]
    volumes = {one.split(":")[0] for part in COMPOSE["services"].values() for one in part.get("volumes", [])}
    assert volumes == set(COMPOSE["volumes"])
    environment = IMAGE.environment()
    assert {environment["PONTE_HOME"], environment["NUMBA_CACHE_DIR"]} == made


def missing_sources(stage: Stage) -> list[str]:
    """What COPY names and the repository does not have; with --from, what the other stage does not hold."""
    missing = []
    for words in stage.all("COPY"):
        origin = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), None)
        for source in [word for word in words if not word.startswith("--")][:-1]:
            if origin is None:
                fine = (ROOT / source).exists()
            else:
                fine = origin in STAGES and source.startswith(STAGES[origin].one("WORKDIR")[0])
            missing += [] if fine else [source]
    return missing


@pytest.mark.parametrize("name", STAGES)
def test_the_image_copies_and_runs_what_is_there(name: str) -> None:
    """Every source of COPY is there, every program of RUN exists, every file and module it names too."""
    stage = STAGES[name]
    assert missing_sources(stage) == []
    for program, *words in stage.commands():
        assert program.startswith(".venv/bin/python") or shutil.which(program, path=f"{SYSTEM}:{_python_folder()}"), (
            program
        )
        for word in words:
            if "/" in word and not word.startswith(("-", "/", ".venv")) and "vendor" not in word:
                assert (ROOT / word).exists(), word
        if "-m" in words:
            assert importlib.util.find_spec(words[words.index("-m") + 1]) is not None
        if "-r" in words:
            assert (ROOT / words[words.index("-r") + 1]).exists()


def _python_folder() -> str:
    import sys

    return str(ROOT.__class__(sys.executable).parent)


def test_a_source_that_is_not_there_is_noticed() -> None:
    """The control: a misspelt folder, and a stage of another name."""
    [*_, wrong] = stages("FROM x AS a\nCOPY dispatcher x\nCOPY --from=b /ponte /ponte\nCOPY dispatch y\n")
    assert missing_sources(wrong) == ["dispatcher", "/ponte"]


def test_all_that_the_service_imports_is_copied() -> None:
    """The packages of pyproject.toml, and what its build reads."""
    copied = {word for words in STAGES["build"].all("COPY") for word in words}
    assert {"dispatch", "solver", "notifications", "config", "pyproject.toml", "README.md", "LICENSE"} <= copied


def test_node_stays_behind() -> None:
    """The stage that builds the pages gives its built files alone; no other stage runs Node or takes it along."""
    builders = [
        name for name, stage in STAGES.items() if any("assets/build.py" in " ".join(c) for c in stage.commands())
    ]
    assert builders == ["assets"]
    taken = [words for stage in STAGES.values() for words in stage.all("COPY") if "--from=assets" in words]
    assert [words[1] for words in taken] == ["/ponte/dispatch/web/static/vendor"]
    assert "**/node_modules" in (ROOT / ".dockerignore").read_text(encoding="utf-8").split()


def test_nobody_in_the_image_is_root() -> None:
    """The account is made before it is used, and everything from there on runs as it."""
    assert IMAGE.one("USER") == ["ponte"]
    names = [name for name, _ in IMAGE.steps]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert not any("user" in part for part in OURS.values())


def test_the_image_compiles_the_planner_for_its_own_user() -> None:
    """Where that user may write and read it, for numba keeps nothing in a folder that it could not also write to."""
    steps = [f"{name} {' '.join(words)}" for name, words in IMAGE.steps]
    kept = next(number for number, step in enumerate(steps) if "NUMBA_CACHE_DIR=" in step)
    assert kept < steps.index("USER ponte") < steps.index("RUN python -m solver.warm")
    for name in ("serve", "worker"):
        assert "ponte-compiled:" + IMAGE.environment()["NUMBA_CACHE_DIR"] in OURS[name]["volumes"]


def test_no_secret_is_written_down() -> None:
    """Passwords, tokens and secrets come from the environment of who starts it."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in re.findall(r"^\s+(\w*(?:SECRET|TOKEN|PASSWORD)\w*): (.*)$", text, re.MULTILINE):
        assert name[1].startswith("${")
