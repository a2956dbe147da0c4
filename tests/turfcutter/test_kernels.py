"""Inner loops that were compiled are not compiled again."""

import sys

from turfcutter import kernels


def test_loops_of_the_running_program_are_compiled_and_marked_and_not_again(tmp_path, monkeypatch):
    """A checkout in the current folder is another program."""
    (tmp_path / "turfcutter").mkdir()
    (tmp_path / "turfcutter" / "__init__.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    kernels._mark("tours").unlink(missing_ok=True)  # of parts that all begin in the same way
    with kernels.compiling_ahead() as wait:
        wait()
    assert all(kernels._mark(part).exists() for part in kernels.PARTS)
    monkeypatch.setattr(sys, "executable", "/nowhere")  # a process of it could not even begin
    with kernels.compiling_ahead() as wait:
        wait()
