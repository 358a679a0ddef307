# Makes ranking.json beside it: what scikit-learn says of generated lists. Run in an environment with scikit-learn 1.5.2 and
# numpy: python make.py. Factors are the same numbers in float32 and float64.
import json
import os

import numpy as np
from sklearn.metrics import average_precision_score, ndcg_score, precision_score, recall_score, roc_auc_score

USERS, ITEMS, FACTORS = 25, 60, 4
CUTOFFS = [1, 3, 10, 60]


def case(seed, most, with_ties):
    random = np.random.default_rng(seed)
    users = random.integers(-most, most + 1, (USERS, FACTORS)) / 32
    items = random.integers(-most, most + 1, (ITEMS, FACTORS)) / 32
    scores = users @ items.T
    rated = random.random((USERS, ITEMS)) < 0.2
    test = np.where((random.random((USERS, ITEMS)) < 0.15) & ~rated, random.integers(1, 6, (USERS, ITEMS)), 0)
    expected = {"at": [], "auc": []}
    per_k = {k: {name: [] for name in ["precision", "recall", "ndcg", "gradedNdcg"]} for k in CUTOFFS}
    average_precision = []
    for user in range(USERS):
        candidates = ~rated[user]
        values = test[user, candidates]
        own = scores[user, candidates]
        relevant = (values > 0).astype(int)
        if relevant.sum() == 0:
            continue
        expected["auc"].append(roc_auc_score(relevant, own))
        if with_ties:
            continue
        assert len(np.unique(own)) == len(own), "a tie"
        average_precision.append(average_precision_score(relevant, own))
        order = np.argsort(-own)
        for k, metrics in per_k.items():
            listed = np.zeros_like(relevant)
            listed[order[:k]] = 1
            metrics["recall"].append(recall_score(relevant, listed))
            # Where a list has fewer than k items, scikit-learn divides by what it has.
            metrics["precision"].append(precision_score(relevant, listed) * listed.sum() / k)
            metrics["ndcg"].append(ndcg_score([relevant], [own], k=k))
            metrics["gradedNdcg"].append(ndcg_score([values], [own], k=k))
    if not with_ties:
        expected["at"] = [{"k": k, **metrics} for k, metrics in per_k.items()]
        expected["averagePrecision"] = average_precision
    return {
        "userFactors": users.tolist(),
        "itemFactors": items.tolist(),
        "rated": [np.flatnonzero(row).tolist() for row in rated],
        "test": [[[int(i), int(row[i])] for i in np.flatnonzero(row)] for row in test],
        "expected": expected,
    }


# Fine factors give distinct scores, coarse ones many that are equal.
fixture = {"distinct": case(1, 2000, False), "tied": case(2, 2, True)}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ranking.json"), "w") as file:
    json.dump(fixture, file)
    file.write("\n")
