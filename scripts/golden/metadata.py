"""Images with EXIF, XMP and IPTC as ExifTool writes them, for Tests/ImagesTests/MetadataTests.swift.

    sudo apt-get install libimage-exiftool-perl
    python3 -m venv .venv
    .venv/bin/pip install pillow==13.0.0
    .venv/bin/python scripts/golden/metadata.py
"""

import subprocess
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "Tests/ImagesTests/Golden"

TAGS = [
    "-EXIF:Make=Maker", "-EXIF:Model=A camera", "-EXIF:DateTimeOriginal=2024:05:06 07:08:09", "-EXIF:ISO=400",
    "-EXIF:ExifImageWidth=24", "-EXIF:ExifImageHeight=16", "-EXIF:Orientation#=6", "-EXIF:Copyright=Somebody",
    "-EXIF:GPSLatitude=48.858370", "-EXIF:GPSLatitudeRef=N", "-EXIF:GPSLongitude=2.294481", "-EXIF:GPSLongitudeRef=E",
    "-EXIF:GPSDateStamp=2024:05:06",
    "-XMP-dc:Title=A tower, größer", "-XMP-dc:Subject=tower", "-XMP-xmp:Rating=4", "-XMP-tiff:Orientation#=6",
    "-XMP-exif:GPSLatitude=48.858370", "-XMP-exif:GPSLongitude=2.294481",
    "-XMP-iptcExt:LocationShownGPSLatitude=48.858370", "-XMP-iptcExt:LocationShownCity=Paris",
    "-IPTC:Caption-Abstract=A tower", "-IPTC:Keywords=tower", "-IPTC:City=Paris",
]  # fmt: skip


def main():
    picture = Image.new("RGB", (24, 16))
    picture.putdata([(10 * (i % 24), 15 * (i // 24), 128) for i in range(24 * 16)])
    for name in ("metadata.jpg", "metadata.png"):
        path = FOLDER / name
        picture.save(path, quality=95)
        subprocess.run(["exiftool", "-q", "-overwrite_original", *TAGS, str(path)], check=True)
        print(f"{name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
