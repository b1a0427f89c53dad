"""Keeping freed memory is a matter of the C library, and does no harm without one."""

from __future__ import annotations

import ctypes

import pytest

from cpi_econ.uncertainty.freed_memory import keep_freed_memory


class Library:
    def __init__(self, **functions):
        self.__dict__ |= functions


@pytest.fixture
def asked(monkeypatch):
    told = []
    glibc = Library(mallopt=lambda *pair: told.append(pair), gnu_get_libc_version=None)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: glibc)
    keep_freed_memory.cache_clear()
    yield told
    keep_freed_memory.cache_clear()


def test_glibc_is_asked_once(asked):
    keep_freed_memory()
    keep_freed_memory()
    assert asked == [(-3, 32 * 2**20), (-1, 64 * 2**20)]


@pytest.mark.parametrize("fault", [TypeError, OSError])
def test_systems_without_such_a_library_are_left_alone(fault, monkeypatch, asked):
    def refuse(_):
        raise fault

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    keep_freed_memory()
    assert asked == []


def test_other_libraries_are_left_alone(monkeypatch, asked):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library(mallopt=lambda *pair: asked.append(pair)))
    keep_freed_memory()
    assert asked == []
