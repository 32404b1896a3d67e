"""Count, mean, sample deviation, minimum, quartiles and maximum of columns of the first training rows of a CSV file, by NumPy."""
import csv
import json
import sys

import numpy

asked = json.load(sys.stdin)
with open(asked["file"], newline="", encoding="utf-8") as file:
    rows = [row for row in csv.DictReader(file) if row["split"] == "train"][: asked["rows"]]
told = {}
for name in asked["columns"]:
    values = numpy.array([float(row[name]) for row in rows])
    told[name] = [len(values), values.mean(), values.std(ddof=1), *numpy.percentile(values, [0, 25, 50, 75, 100])]
json.dump(told, sys.stdout)
