"""Full-text search over news archives, with facets on people, countries and organisations."""

import os

__version__ = "0.1.0"

# NumPy multiplies matrices on one thread, where it is not loaded yet and the user has not said otherwise: ours are
# small and a process runs on each core; threads that wait for each other cost ten times what they give.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
