"""Files of Iceberg tables that are written at one place and named by another, where they will be."""

from __future__ import annotations

from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO


class StagedFileIO(PyArrowFileIO):
    """Reads and writes at `staged.place` what metadata is to find at `staged.final`."""

    def new_input(self, location: str) -> PyArrowFile:
        """A file that is read."""
        return self._file(location)

    def new_output(self, location: str) -> PyArrowFile:
        """A file that is written."""
        return self._file(location)

    def _file(self, location: str) -> PyArrowFile:
        _, _, path = self.parse_location(location)
        final, place = self.properties["staged.final"], self.properties["staged.place"]
        there = f"{place}{path.removeprefix(final)}" if path.startswith(f"{final}/") else path
        return PyArrowFile(location, there, self.fs_by_scheme("file", None))
