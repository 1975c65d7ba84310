"""Prints the archives of ArchiveTests.swift as base64, made by Python's zipfile and gzip and by zipfile-zstd 0.0.4."""

import base64
import gzip
import io
import zipfile

import zipfile_zstd  # noqa: F401  (teaches zipfile method 93)

TEXT = "Seven apples and five pears are twelve fruits. " * 20


def show(name, data):
    print(name, base64.b64encode(data).decode())


def archive(method, zip64=False):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, text in [("header.json", '{"version": 2}'), ("samples/1_epoch_1.json", TEXT), ("empty", "")]:
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = method
            with file.open(entry, "w", force_zip64=zip64) as out:
                out.write(text.encode())
    return buffer.getvalue()


show("stored", archive(zipfile.ZIP_STORED))
show("deflated", archive(zipfile.ZIP_DEFLATED))
show("zstandard", archive(93))
show("wide", archive(zipfile.ZIP_DEFLATED, zip64=True))
show("gzip", gzip.compress(TEXT.encode(), mtime=0) + gzip.compress(b"More.", mtime=0))
