#!/usr/bin/env python3
"""Makes resnet18-step-data.npy and resnet18-step-labels.npy: rand(1, 3, 64, 64) as bytes of 1/256, and rand(1, 1000) - 100.

    python3 resnet18-step.py
"""
import numpy as np

random = np.random.RandomState(0)
np.save("resnet18-step-data.npy", (random.rand(1, 3, 64, 64) * 256).astype(np.uint8))
np.save("resnet18-step-labels.npy", (random.rand(1, 1000) - 100).astype(np.float32))
