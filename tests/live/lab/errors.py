"""The one exception of the laboratory."""


class LabError(Exception):
    """Something needed is missing or did not happen.

    `what` names the thing and the reason, `hint` the next step to take.
    """

    def __init__(self, what, hint=None):
        super().__init__(what if hint is None else f"{what}\n  {hint}")
        self.what = what
        self.hint = hint
