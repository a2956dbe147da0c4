"""Other people's methods as functions from doors to labels."""

import numpy as np
from sklearn.cluster import KMeans

TARGET = 50


def turfs(n: int) -> int:
    """How many turfs every method makes of `n` doors."""
    return max(1, round(n / TARGET))


def kmeans(xy: np.ndarray) -> np.ndarray:
    """scikit-learn's k-means on straight lines."""
    model = KMeans(turfs(len(xy)), n_init=1, random_state=0)
    return model.fit_predict(xy)
