"""Prints what irspack (PyPI) makes of a small problem, as JSON: irspack.json beside this file is its output.

    python make-irspack.py > irspack.json

Needs irspack 0.5.2. It works in float32, and solves its rows first and then its columns: it gets the transpose (rows are
items), so that items come first as in Alternant. Both sides' factors are set before it begins.
"""

import json

import numpy as np
import scipy.sparse as sparse
from irspack import IALSRecommender

USERS, ITEMS, FACTORS = 30, 25, 4
SHARED = {"n_components": FACTORS, "alpha0": 0.25, "reg": 0.0625, "train_epochs": 2}
PARAMS = [
    {"solver_type": "CHOLESKY"},
    {"solver_type": "CHOLESKY", "nu": 0.5, "confidence_scaling": "log"},
    {"solver_type": "CHOLESKY", "nu": 0, "nu_star": 1},
    {"solver_type": "CHOLESKY", "nu": 0, "loss_type": "ORIGINAL"},
    {"solver_type": "CG"},
]


def main():
    random = np.random.default_rng(9)
    rated = random.random((USERS, ITEMS)) < 0.3
    users, items = np.nonzero(rated)
    values = random.integers(1, 6, len(users)).astype(np.float64)
    data = sparse.csr_matrix((values, (items, users)), shape=(ITEMS, USERS))
    start = {
        side: (random.integers(-32, 33, (rows, FACTORS)) / 64).astype(np.float32)
        for side, rows in (("users", USERS), ("items", ITEMS))
    }
    runs = []
    for own in PARAMS:
        params = {**SHARED, **own}
        recommender = IALSRecommender(data, **params, n_threads=1)
        trainer = recommender._create_trainer()
        trainer.core_trainer.user, trainer.core_trainer.item = start["items"], start["users"]
        for _ in range(params["train_epochs"]):
            trainer.run_epoch()
        sides = {"users": trainer.core_trainer.item.tolist(), "items": trainer.core_trainer.user.tolist()}
        initial = {side: rows.tolist() for side, rows in start.items()}
        runs.append({"params": params, "initial": initial, **sides})
    triples = [[int(u), int(i), float(v)] for u, i, v in zip(users, items, values)]
    print(json.dumps({"versions": {"irspack": "0.5.2"}, "ratings": triples, "runs": runs}))


main()
