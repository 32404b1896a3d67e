"""Spearman's rank correlation. Input: {targets: [[...]], predicted: [[...]]}, rows of columns; output: the mean over the columns by SciPy."""
import json
import sys

import numpy as np
from scipy.stats import spearmanr

given = json.load(sys.stdin)
targets, predicted = np.array(given["targets"]), np.array(given["predicted"])
json.dump(float(np.mean([spearmanr(targets[:, column], predicted[:, column]).correlation for column in range(targets.shape[1])])), sys.stdout)
