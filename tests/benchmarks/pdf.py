"""Measures a case report of thirty pages and more, with 300 chronology rows and 6 pictures, against plain reportlab.

Run it with `python -m tests.benchmarks.pdf`. Both write the same words and the same pictures; plain reportlab (platypus)
writes neither tags nor marking, and its pictures are given to it already prepared. Each is drawn in a process of its own,
so that the peak of memory is its own. The budget: at most 2.2 times plain reportlab, and under 150 MiB.
"""

import io
import json
import resource
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from html import escape

import pypdf
from PIL import Image as Pillow
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.platypus import Flowable, Image, PageBreak, Paragraph, SimpleDocTemplate, Table

from app.documents import parts
from app.documents.fonts import REGULAR, register_fonts
from app.documents.pictures import Picture
from app.hr_cases.documents import CaseReport, render_case_report
from app.hr_cases.documents.rendering import parts_of
from tests.hr_cases.report_samples import large_report

RUNS = 5
BUDGET_RATIO, BUDGET_MIB = 2.2, 150


def plain(report: CaseReport) -> bytes:
    """The same words and pictures by platypus, as its own guide shows it."""
    register_fonts()
    output = io.BytesIO()
    story = [flowable for part in parts_of(report) for flowable in _flowables(part)]
    SimpleDocTemplate(output, pagesize=A4).build(story)
    return output.getvalue()


def _flowables(part: parts.Part) -> list[Flowable]:
    match part:
        case parts.Heading():
            return [_words(part.text, f"Heading{part.level}")]
        case parts.Paragraph() | parts.Quote():
            return [_words(piece) for piece in part.text.split("\n\n")]
        case parts.Table():
            return [_table([part.head, *part.rows], 1)]
        case parts.KeyFacts() | parts.Signature():
            return [_table(list(part.rows), 0)]
        case parts.Figure(image=Picture() as picture):
            return [Image(_file(picture), 300, 300 * picture.height / picture.width), _words(part.caption)]
        case parts.PageBreak():
            return [PageBreak()]
    return []


@cache
def _style(name: str) -> ParagraphStyle:
    style = getSampleStyleSheet()[name]
    style.fontName = REGULAR
    return style


def _words(text: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(escape(text).replace("\n", "<br/>"), _style(style))


def _table(rows: Sequence[Sequence[str]], head: int) -> Table:
    columns = len(rows[0])
    return Table([[_words(cell) for cell in row] for row in rows], [460 / columns] * columns, repeatRows=head)


def _file(picture: Picture) -> io.BytesIO:
    """A prepared picture as a file again."""
    if picture.filter == "DCTDecode":
        return io.BytesIO(picture.samples)
    mode = "L" if picture.colour_space == "DeviceGray" else "RGB"
    encoded = io.BytesIO()
    Pillow.frombytes(mode, (picture.width, picture.height), zlib.decompress(picture.samples)).save(encoded, "PNG")
    encoded.seek(0)
    return encoded


DRAWERS: dict[str, Callable[[CaseReport], bytes]] = {"probity": render_case_report, "plain": plain}


def measure(name: str) -> dict[str, float]:
    """Draw some times in this process: the median time, the size, and the peak of memory."""
    report = large_report()
    draw, times, data = DRAWERS[name], [], b""
    draw(report)
    for _ in range(RUNS):
        start = time.perf_counter()
        data = draw(report)
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": statistics.median(times), "kilobytes": len(data) / 1000, "pages": _pages(data), "peak_mib": peak}


def _pages(data: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(data)).pages)


def main() -> int:
    """Measure both and print the figures; the answer is 0 within the budget."""
    found = {}
    for name in DRAWERS:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.pdf", name], capture_output=True, text=True, check=True
        )
        found[name] = json.loads(ran.stdout)
        print(f"{name:8}", "  ".join(f"{key} {value:.2f}" for key, value in found[name].items()))
    ratio, peak = found["probity"]["seconds"] / found["plain"]["seconds"], found["probity"]["peak_mib"]
    print(f"ratio    {ratio:.2f} (at most {BUDGET_RATIO})   peak {peak:.0f} MiB (under {BUDGET_MIB})")
    return 0 if ratio <= BUDGET_RATIO and peak < BUDGET_MIB else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        sys.exit(main())
