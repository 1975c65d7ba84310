"""Writes Tests/MathematicsTests/Fixtures/elementary.json: balls, and the values of functions at points inside of them.

    python3 Tests/reference/elementary.py Tests/MathematicsTests/Fixtures

With mpmath 1.3.0 at 4,000 bits. A ball is (middle ± radius) · 2^−precision; `values` are f · 2^precision, rounded down, at
both ends of it and at a point between.
"""

import json
import random
import sys
from pathlib import Path

from mpmath import atan, cos, exp, floor, log, mp, mpf, sin, sqrt

FUNCTIONS = {"exp": exp, "log": log, "sqrt": sqrt, "sin": sin, "cos": cos, "arctan": atan}
# The sizes of arguments, in powers of two.
SIZES = {"exp": (-60, 8), "log": (-60, 200), "sqrt": (-60, 200), "sin": (-60, 60), "cos": (-60, 60), "arctan": (-60, 200)}
POSITIVE = {"log", "sqrt"}


def rows(draw):
    for name, function in FUNCTIONS.items():
        for number in range(32):
            precision = draw.choice([128, 128, 320])
            low, high = SIZES[name]
            size = precision + draw.randrange(low, high + 1)
            middle = draw.getrandbits(size) | 1 << (size - 1)
            if name not in POSITIVE and draw.random() < 0.5:
                middle = -middle
            # None, a rounding's, one that is small beside the value, one as large as it, and one beside which it is nothing.
            radius = [0, 1, abs(middle) >> draw.randrange(20, 60), abs(middle) * draw.randrange(1, 999) // 1000][number % 4]
            if name not in POSITIVE and number % 8 == 7:
                middle >>= draw.randrange(precision)
                radius = draw.getrandbits(precision + draw.randrange(-40, 2))
            points = [middle - radius, middle + radius]
            points.append(middle + draw.randint(-radius, radius))
            values = [int(floor(function(mpf(point) / 2**precision) * 2**precision)) for point in sorted(set(points))]
            yield {
                "function": name, "precision": precision, "middle": str(middle), "radius": str(radius),
                "values": [str(value) for value in values],
            }


if __name__ == "__main__":
    mp.prec = 4000
    file = Path(sys.argv[1]) / "elementary.json"
    file.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows(random.Random(1))) + "\n]\n")
