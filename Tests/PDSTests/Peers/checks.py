"""Checks that go on after a failure, so that one run shows everything."""

import json
import os
import sys
import time
import traceback


class Checks:
    """Counts checks and prints a line for each."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self._started = time.monotonic()
        self._part = ""
        self._reported = set()

    def __call__(self, name, condition, detail=""):
        self._print("ok  " if condition else "FAIL", name, "" if condition else detail)
        if condition:
            self.passed += 1
        else:
            self.failed.append(f"{self._part}: {name}: {detail}"[:1000])
        return bool(condition)

    def equal(self, name, found, expected):
        return self(name, found == expected, f"found {found!r}, expected {expected!r}")

    def among(self, name, found, expected):
        return self(name, found in expected, f"found {found!r}, expected one of {expected!r}")

    def quietly(self, name, condition, detail=""):
        """Counts a check that is made at every answer; prints its first failure in a part alone."""
        if condition:
            self.passed += 1
        elif (self._part, name) not in self._reported:
            self._reported.add((self._part, name))
            self(name, False, detail)

    def run(self, *parts):
        """Calls each part; its exception is a failure of that part alone.

        The environment variable ONLY names parts, separated by commas, to run by themselves.
        """
        for part in self._chosen(parts):
            try:
                part()
            except Exception as error:
                self._report(error)

    async def run_async(self, *parts):
        """Does the same with coroutines."""
        for part in self._chosen(parts):
            try:
                await part()
            except Exception as error:
                self._report(error)

    def _chosen(self, parts):
        only = os.environ.get("ONLY", "").split(",")
        for part in parts:
            if only == [""] or part.__name__ in only:
                self._part = part.__name__
                print(f"== {self._part} ({time.monotonic() - self._started:.1f} s)", flush=True)
                yield part

    def _report(self, error):
        own = [
            f"{os.path.basename(frame.filename)}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)
            if "site-packages" not in frame.filename
        ]
        self("runs to its end", False, f"{type(error).__name__}: {error} ({' '.join(own[1:])})")

    def finish(self):
        """Prints the result as the last line, and ends the program."""
        seconds = round(time.monotonic() - self._started)
        for failure in self.failed:
            print("failed:", failure, file=sys.stderr)
        result = {"checks": self.passed, "failed": len(self.failed), "seconds": seconds}
        print(json.dumps(result), flush=True)
        sys.exit(1 if self.failed else 0)

    @staticmethod
    def _print(mark, name, detail):
        print(mark, name, f"\n     {detail}" if detail else "", flush=True)
