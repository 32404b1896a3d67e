"""Metrics. Input: {scores, targets, classes, width, metrics: [expression]}; output: [[value of all numbers in one column, value of width columns]]."""
import json
import sys

import numpy as np
from sklearn.metrics import *  # noqa: F403  (the expressions name them)

given = json.load(sys.stdin)
x = np.array(given["scores"], np.float32).reshape(-1, given["width"])
c, y = np.array(given["classes"]), x.argmax(1)
results = []
for expression in given["metrics"]:
    values = []
    for columns in (1, given["width"]):
        n, t = (np.array(given[name], np.float32).astype(np.float64).reshape(-1, columns) for name in ("scores", "targets"))
        z, b = (n.ravel() > 0).astype(int), (t.ravel() >= 0.5).astype(int)
        values.append(float(eval(expression)))
    results.append(values)
json.dump(results, sys.stdout)
