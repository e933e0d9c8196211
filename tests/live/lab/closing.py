"""What a with statement ends."""


class Closing:
    """Is closed by its `close()` at the end of a with statement."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Stopping:
    """Is stopped by its `stop()`, in the same way."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
