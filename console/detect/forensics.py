"""Silence forensics: where the reports of a server are lost, from the sequence numbers and ages of both sides."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from console.detect import gap, silent, stuck
from console.detect.estimate import Estimate
from console.detect.facts import numbers
from console.domain.alarms import Alarm, Fault, Silence
from console.domain.frame import Column, Frame, Row, slots_of

_SUSPICIOUS = frozenset((silent.RULE, stuck.RULE, gap.RULE))


def silences(frame: Frame, estimate: Estimate, alarms: Iterable[Alarm]) -> tuple[Silence, ...]:
    """One verdict for each attached server that is silent or whose belief is wrong; none where its reports do arrive and count."""
    if not estimate.told:
        return ()  # one side is missing throughout
    wrong = {alarm.server for alarm in alarms if alarm.rule in _SUSPICIOUS and alarm.server is not None}
    wrong |= {row.id for slot in slots_of(estimate.silent).tolist() if (row := frame.rows.rows[slot]) is not None}
    found: list[tuple[Row, Fault]] = []
    attached = frame.attached
    for server in sorted(wrong):
        row = frame.rows.get(server)
        if row is not None and attached[row.slot] and (fault := _fault(frame, estimate, row)) is not None:
            found.append((row, fault))
    evidence = numbers(
        np.array([row.slot for row, _ in found], dtype=np.intp),
        sent_seq=frame[Column.SENT_SEQ],
        sent_age_s=frame[Column.SENT_AGE] + frame[Column.TRUTH_AGE],
        sent_connections=frame[Column.SENT_CONNECTIONS],
        received_seq=frame[Column.RECEIVED_SEQ],
        received_age_s=frame[Column.RECEIVED_AGE],
        used_seq=frame[Column.REPORTED_SEQ],
        used_age_s=frame[Column.REPORT_AGE],
        used_connections=frame[Column.REPORTED],
        belief=frame[Column.BELIEVED],
        truth=frame[Column.TRUTH],
        limit_s=round(estimate.silent_limit_s, 4),
    )
    return tuple(
        Silence(row.id, row.incarnation, fault, told) for (row, fault), told in zip(found, evidence, strict=True)
    )


def _fault(frame: Frame, estimate: Estimate, row: Row) -> Fault | None:
    limit_s = estimate.silent_limit_s
    sent_seq, received_seq, used_seq = (
        frame.values[column, row.slot] for column in (Column.SENT_SEQ, Column.RECEIVED_SEQ, Column.REPORTED_SEQ)
    )
    received_s, used_s = frame.values[Column.RECEIVED_AGE, row.slot], frame.values[Column.REPORT_AGE, row.slot]
    if received_s <= limit_s:  # they arrive
        if used_s > limit_s or math.isnan(used_s):
            if math.isnan(received_seq) or math.isnan(used_seq):
                return Fault.CANNOT_TELL
            return Fault.STUCK if received_seq > used_seq else Fault.IGNORED
        return Fault.IGNORED if _pick_differs(frame, row) else None
    sent_s, said_s = _sent_age(frame, row), float(frame.values[Column.SENT_AGE, row.slot])
    if math.isnan(received_s) or math.isnan(sent_s) or math.isnan(sent_seq) or math.isnan(received_seq):
        return Fault.CANNOT_TELL
    if said_s > limit_s:
        return Fault.NOT_SENT  # by its own words; what it sent since they were read nobody knows
    if sent_seq == received_seq:
        # Either it sends one number again and again, so that what arrives is no newer, or that report was its last.
        return Fault.IGNORED if received_s - sent_s > estimate.interval_s / 2 else Fault.NOT_SENT
    return Fault.NOT_RECEIVED if sent_seq > received_seq else Fault.CANNOT_TELL


def _pick_differs(frame: Frame, row: Row) -> bool:
    """The number that the pick compares is neither the report nor the report with what was sent since."""
    believed, reported = frame.values[Column.BELIEVED, row.slot], frame.values[Column.REPORTED, row.slot]
    in_flight = float(frame.values[Column.IN_FLIGHT, row.slot])
    in_flight = 0.0 if math.isnan(in_flight) else in_flight
    return bool(abs(believed - reported) > 0.5 and abs(believed - reported - in_flight) > 0.5)


def _sent_age(frame: Frame, row: Row) -> float:
    """As of now: the server told it with its last status."""
    return float(frame.values[Column.SENT_AGE, row.slot] + frame.values[Column.TRUTH_AGE, row.slot])
