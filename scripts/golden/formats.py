"""Small WebP, TIFF, HEIC, AVIF and BMP files, and their pixels, for Tests/ImagesTests/FormatTests.swift.

    python3 -m venv .venv
    .venv/bin/pip install numpy pillow==13.0.0 tifffile pillow-heif==1.8.1
    .venv/bin/python scripts/golden/formats.py

Beside each file lies what Pillow reads from it, or for what Pillow does not read, what was written: `.f32` has the values,
0...1, little-endian.
"""

import struct
from pathlib import Path

import numpy as np
import pillow_heif
import tifffile
from PIL import Image, ImageCms, TiffImagePlugin

FOLDER = Path(__file__).resolve().parents[2] / "Tests/ImagesTests/Golden/formats"
WIDTH, HEIGHT = 20, 18


def pattern(channels, largest=255):
    """A smooth image: waves of another phase in each channel, and alpha that falls from left to right."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = [0.5 + 0.5 * np.sin(x / 4 + c) * np.cos(y / 5 - c) for c in range(channels)]
    if channels in (2, 4):
        waves[-1] = (WIDTH - x) / WIDTH + 0 * y
    return np.round(np.stack(waves, axis=-1) * largest).astype(np.uint8 if largest == 255 else np.uint16)


def picture(mode):
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    return Image.fromarray(pattern(channels).squeeze(), mode)


def expect(name, values, largest=255.0):
    (FOLDER / f"{name}.f32").write_bytes((np.asarray(values, np.float64) / largest).astype("<f4").tobytes())


def expect_pillows(name, mode):
    with Image.open(FOLDER / name) as image:
        expect(name, np.asarray(image.convert(mode)))


def metadata(orientation=6):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", orientation
    exif.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return exif, profile, b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


def webp():
    exif, profile, xmp = metadata()
    picture("RGB").save(FOLDER / "lossy.webp", quality=90)
    picture("RGBA").save(FOLDER / "lossy-alpha.webp", quality=90)
    picture("RGBA").save(FOLDER / "lossless-alpha.webp", lossless=True, exact=True)
    picture("RGB").save(FOLDER / "metadata.webp", lossless=True, exif=exif, icc_profile=profile, xmp=xmp)
    frames = [picture("RGB"), picture("RGB").transpose(Image.Transpose.ROTATE_180)]
    frames[0].save(FOLDER / "animated.webp", lossless=True, save_all=True, append_images=frames[1:], duration=100)
    for name in ("lossy.webp", "metadata.webp", "animated.webp"):
        expect_pillows(name, "RGB")
    for name in ("lossy-alpha.webp", "lossless-alpha.webp"):
        expect_pillows(name, "RGBA")


def tiff():
    _, profile, xmp = metadata()
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        name = f"{compression}.tif"
        picture("RGB").save(FOLDER / name, compression=compression)
        expect_pillows(name, "RGB")
    picture("L").convert("1").save(FOLDER / "bilevel.tif", compression="group4")
    expect_pillows("bilevel.tif", "L")
    picture("RGB").quantize(16).save(FOLDER / "palette.tif", compression="tiff_lzw")
    expect_pillows("palette.tif", "RGB")
    picture("CMYK").save(FOLDER / "cmyk.tif", compression="tiff_lzw")
    inks = np.asarray(Image.open(FOLDER / "cmyk.tif"), int)
    expect("cmyk.tif", (255 - inks[..., :3]) * (255 - inks[..., 3:]), 255.0**2)
    first, second = picture("RGB"), picture("L")
    first.save(FOLDER / "pages.tif", compression="tiff_lzw", save_all=True, append_images=[second, second])
    expect_pillows("pages.tif", "RGB")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[700], tags.tagtype[700] = xmp, 1
    tags[33723], tags.tagtype[33723] = b"\x1c\x02\x78\0\x03abc", 7
    tags[0x010F], tags[0x0112], tags[0x8769] = "Maker", 6, {0x9003: "2024:05:06 07:08:09"}
    picture("RGB").save(FOLDER / "metadata.tif", icc_profile=profile, tiffinfo=tags, dpi=(300, 300))

    def written(name, values, largest=255.0, expected=None, **options):
        tifffile.imwrite(FOLDER / name, values, software=False, metadata=None, **options)
        expect(name, values if expected is None else expected, largest)

    wide = pattern(3, 65535)
    rgb = {"photometric": "rgb"}
    written("rgb16.tif", wide, 65535.0, **rgb, compression="zlib", predictor=True)
    written("rgb16-big-endian.tif", wide, 65535.0, **rgb, byteorder=">")
    written("rgb16-bigtiff.tif", wide, 65535.0, **rgb, bigtiff=True, rowsperstrip=5)
    written("gray16.tif", pattern(1, 65535).squeeze(), 65535.0, photometric="minisblack", compression="zlib")
    written("gray-alpha.tif", pattern(2), photometric="minisblack", planarconfig="contig", extrasamples=["unassalpha"])
    written("tiles.tif", pattern(3), **rgb, tile=(16, 16), compression="zlib")
    planes = np.moveaxis(pattern(3), -1, 0)
    written("planes.tif", planes, expected=pattern(3), **rgb, planarconfig="separate", rowsperstrip=7)
    planes = np.moveaxis(wide, -1, 0)
    written("plane-tiles16.tif", planes, 65535.0, wide, **rgb, planarconfig="separate", tile=(16, 16))
    written("alpha.tif", pattern(4), **rgb, extrasamples=["unassalpha"])
    colors = pattern(4).astype(int)
    multiplied = np.concatenate([(colors[..., :3] * colors[..., 3:] + 127) // 255, colors[..., 3:]], -1)
    alpha = multiplied[..., 3:]
    divided = np.concatenate([np.minimum(255, (multiplied[..., :3] * 255 + alpha // 2) // alpha), alpha], -1)
    written("associated-alpha.tif", multiplied.astype(np.uint8), expected=divided, **rgb, extrasamples=["assocalpha"])
    gray = pattern(1).squeeze()
    written("from-white.tif", gray, expected=255 - gray, photometric="miniswhite")

    sensor = pattern(1, 65535).squeeze()
    tifffile.imwrite(FOLDER / "linear.dng", wide, photometric=34892, software=False, metadata=None)
    with tifffile.TiffWriter(FOLDER / "thumbnail.nef") as writer:
        writer.write(gray, photometric="minisblack", subifds=1, subfiletype=1, software=False, metadata=None)
        writer.write(sensor, photometric=32803, software=False, metadata=None, extratags=[(33421, 3, 2, (2, 2), True)])
    tifffile.imwrite(FOLDER / "float.tif", gray.astype(np.float32), software=False, metadata=None)


def heif():
    exif, profile, xmp = metadata(orientation=1)
    pillow_heif.register_heif_opener()
    picture("RGB").save(FOLDER / "metadata.heic", quality=90, chroma=444, exif=exif, icc_profile=profile, xmp=xmp)
    picture("RGBA").save(FOLDER / "alpha.heic", quality=90, chroma=444)
    picture("RGB").save(FOLDER / "color.avif", quality=90, subsampling="4:4:4", icc_profile=profile, exif=exif)
    expect_pillows("metadata.heic", "RGB")
    # The container turns the pixels by a quarter, and EXIF says the same once more.
    picture("RGB").save(FOLDER / "turned.heic", quality=90, chroma=444, exif=metadata()[0].tobytes())
    with Image.open(FOLDER / "metadata.heic") as image:
        expect("turned.heic", np.rot90(np.asarray(image), -1))
    expect_pillows("alpha.heic", "RGBA")
    expect_pillows("color.avif", "RGB")
    for bits, scale in (("ten", 6), ("twelve", 4)):
        deep = pillow_heif.from_bytes("RGB;16", (WIDTH, HEIGHT), pattern(3, 65535).tobytes())
        pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == "twelve"
        deep.save(FOLDER / f"{bits}.heic", quality=-1, chroma=444)
        expect(f"{bits}.heic", pattern(3, 65535) >> scale, float((1 << 16 - scale) - 1))


def bitmaps():
    for name, mode, source in (
        ("bilevel.bmp", "L", picture("L").convert("1")), ("gray.bmp", "RGB", picture("L")),
        ("palette.bmp", "RGB", picture("RGB").quantize(200)), ("color.bmp", "RGB", picture("RGB")),
        ("color32.bmp", "RGB", picture("RGBA")),
    ):  # fmt: skip
        source.save(FOLDER / name)
        expect_pillows(name, "RGB" if mode == "L" else mode)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, WIDTH, HEIGHT, 1, 32, 3, 0, 0, 0, 0, 0) + masks + bytes(52)
    rows = pattern(4)[::-1, :, [2, 1, 0, 3]].tobytes()
    (FOLDER / "alpha.bmp").write_bytes(b"BM" + struct.pack("<IHHI", 122 + len(rows), 0, 0, 122) + header + rows)
    expect("alpha.bmp", pattern(4))
    # Top-down, and with four bits per pixel.
    indices = (np.add.outer(np.arange(HEIGHT), np.arange(WIDTH)) % 16).astype(np.uint8)
    rows = (indices[:, 0::2] << 4 | indices[:, 1::2]).tobytes()
    rows = b"".join(rows[i : i + WIDTH // 2] + b"\0\0" for i in range(0, len(rows), WIDTH // 2))
    palette = b"".join(bytes([16 * i, 255 - 16 * i, 128, 0]) for i in range(16))
    header = struct.pack("<IiiHHIIiiII", 40, WIDTH, -HEIGHT, 1, 4, 0, 0, 11811, 11811, 0, 0)
    size = 14 + len(header) + len(palette)
    (FOLDER / "top-down.bmp").write_bytes(b"BM" + struct.pack("<IHHI", size + len(rows), 0, 0, size) + header + palette + rows)
    expect_pillows("top-down.bmp", "RGB")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    webp()
    tiff()
    heif()
    bitmaps()
    print(f"{sum(file.stat().st_size for file in FOLDER.iterdir())} bytes")
