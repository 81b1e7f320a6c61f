"""llama.cpp in this process: how its threads wait, how many there are, and what it was built for."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import NotInstalledError
from refiner.llm import weights
from refiner.parallel import usable_cores

if TYPE_CHECKING:
    from types import ModuleType

WAITING = "OMP_WAIT_POLICY"
# Instructions by llama.cpp's names, with the kernel's: those that speed a model up.
# Source: ggml/src/ggml-cpu/CMakeLists.txt; Linux, arch/x86/include/asm/cpufeatures.h.
INSTRUCTIONS = {
    "AVX": "avx",
    "AVX2": "avx2",
    "AVX_VNNI": "avx_vnni",
    "AVX512": "avx512f",
    "AVX512_VBMI": "avx512vbmi",
    "AVX512_VNNI": "avx512_vnni",
    "AVX512_BF16": "avx512_bf16",
    "AMX_INT8": "amx_int8",
    "DOTPROD": "asimddp",
    "MATMUL_INT8": "i8mm",
    "SVE": "sve",
}
_INFO = re.compile(r"(\w+) = (\d+)")
_FLAGS = re.compile(r"^(?:flags|Features)\s*:(.*)$", re.MULTILINE)


def require_runtime() -> None:
    """Check that llama.cpp is installed.

    Raises:
        NotInstalledError: It is not.
    """
    if find_spec("xllamacpp") is None:
        raise NotInstalledError(
            "the embedded model's runtime `xllamacpp` is not installed", hint=weights.INSTALL_HINT
        )


def runtime() -> ModuleType:
    """llama.cpp, loaded so that its threads sleep while they wait for each other.

    OpenMP's threads spin by default. Where another process needs one of the cores, each of a
    token's hundreds of barriers then takes a time slice, and the model falls to a twentieth of its
    speed. Asleep, as many threads as cores follow the load by themselves.

    Raises:
        NotInstalledError: It is not installed.
    """
    require_runtime()
    os.environ.setdefault(WAITING, "passive")  # libgomp reads it when it is loaded
    import xllamacpp

    module: ModuleType = xllamacpp
    return module


def thread_count(module: ModuleType) -> int:
    """Threads for a model: all cores but one of many where they wait asleep, else the idle ones."""
    cores = usable_cores()
    is_asleep = os.environ.get(WAITING, "").lower() == "passive"
    if "OPENMP" in built_for(module) and is_asleep:
        return patient_threads(cores)
    try:
        load = os.getloadavg()[0]
    except OSError:
        load = 0.0
    return spinning_threads(cores, load)


def patient_threads(cores: int) -> int:
    """Threads that sleep while they wait: a busy core slows them down no more than its share."""
    return max(1, cores - 1 if cores > 2 else cores)  # noqa: PLR2004 - leave one of many free


def spinning_threads(cores: int, load: float) -> int:
    """Threads that spin while they wait: as many as cores stand idle, at least one.

    Args:
        cores: How many there are.
        load: The system's mean of running processes in the last minute.
    """
    idle = cores - round(load + 0.2)
    return max(1, min(idle, patient_threads(cores)))


def built_for(module: ModuleType) -> frozenset[str]:
    """What llama.cpp says that it was built with, as `AVX2` or `OPENMP`."""
    return frozenset(
        name for name, value in _INFO.findall(module.get_system_info()) if value != "0"
    )


def cpu_instructions() -> frozenset[str]:
    """The instructions of this CPU that matter, by llama.cpp's names; empty where unknown."""
    try:
        flags = _FLAGS.search(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        return frozenset()
    known = frozenset() if flags is None else frozenset(flags[1].split())
    return frozenset(name for name, flag in INSTRUCTIONS.items() if flag in known)


def described(module: ModuleType, cpu: frozenset[str]) -> str:
    """The runtime's version, what it uses of a CPU, and what it leaves unused.

    Args:
        module: llama.cpp.
        cpu: The CPU's instructions, by llama.cpp's names.
    """
    built = built_for(module)
    used = [name for name in INSTRUCTIONS if name in built]
    text = f"xllamacpp {module.__version__}, uses {', '.join(used) or 'no special instructions'}"
    unused = [name for name in INSTRUCTIONS if name in cpu - built]
    if not unused:
        return f"{text}: all that this CPU offers" if cpu else text
    return (
        f"{text}; this CPU also has {', '.join(unused)}: built for it the model is faster, "
        "see docs/local-model.md"
    )
