"""A Python library as a contender: reads orders, a JSON line each, and answers each with one (see contender.ts)."""

import json
import os
import resource
import sys
import time

import numpy as np
import scipy.sparse as sparse

KIB = 1024


def peak():
    """Most bytes resident. Linux's ru_maxrss begins with what the parent had when it forked, so /proc comes first."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * KIB for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def load(folder):
    with open(os.path.join(folder, "meta.json")) as file:
        meta = json.load(file)
    read = lambda name, dtype: np.fromfile(os.path.join(folder, name), dtype)
    users, items = read("train.users.i32", np.int32), read("train.items.i32", np.int32)
    values = read("train.values.f32", np.float32)
    return sparse.coo_matrix((values, (users, items)), shape=(meta["users"], meta["items"]))


class Factors:
    def write(self, folder):
        for name, values in self.factors().items():
            values.astype(np.float32).tofile(os.path.join(folder, f"{name}.f32"))


class Implicit(Factors):
    """implicit keeps its factors from one fit to the next, and tells the seconds of each iteration."""

    def __init__(self, task):
        from implicit.cpu.als import AlternatingLeastSquares

        self.data = load(task["data"]).tocsr()
        self.model = AlternatingLeastSquares(**{"random_state": 1, **task["params"]}, num_threads=task["threads"])

    def train(self, epochs):
        seconds = []
        self.model.iterations = epochs
        self.model.fit(self.data, show_progress=False, callback=lambda _epoch, elapsed, _loss: seconds.append(elapsed))
        return seconds

    def factors(self):
        return {"users": self.model.user_factors, "items": self.model.item_factors}


class ImplicitLists:
    """The best items of all users by implicit, from factors that lie beside the data, so many users at a time."""

    def __init__(self, task):
        from implicit.cpu.als import AlternatingLeastSquares

        self.data = load(task["data"]).tocsr()
        self.count, self.batch = task["lists"]["count"], task["lists"]["batch"]
        users, items = (
            np.fromfile(os.path.join(task["data"], "factors", name), np.float32).reshape(rows, -1)
            for name, rows in zip(("users.f32", "items.f32"), self.data.shape)
        )
        self.model = AlternatingLeastSquares(factors=users.shape[1], num_threads=task["threads"])
        self.model.user_factors, self.model.item_factors = users, items
        self.found = None

    def train(self, epochs):
        seconds = []
        for _ in range(epochs):
            began = time.perf_counter()
            blocks = []
            for begin in range(0, self.data.shape[0], self.batch):
                users = np.arange(begin, min(begin + self.batch, self.data.shape[0]))
                rated = self.data[begin : begin + self.batch]
                blocks.append(self.model.recommend(users, rated, N=self.count, filter_already_liked_items=True)[0])
            self.found = np.concatenate(blocks)
            seconds.append(time.perf_counter() - began)
        return seconds

    def write(self, folder):
        self.found.astype(np.int32).tofile(os.path.join(folder, "items.i32"))


class Cmfrec(Factors):
    """
    cmfrec begins anew with each fit and tells no times: the seconds of an epoch are what one fit takes longer than a fit of
    a single iteration, divided by the iterations between both. Its factors are those of a fit of all epochs so far.
    """

    def __init__(self, task):
        import cmfrec

        params = dict(task["params"])
        self.model_class = getattr(cmfrec, params.pop("model"))
        self.params = {**params, "nthreads": task["threads"], "precompute_for_predictions": False, "verbose": False}
        self.data = load(task["data"])
        self.epochs = 0
        self.model = None

    def fit(self, epochs):
        model = self.model_class(**self.params, niter=epochs)
        began = time.perf_counter()
        model.fit(self.data)
        return model, time.perf_counter() - began

    def train(self, epochs):
        self.epochs += epochs
        self.model, short = self.fit(1)
        if self.epochs == 1:
            return [short]
        self.model, long = self.fit(self.epochs)
        return [(long - short) / (self.epochs - 1)]

    def factors(self):
        model = self.model
        found = {"users": model.A_, "items": model.B_}
        if hasattr(model, "glob_mean_"):
            found["mean"] = np.array([model.glob_mean_])
        if len(getattr(model, "user_bias_", ())):
            found["user_biases"], found["item_biases"] = model.user_bias_, model.item_bias_
        return found


class Decomposition(Factors):
    """A truncated singular value decomposition, made anew each time that it is told to train."""

    def __init__(self, task):
        self.data = load(task["data"]).tocsr()
        self.params = task["params"]
        self.found = None

    def train(self, epochs):
        seconds = []
        for _ in range(epochs):
            began = time.perf_counter()
            self.found = self.decompose()
            seconds.append(time.perf_counter() - began)
        return seconds

    def factors(self):
        left, values, right = self.found
        return {"left": left, "values": values, "right": np.ascontiguousarray(right.T)}


class Svds(Decomposition):
    def __init__(self, task):
        from scipy.sparse.linalg import svds

        super().__init__(task)
        self.decompose = lambda: svds(self.data, solver="arpack", rng=1, **self.params)


class RandomizedSvd(Decomposition):
    def __init__(self, task):
        from sklearn.utils.extmath import randomized_svd

        super().__init__(task)
        self.decompose = lambda: randomized_svd(self.data, random_state=1, **self.params)


CONTENDERS = {"implicit": Implicit, "cmfrec": Cmfrec, "scipy": Svds, "scikit-learn": RandomizedSvd}


def answers():
    contender = None
    for line in sys.stdin:
        order = json.loads(line)
        if contender is None:
            contender = (ImplicitLists if "lists" in order else CONTENDERS[order["library"]])(order)
            yield None
        elif order["do"] == "train":
            yield contender.train(order["epochs"])
        elif order["do"] == "write":
            os.makedirs(order["folder"], exist_ok=True)
            contender.write(order["folder"])
            yield None
        else:
            yield peak()


for answer in answers():
    print(json.dumps(answer), flush=True)
