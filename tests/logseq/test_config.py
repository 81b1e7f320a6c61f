"""`config.edn`: the keys that matter, absent, odd and broken."""

from __future__ import annotations

import pytest

from refiner.logseq import ConfigError, GraphConfig, read_config


def test_a_graph_without_config_has_logseq_s_defaults() -> None:
    config = read_config(None)
    assert config == GraphConfig()
    assert config.file_name_format == "legacy"


def test_the_keys_that_matter_are_read() -> None:
    config = read_config(
        b"{:meta/version 1 ;; a comment\n"
        b' :file/name-format :triple-lowbar :pages-directory "seiten"\n'
        b' :journals-directory "tage" :hidden ["/archive" "/x.md"]\n'
        b' :journal/page-title-format "dd-MM-yyyy" #_ :ignored #_ 1\n'
        b' :macros {} :shortcuts {:a ["b"]}}'
    )
    assert config.file_name_format == "triple-lowbar"
    assert config.pages_directory == "seiten"
    assert config.journals_directory == "tage"
    assert tuple(config.hidden) == ("/archive", "/x.md")


@pytest.mark.parametrize("data", [b"{:a", b"[1 2]", b"\xff", b'{:pages-directory "open}'])
def test_a_broken_config_is_an_error_that_says_so(data: bytes) -> None:
    with pytest.raises(ConfigError):
        read_config(data)


def test_a_value_of_the_wrong_kind_falls_back() -> None:
    assert read_config(b"{:pages-directory 7 :hidden nil}") == GraphConfig()
