"""What predictions are worth. Input: {classes, actual, probabilities: [[...]]}; output: {curves, confusion, precision, recall, f1, areas, auc, accuracy} by scikit-learn; of two classes auc is that of the second."""
import json
import sys

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support, roc_auc_score, roc_curve

given = json.load(sys.stdin)
labels = list(range(given["classes"]))
actual, scores = np.array(given["actual"]), np.array(given["probabilities"], np.float64)
predicted = scores.argmax(1)
precision, recall, f1, _ = precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
areas = [roc_auc_score((actual == label).astype(int), scores[:, label]) for label in labels]
auc = areas[1] if len(labels) == 2 else roc_auc_score(actual, scores, multi_class="ovr", average="macro", labels=labels)
curves = [roc_curve((actual == label).astype(int), scores[:, label], drop_intermediate=False)[:2] for label in labels]
json.dump(
    {
        "curves": [[fall.tolist(), hit.tolist()] for fall, hit in curves],
        "confusion": confusion_matrix(actual, predicted, labels=labels).tolist(), "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(),
        "areas": areas, "auc": auc, "accuracy": accuracy_score(actual, predicted),
    },
    sys.stdout,
)
