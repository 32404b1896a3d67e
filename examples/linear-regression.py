#!/usr/bin/env python3
"""Makes linear-regression.csv: y = 1 + 2x + 0.1 noise, 100 rows, of which a shuffle puts 80 in train and 20 in validation.

    python3 linear-regression.py > linear-regression.csv

Floats are printed with repr, so they read back to the same bits. With --check it prints the closed form of the train rows instead.
"""
import sys

import numpy as np

np.random.seed(42)
x = np.random.rand(100, 1)
y = 1 + 2 * x + .1 * np.random.randn(100, 1)
idx = np.arange(100)
np.random.shuffle(idx)
train = set(idx[:80].tolist())

if "--check" in sys.argv[1:]:
    rows = sorted(train)
    ones = np.ones((len(rows), 1))
    intercept, slope = np.linalg.lstsq(np.hstack([ones, x[rows]]), y[rows], rcond=None)[0].ravel()
    print(f"intercept {intercept:.8f}, slope {slope:.8f}")
else:
    print("x,y,split")
    for row in range(100):
        print(f"{float(x[row, 0])!r},{float(y[row, 0])!r},{'train' if row in train else 'validation'}")
