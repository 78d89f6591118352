"""CPU time is that of a whole family of processes, without the embedded model's.

A figure that forgot a child would look like a fast server.
"""

from __future__ import annotations

from bench.program import NOT_COUNTED, Program

BURN = "t=time.process_time()\nwhile time.process_time()-t<{seconds}: pass\n"
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {child!r}, {mark!r}], stdout=subprocess.PIPE)
child.stdout.readline()
print("burnt", flush=True)
sys.stdin.read()
"""
CHILD = "import sys, time\n" + BURN.format(seconds=0.3) + "print(flush=True)\nsys.stdin.read()\n"


def spent_beside(mark: str) -> float:
    """CPU seconds of a program that does little and whose child, with `mark` on its command line, burns 0.3 s."""
    with Program("-c", PARENT.format(child=CHILD, mark=mark)) as program:
        assert program.line() == "burnt"
        return program.cpu_seconds()


def test_a_child_counts() -> None:
    """What a child burns is in its parent's figure."""
    assert spent_beside("anything") >= 0.3


def test_the_embedded_model_does_not_count() -> None:
    """The model's own process is left out: its cost is the model's, not the page's."""
    assert spent_beside(NOT_COUNTED) < 0.3
