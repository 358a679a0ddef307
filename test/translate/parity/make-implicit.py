"""Prints what implicit (PyPI) makes of a small problem, as JSON: implicit.json beside this file is its output.

    python make-implicit.py > implicit.json

Needs implicit 0.7.3 and what it needs. Everything is float64 on one thread, values and λ have few bits, so that nothing but
the order of additions can differ. implicit solves its rows first and then its columns; it gets the transpose (rows are
items), so that items come first as in Alternant. Both sides' initial factors are set before `fit`, which keeps them.
"""

import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import implicit
import numpy as np
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares

USERS, ITEMS, FACTORS = 60, 40, 5
PARAMS = {"factors": FACTORS, "regularization": 0.25, "alpha": 2.0, "dtype": "float64"}


def problem():
    random = np.random.default_rng(5)
    rated = random.random((USERS, ITEMS)) < 0.2
    # Each row has something: implicit sets factors of empty rows to zero, and so does Alternant, but CG starts from them.
    rated[np.arange(USERS), np.arange(USERS) % ITEMS] = True
    values = random.integers(1, 6, (USERS, ITEMS)).astype(np.float64)
    # Some are known dislikes.
    values[random.random((USERS, ITEMS)) < 0.1] *= -0.5
    users, items = np.nonzero(rated)
    start = lambda rows: random.integers(-32, 33, (rows, FACTORS)) / 64.0
    return users, items, values[rated], start(USERS), start(ITEMS)


def main():
    users, items, values, user_factors, item_factors = problem()
    item_users = sparse.csr_matrix((values, (items, users)), shape=(ITEMS, USERS))
    start = {"users": user_factors.tolist(), "items": item_factors.tolist()}
    runs = []
    for use_cg in (False, True):
        for iterations in (1, 5):
            params = {**PARAMS, "use_cg": use_cg, "iterations": iterations}
            model = AlternatingLeastSquares(**params, num_threads=1)
            model.user_factors, model.item_factors = item_factors.copy(), user_factors.copy()
            model.fit(item_users, show_progress=False)
            runs.append({"params": params, "initial": start, "users": model.item_factors.tolist(), "items": model.user_factors.tolist()})
    triples = [[int(u), int(i), float(v)] for u, i, v in zip(users, items, values)]
    versions = {"implicit": implicit.__version__, "numpy": np.__version__}
    print(json.dumps({"versions": versions, "ratings": triples, "runs": runs}))


main()
