"""Who is answered by which model: no answer is lost to a switch, and nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import sleep

from playground.engine.model_lock import ModelLock


def test_those_who_want_the_same_share_it() -> None:
    """Nobody waits for anybody."""
    lock = ModelLock()
    assert all(lock.acquire("a").done() for _ in range(3)) and lock.holders == 3


def test_another_model_waits_until_all_have_let_go() -> None:
    """And gets it the moment that the last one does."""
    lock = ModelLock()
    lock.acquire("a")
    lock.acquire("a")
    other = lock.acquire("b")
    lock.release()
    assert not other.done()
    lock.release()
    assert other.done() and lock.holders == 1


def test_who_comes_later_for_the_present_model_waits_behind_a_switch() -> None:
    """Else a busy model would never be changed; of the next model all who wait get it together."""
    lock = ModelLock()
    lock.acquire("a")
    first, later, second = lock.acquire("b"), lock.acquire("a"), lock.acquire("b")
    assert not later.done()
    lock.release()
    assert first.done() and second.done() and not later.done()
    lock.release()
    lock.release()
    assert later.done()


def test_who_gives_up_holds_up_nobody() -> None:
    """Those who waited behind go on; one whose turn it had just been lets go."""
    lock = ModelLock()
    lock.acquire("a")
    leaving, behind = lock.acquire("b"), lock.acquire("a")
    lock.give_up(leaving)
    assert behind.done() and lock.holders == 2
    lock.give_up(behind)
    assert lock.holders == 1


def test_many_threads_never_use_two_models_at_once() -> None:
    """Whatever their order."""
    lock, guard = ModelLock(), Lock()
    inside: list[str] = []
    mixed = []

    def use(model: str) -> None:
        lock.acquire(model).result(30)
        with guard:
            inside.append(model)
            mixed.append(len(set(inside)))
        sleep(0.001)
        with guard:
            inside.remove(model)
        lock.release()

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(use, "abac" * 50))
    assert set(mixed) == {1} and lock.holders == 0
