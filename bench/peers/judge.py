"""
Judges every contender's factors alike: python judge.py DATA MODE FOLDER... prints a JSON list, an object for each folder.

MODE "ranking": Recall@20 = hits / held-out items, NDCG@10 with gain 1 and log2(rank + 1), the ideal cut at 10. Relevant are
held-out items; items of the training half are left out. A mean over users who have some, at most MOST_USERS of them, drawn
with seed 1. The folder "popularity" scores by training counts.
MODE "rmse": root of the mean squared error of mean + biases + factors on the test half, clipped to the training range.
MODE "lists": of the lists in items.i32, the share of items that belong to the exact best of their user (in float64, by the factors
that lie beside the training half, its items left out, equal scores all alike), over as many users as for "ranking".
MODE "svd": of P, S and Q on the training half, what is not there taken as 0, in float64: the larger of ‖Aq − σp‖ and ‖Aᵀp − σq‖
over all axes, as a share of the largest σ, and how far PᵀP and QᵀQ are from the identity.
"""

import json
import os
import sys

import numpy as np
import scipy.sparse as sparse

MOST_USERS = 10_000
BATCH = 500


def half(folder, name, shape):
    read = lambda column, dtype: np.fromfile(os.path.join(folder, f"{name}.{column}"), dtype)
    triples = (read("values.f32", np.float32), (read("users.i32", np.int32), read("items.i32", np.int32)))
    return sparse.csr_matrix(triples, shape=shape)


class Scores:
    def __init__(self, folder, train):
        users, items = train.shape
        if os.path.basename(folder) == "popularity":
            counts = np.diff(train.tocsc().indptr).astype(np.float32)
            self.users, self.items = np.ones((users, 1), np.float32), counts[:, None]
        else:
            self.users = np.fromfile(os.path.join(folder, "users.f32"), np.float32).reshape(users, -1)
            self.items = np.fromfile(os.path.join(folder, "items.f32"), np.float32).reshape(items, -1)
        self.mean = self.read(folder, "mean", 1)
        self.user_biases, self.item_biases = self.read(folder, "user_biases", users), self.read(folder, "item_biases", items)

    @staticmethod
    def read(folder, name, length):
        path = os.path.join(folder, f"{name}.f32")
        return np.fromfile(path, np.float32) if os.path.exists(path) else np.zeros(length, np.float32)

    def rows(self, users):
        """User biases change no ranking and are left out."""
        return self.users[users] @ self.items.T + self.item_biases

    def pairs(self, users, items):
        dots = np.einsum("ij,ij->i", self.users[users].astype(np.float64), self.items[items].astype(np.float64))
        return self.mean[0] + self.user_biases[users] + self.item_biases[items] + dots


def sample(users):
    if len(users) <= MOST_USERS:
        return users
    return np.sort(np.random.default_rng(1).choice(users, MOST_USERS, replace=False))


def ranking(scores, train, test):
    liked = test.copy()
    liked.data = np.ones_like(liked.data)
    users = sample(np.flatnonzero(np.diff(liked.indptr)))
    discounts = 1 / np.log2(np.arange(2, 12))
    recall = ndcg = 0.0
    for begin in range(0, len(users), BATCH):
        batch = users[begin : begin + BATCH]
        rows = scores.rows(batch)
        seen = train[batch].tocoo()
        rows[seen.row, seen.col] = -np.inf
        top = np.argpartition(-rows, 20, axis=1)[:, :20]
        top = np.take_along_axis(top, np.argsort(-np.take_along_axis(rows, top, axis=1), axis=1, kind="stable"), axis=1)
        hits = np.asarray(liked[batch].todense())[np.arange(len(batch))[:, None], top]
        count = np.diff(liked.indptr)[batch]
        recall += (hits.sum(axis=1) / count).sum()
        ideal = np.cumsum(discounts)[np.minimum(count, 10) - 1]
        ndcg += (hits[:, :10] @ discounts / ideal).sum()
    return {"recall20": recall / len(users), "ndcg10": ndcg / len(users), "users": len(users)}


def rmse(scores, train, test):
    pairs = test.tocoo()
    predicted = np.clip(scores.pairs(pairs.row, pairs.col), train.data.min(), train.data.max())
    return {"rmse": float(np.sqrt(np.mean((pairs.data - predicted) ** 2)))}


def listed(folders, data, train):
    read = lambda name, rows: np.fromfile(os.path.join(data, "factors", name), np.float32).reshape(rows, -1).astype(np.float64)
    left, right = read("users.f32", train.shape[0]), read("items.f32", train.shape[1])
    all_lists = [np.fromfile(os.path.join(folder, "items.i32"), np.int32).reshape(len(left), -1) for folder in folders]
    users = sample(np.flatnonzero(np.diff(train.indptr)))
    found = np.zeros(len(folders))
    for begin in range(0, len(users), BATCH):
        batch = users[begin : begin + BATCH]
        rows = left[batch] @ right.T
        seen = train[batch].tocoo()
        rows[seen.row, seen.col] = -np.inf
        for n, lists in enumerate(all_lists):
            count = lists.shape[1]
            least = np.partition(rows, -count, axis=1)[:, -count]
            scores = np.take_along_axis(rows, lists[batch], axis=1)
            # Rounding of the judge's own sums tells nobody apart.
            found[n] += (scores >= (least - 1e-12 * np.abs(least))[:, None]).sum() / count
    return [{"listed": share / len(users)} for share in found]


def decomposition(folder, train, backward):
    users, items = train.shape
    read = lambda name: np.fromfile(os.path.join(folder, f"{name}.f32"), np.float32).astype(np.float64)
    left, values, right = read("left").reshape(users, -1), read("values"), read("right").reshape(items, -1)
    lengths = lambda difference: np.linalg.norm(difference, axis=0).max()
    residual = max(lengths(train @ right - left * values), lengths(backward @ left - right * values))
    apart = max(np.abs(side.T @ side - np.eye(len(values))).max() for side in (left, right))
    return {"residual": residual / values.max(), "apart": apart}


def decompositions(folders, train):
    matrix = train.astype(np.float64)
    backward = matrix.T.tocsr()
    return [decomposition(folder, matrix, backward) for folder in folders]


def main(data, mode, *folders):
    with open(os.path.join(data, "meta.json")) as file:
        meta = json.load(file)
    shape = (meta["users"], meta["items"])
    train, test = half(data, "train", shape), half(data, "test", shape)
    if mode == "svd":
        print(json.dumps(decompositions(folders, train)))
        return
    if mode == "lists":
        print(json.dumps(listed(folders, data, train)))
        return
    judge = {"ranking": ranking, "rmse": rmse}[mode]
    print(json.dumps([judge(Scores(folder, train), train, test) for folder in folders]))


main(*sys.argv[1:])
