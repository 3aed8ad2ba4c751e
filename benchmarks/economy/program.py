"""A linear program, put together variable by variable and solved by HiGHS."""

from collections.abc import Mapping

import highspy
import numpy as np


class Program:
    """Maximises the worth of its variables under its rows."""

    def __init__(self) -> None:
        self._costs: list[float] = []
        self._bounds: list[tuple[float, float]] = []
        self._rows: list[tuple[float, float]] = []
        self._starts: list[int] = [0]
        self._indices: list[int] = []
        self._values: list[float] = []

    def variable(self, worth: float = 0.0, *, low: float = 0.0, high: float = highspy.kHighsInf) -> int:
        """A new variable's number; a unit of it is worth so much."""
        self._costs.append(worth)
        self._bounds.append((low, high))
        return len(self._costs) - 1

    def row(
        self, terms: Mapping[int, float], *, low: float = -highspy.kHighsInf, high: float = highspy.kHighsInf
    ) -> int:
        """A new row's number: the sum of these shares of variables lies between `low` and `high`."""
        self._indices.extend(terms)
        self._values.extend(terms.values())
        self._starts.append(len(self._indices))
        self._rows.append((low, high))
        return len(self._rows) - 1

    def solve(self) -> tuple[float, list[float]]:
        """The largest worth, and what one more of each row's bound would add to it."""
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._costs), len(self._rows)
        model.col_cost_ = np.array(self._costs)
        model.col_lower_, model.col_upper_ = np.array(self._bounds).T
        model.row_lower_, model.row_upper_ = np.array(self._rows).T
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self._starts)
        model.a_matrix_.index_ = np.array(self._indices)
        model.a_matrix_.value_ = np.array(self._values)
        model.sense_ = highspy.ObjSense.kMaximize
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)  # noqa: FBT003  (the library's own call)
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        solver.run()
        status = solver.getModelStatus()
        assert status == highspy.HighsModelStatus.kOptimal, solver.modelStatusToString(status)
        return solver.getInfo().objective_function_value, list(solver.getSolution().row_dual)
