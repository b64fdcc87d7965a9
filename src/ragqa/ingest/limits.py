"""The limits on what a reader takes in: the one place where they are set. Bytes unless it says otherwise."""

from __future__ import annotations

from typing import Final

MIB: Final = 1024 * 1024

SECONDS: Final = 300
"""The longest that the process which reads may take to a file's next document, or to its end."""

MEMORY: Final = 4_096 * MIB
"""The most memory that the process which reads may take."""

BATCH: Final = 500
"""Files after which that process is renewed."""

SENTENCE: Final = 100_000
"""The longest sentence, in characters: what is longer can be neither encoded in reasonable time nor quoted."""

REASONS: Final = 1_000
"""The most records or members of one file whose failing is told one by one; those beyond it are counted."""

WHOLE_FILE: Final = 64 * MIB
"""The largest file that is held in memory whole: text, Markdown, HTML, one JATS article."""

PDF_FILE: Final = 256 * MIB
PDF_PAGES: Final = 3_000
PDF_CHARACTERS: Final = 20_000_000

STREAM: Final = 16_384 * MIB
"""The most that a stream of records may unpack to; it is never in memory at once."""

RECORD: Final = 16 * MIB
"""The largest single record of a stream: one line of JSONL, one MEDLINE citation."""

ARCHIVE_MEMBERS: Final = 200_000
ARCHIVE_MEMBER: Final = 512 * MIB
ARCHIVE_TOTAL: Final = 16_384 * MIB
ARCHIVE_RATIO: Final = 250
"""The most times that a member larger than a mebibyte may grow when unpacked; real texts stay under 30."""

DOCX_UNPACKED: Final = 256 * MIB
DOCX_PART: Final = 32 * MIB
"""All parts of a Word document together, pictures included; and one part of XML."""

BRACKETS: Final = 5_000
"""Opening square brackets in one paragraph of Markdown; parsers of Markdown are slow over many."""

DEPTH: Final = 150
"""How deeply elements of XML and HTML may be nested; real articles stay under 30."""

TABLE_COLUMNS: Final = 200
TABLE_CELLS: Final = 100_000
"""Cells of one table after spanning cells have been repeated; a table beyond this is left out."""
