"""What is wrong with an app, in lines that say what to do."""


class Problem(Exception):
    def __init__(self, *lines):
        super().__init__(lines[0])
        self.lines = lines
