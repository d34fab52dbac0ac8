"""What is wrong with an app, for the person who pushes."""


class Problem(Exception):
    """Lines to print; `id` names the failure in reports."""

    def __init__(self, id, *lines):
        super().__init__(lines[0])
        self.id, self.lines = id, lines
