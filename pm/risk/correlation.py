"""Values that go together: correlation matrices, and what makes normal values follow them (a Gaussian copula)."""

from __future__ import annotations

import math

import numpy as np

from pm.errors import InputError
from pm.risk.distributions import Floats


def normal_correlation(rank: float) -> float:
    """Return the correlation of two normal values whose ranks have the correlation `rank`: 2 sin(pi rank / 6)."""
    return 2 * math.sin(math.pi * rank / 6)


def alike(count: int, coefficient: float) -> Floats:
    """Return the correlation matrix of so many values of which any two have the same correlation."""
    return np.full((count, count), coefficient) + (1 - coefficient) * np.eye(count)


def repaired(matrix: Floats) -> tuple[Floats, bool]:
    """Return a correlation matrix that can be, and whether it is another than the one given.

    Where not every eigenvalue is positive or zero no values could follow it: those below zero are set to zero, and the diagonal
    back to 1.

    Raises:
        InputError: `risk.correlation`, it is not symmetric, or its diagonal is not 1, or an entry is beyond -1 to 1.
    """
    sound = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and np.allclose(matrix, matrix.T)
    if not sound or not np.allclose(np.diag(matrix), 1) or np.abs(matrix).max(initial=0) > 1 + 1e-12:
        raise InputError(
            "correlations make a symmetric matrix of values between -1 and 1, 1 on its diagonal", code="risk.correlation"
        )
    values, vectors = np.linalg.eigh(matrix)
    if values.min(initial=0) >= -1e-9:
        return matrix, False
    clipped = (vectors * np.maximum(values, 0)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(clipped))
    found = clipped * scale[:, None] * scale
    np.fill_diagonal(found, 1.0)
    return found, True


def factor(matrix: Floats) -> Floats:
    """Return F with F times its transpose the matrix: independent normal values times it follow the matrix."""
    values, vectors = np.linalg.eigh(matrix)
    found: Floats = vectors * np.sqrt(np.maximum(values, 0))
    return found
