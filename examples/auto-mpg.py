#!/usr/bin/env python3
"""Makes auto-mpg.csv from cars.json of the npm package vega-datasets 3.2.1 (the Auto MPG data of the UCI repository, CC BY 4.0).

    npm pack vega-datasets@3.2.1 && tar -xzf vega-datasets-3.2.1.tgz package/data/cars.json
    python3 auto-mpg.py package/data/cars.json > auto-mpg.csv

Of the 406 cars it keeps the 392 with miles per gallon and horsepower. 314 of them, drawn as pandas draws sample(frac=0.8, random_state=0), train, in the order
in which they are drawn; the others test, in the order of the file. cars.json dates all cars of the model years 81 and 82 as 1982: the first 28 of them are 81's.
"""
import hashlib
import json
import sys

import numpy as np

SHA256 = "f686a53678b21f4231e2f6a5ba7ce5761d9d39204fccdea1caa29fb8c460e319"
CARS_OF_81 = 28

with open(sys.argv[1], "rb") as file:
    data = file.read()
if hashlib.sha256(data).hexdigest() != SHA256:
    sys.exit(f"{sys.argv[1]} is not cars.json of vega-datasets 3.2.1: its SHA-256 is not {SHA256}")

rows, of_82 = [], 0
for car in json.loads(data):
    if car["Miles_per_Gallon"] is None or car["Horsepower"] is None:
        continue
    year = int(car["Year"][2:4])
    of_82 += year == 82
    if year == 82 and of_82 <= CARS_OF_81:
        year = 81
    rows.append([car["Miles_per_Gallon"], car["Cylinders"], car["Displacement"], car["Horsepower"], car["Weight_in_lbs"], car["Acceleration"], year, car["Origin"]])

train = np.random.RandomState(0).choice(len(rows), round(0.8 * len(rows)), replace=False).tolist()
test = sorted(set(range(len(rows))) - set(train))
print("mpg,cylinders,displacement,horsepower,weight,acceleration,model_year,origin,split")
for place, split in [(row, "train") for row in train] + [(row, "test") for row in test]:
    print(",".join(str(cell) for cell in rows[place] + [split]))
