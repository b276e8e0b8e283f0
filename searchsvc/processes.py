"""How shall this process and its children use the machine?"""

from __future__ import annotations

import os


def one_thread_of_algebra() -> None:
    """Have NumPy multiply matrices on one thread, here where it is not loaded yet, and in processes started from here.

    The matrices are small and a process runs on each core: threads that wait for each other cost five times what they
    give. What the user has set in the environment stays.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
