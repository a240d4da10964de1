"""The incident report: facts of a recording, sentences with evidence in two languages, and their forms. Pure."""

from console.report.document import Document, Line, Section
from console.report.draft import draft
from console.report.evidence import Evidence
from console.report.facts import Facts
from console.report.survey import Survey
from console.report.tally import Inquiry

__all__ = ["Document", "Evidence", "Facts", "Inquiry", "Line", "Section", "Survey", "draft"]
