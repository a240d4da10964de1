"""What a plot is given: curves over time. Apart from the plot itself, so that giving them loads no pyqtgraph."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Curve(Struct, frozen=True, eq=False):
    """One line: a colour token, values (NaN breaks the line), filled to zero or not."""

    token: str
    values: Values
    filled: bool = False
    dashed: bool = False
    width: float = 1.5
