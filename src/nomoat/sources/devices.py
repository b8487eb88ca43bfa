"""Devices that models run on: memory, bandwidth, and the peak that vendors publish for 16-bit matrices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import read
from nomoat.sources.facts import Facts, Publication

GATHERED = Publication(
    key="nomoat/devices",
    publisher="nomoat",
    dataset="nomoat-devices",
    title="Memory and bandwidth of devices, gathered from the sources named in each row",
    address="see the row's source and peak_source",
    licence="facts, each with its own source",
    attribution="each row's own source; peaks from the vendors' data sheets",
    evidence="secondary",
)


def read_devices(path: Path, retrieved: date, curated: Curated) -> Facts:
    """Read `devices.csv` and add the peak dense 16-bit tensor FLOP/s from `curated/peaks.csv`, where it is certain."""
    facts = Facts()
    key = facts.origin(GATHERED, retrieved, path)
    peaks = {row.needed("device"): row for row in curated.rows("peaks", ["device", "peak_tflop_s", "address"])}
    met: set[str] = set()
    for row in read(path, ["device", "class", "memory_gb", "bandwidth_gb_s", "source"]):
        name = row.needed("device")
        met.add(name)
        peak = peaks.get(name)
        teraflop = None if peak is None else peak.number("peak_tflop_s", 0)
        facts.add(
            "devices",
            key,
            **{"class": row.needed("class")},
            device=name,
            memory_gb=row.number("memory_gb", 0),
            bandwidth_gb_s=row.number("bandwidth_gb_s", 0),
            peak_flop_s=None if teraflop is None else teraflop * 1e12,
            source=row.text("source"),
            peak_source=None if peak is None else peak.needed("address"),
        )
        if peak is None:
            facts.leave("devices without a peak", "no certain figure of the vendor for dense 16-bit matrices")
    if unmet := sorted(set(peaks) - met):
        raise SourceError(f"A peak for {unmet[0]!r}, which {path.name} does not have", "a device of that file")
    return facts
