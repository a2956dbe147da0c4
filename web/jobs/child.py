"""
The process of one job: standard input says what to do, it says on standard output how far it is.

One line of JSON each: ``{"step", "detail"}``, and at the end ``{"done"}`` or ``{"code",
"sentence"}``. Run by `worker`, as ``python -m web.jobs.child``.
"""

import json
import os
import sys
from traceback import extract_tb
from typing import Any

from web.jobs.confine import Limits, confine
from web.jobs.fence import fence

FAULT = "This is a fault of turfcutter, not yours. Please tell whoever runs this server."
FULL = "The server's disk is full; tell its keeper."
MEMORY = "This needs more memory than one job may have; cut a smaller area, or fewer voters."


def main() -> None:
    """Do the job that standard input describes."""
    spec: dict[str, Any] = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever libraries print is no message of ours
    confine(Limits(**spec["limits"]))
    if os.getppid() != spec["worker"]:
        return  # it died before this process was bound to it
    fence(spec["reads"], spec["writes"])
    hidden = sorted(spec["names"].items(), key=lambda pair: -len(pair[0]))

    def say(message: dict[str, Any]) -> None:
        text = json.dumps(message)
        for path, name in hidden:
            text = text.replace(json.dumps(path)[1:-1], json.dumps(name)[1:-1])
        out.write(text + "\n")

    def progress(step: str, detail: str = "") -> None:
        say({"step": step, "detail": detail})

    say(_outcome(spec, progress))


def _outcome(spec: dict[str, Any], progress: Any) -> dict[str, Any]:  # noqa: ANN401 - a Progress
    from geodata.errors import GeodataError  # noqa: PLC0415
    from geodata.storage.atomic import no_space  # noqa: PLC0415 - heavy imports are held to the limits too

    try:
        from web.jobs.tasks import TASKS  # noqa: PLC0415

        return {"done": TASKS[spec["kind"]](spec, progress)}
    except GeodataError as fault:
        return {"code": fault.code, "sentence": fault.sentence}
    except MemoryError:
        return {"code": "MEMORY", "sentence": MEMORY}
    except Exception as fault:  # noqa: BLE001 - a job ends in a sentence, whatever happens
        if no_space(fault):
            return {"code": "NO_SPACE", "sentence": FULL}
        places = [f"{each.filename}:{each.lineno}" for each in extract_tb(fault.__traceback__)[-3:]]
        place = " > ".join(places)  # never a text of the fault: it may hold a voter
        return {"code": "", "sentence": FAULT, "fault": f"{type(fault).__name__} at {place}"}


if __name__ == "__main__":
    main()
