"""Prints what cmfrec (PyPI) makes of a small problem, as JSON: cmfrec.json beside this file is its output.

    python make-cmfrec.py > cmfrec.json

Needs cmfrec 3.5.1. It cannot be started from given factors, but the same seed gives the same run: what it has after 3
iterations is where another one begins, and what it has after 4 is what that one must come to. Everything is float64, on
one thread. CMF_implicit is run by Cholesky alone: its conjugate gradient begins with another residual than that of the
objective (src/common.c, factors_implicit_cg: what it adds for an observed pair is x(1 − ŷ) − ŷ, not x(1 − ŷ) + 1).
"""

import json
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cmfrec
import numpy as np
import scipy.sparse as sparse

USERS, ITEMS, FACTORS = 30, 25, 4
SHARED = {"k": FACTORS, "use_float": False}
PARAMS = [
    {"model": "CMF", "use_cg": False, "lambda_": 0.5},
    {"model": "CMF", "use_cg": False, "lambda_": [3, 3, 0.5, 2, 0, 0], "w_main": 2},
    {"model": "CMF", "use_cg": False, "lambda_": 0.05, "scale_lam": True, "user_bias": False, "item_bias": False},
    {"model": "CMF", "use_cg": False, "lambda_": 0.5, "user_bias": False, "item_bias": False, "center": False},
    {"model": "CMF_implicit", "use_cg": False, "lambda_": 0.5, "alpha": 3},
    {"model": "CMF_implicit", "use_cg": False, "lambda_": 2, "alpha": 0.5, "w_main": 0.25},
]


def fit(params, data, iterations):
    own = {name: value for name, value in params.items() if name != "model"}
    model = getattr(cmfrec, params["model"])(
        **own, niter=iterations, nthreads=1, precompute_for_predictions=False, verbose=False
    ).fit(data)
    sides = {"users": model.A_.tolist(), "items": model.B_.tolist()}
    if len(getattr(model, "user_bias_", ())):
        sides["biases"] = {"users": model.user_bias_.tolist(), "items": model.item_bias_.tolist()}
    return sides


def main():
    random = np.random.default_rng(7)
    rated = random.random((USERS, ITEMS)) < 0.3
    users, items = np.nonzero(rated)
    values = random.integers(1, 6, len(users)).astype(np.float64)
    data = sparse.coo_matrix((values, (users, items)), shape=(USERS, ITEMS))
    runs = []
    for own in PARAMS:
        params = {**SHARED, **own}
        runs.append({"params": {**params, "niter": 1}, "initial": fit(params, data, 3), **fit(params, data, 4)})
    triples = [[int(u), int(i), float(v)] for u, i, v in zip(users, items, values)]
    print(json.dumps({"versions": {"cmfrec": "3.5.1.post14"}, "ratings": triples, "runs": runs}))


main()
