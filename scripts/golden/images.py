"""Golden files of Pillow's and MATLAB's resampling, of numpy's PSNR, SSIM and spectra, and JPEG files of many kinds,
for Tests/ImagesTests.

    sudo apt-get install libjpeg-turbo-progs
    python3 -m venv .venv
    .venv/bin/pip install pillow==13.0.0 numpy
    .venv/bin/python scripts/golden/images.py
"""

import io
import json
import subprocess
from pathlib import Path

import numpy
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "Tests/ImagesTests/Golden"
FILTERS = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
SIZES = [(37, 29), (46, 34), (11, 8), (23, 5), (7, 17), (60, 6)]


def picture(width, height, channels, seed):
    """Smooth colours, hard edges (so that cubic filters overshoot and clamp) and noise."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    planes = []
    for channel in range(channels):
        plane = 128 + 100 * numpy.sin(x / (3 + channel) + channel) * numpy.cos(y / 4)
        plane = numpy.where((x // 4 + y // 5 + channel) % 3 == 0, 255 * ((x + channel) % 2), plane)
        planes.append(plane + random.normal(0, 12, plane.shape))
    return numpy.clip(numpy.round(numpy.stack(planes, -1)), 0, 255).astype(numpy.uint8)


def similarity(a, b):
    """SSIM (Wang et al. 2004) over 11x11 Gaussian windows, by direct two-dimensional sums."""
    axis = numpy.exp(-((numpy.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    window = numpy.outer(axis, axis)
    window /= window.sum()

    def mean(values):
        views = numpy.lib.stride_tricks.sliding_window_view(values, (11, 11))
        return (views * window).sum((-1, -2))

    scores = []
    for c in range(a.shape[-1]):
        x, y = a[..., c], b[..., c]
        mx, my = mean(x), mean(y)
        vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
        c1, c2 = 0.01**2, 0.03**2
        scores.append(((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())
    return float(numpy.mean(scores))


def spectrum(image, rings=64):
    """Mean power in rings from frequency 0 to Nyquist, of the luma minus its mean, under a Hann window."""
    luma = image @ numpy.array([0.299, 0.587, 0.114]) if image.ndim == 3 else image
    height, width = luma.shape
    down, across = (0.5 - 0.5 * numpy.cos(2 * numpy.pi * (numpy.arange(n) + 0.5) / n) for n in luma.shape)
    powers = numpy.abs(numpy.fft.fft2((luma - luma.mean()) * numpy.outer(down, across))) ** 2 / luma.size
    frequency = numpy.sqrt(numpy.fft.fftfreq(height)[:, None] ** 2 + numpy.fft.fftfreq(width) ** 2)
    ring = (frequency * 2 * rings).astype(int)
    counts = numpy.bincount(ring.ravel(), minlength=rings)[:rings]
    sums = numpy.bincount(ring.ravel(), powers.ravel(), minlength=rings)[:rings]
    return sums / numpy.maximum(counts, 1)


def cubic(x):
    x = numpy.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return near * (x <= 1) + far * ((x > 1) & (x <= 2))


def lanczos(x):
    return numpy.sinc(x) * numpy.sinc(x / 3) * (numpy.abs(x) < 3)


# Kernel and its width, as MATLAB's imresize has them under "box", "triangle", "cubic" and "lanczos3".
MATLAB_FILTERS = {
    "box": (lambda x: 1.0 * ((-0.5 <= x) & (x < 0.5)), 1.0),
    "bilinear": (lambda x: numpy.maximum(0, 1 - numpy.abs(x)), 2.0),
    "bicubic": (cubic, 4.0),
    "lanczos": (lanczos, 6.0),
}
MATLAB_SCALES = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "twice": 2.0, "thrice": 3.0, "fourfold": 4.0}


def resized_as_matlab(pixels, width, height, filter_name="bicubic", largest=255, rounds=True):
    """imresize(pixels, [height width]) in float64, with border pixels repeated outside; rounds after each axis."""
    kernel, kernel_width = MATLAB_FILTERS[filter_name]
    values = pixels.astype(numpy.float64)
    scales = [height / pixels.shape[0], width / pixels.shape[1]]
    for axis in numpy.argsort(scales, kind="stable"):
        old, new, scale = values.shape[axis], (height, width)[axis], scales[axis]
        shrinking = min(scale, 1)
        centers = (numpy.arange(new) + 0.5) / scale - 0.5
        first = numpy.floor(centers - kernel_width / shrinking / 2).astype(int)
        places = first[:, None] + numpy.arange(int(numpy.ceil(kernel_width / shrinking)) + 2)
        weights = kernel(shrinking * (centers[:, None] - places))
        weights /= weights.sum(1, keepdims=True)
        lines = numpy.moveaxis(values, axis, 0)[numpy.clip(places, 0, old - 1)]
        values = numpy.moveaxis(numpy.einsum("np,np...->n...", weights, lines), 0, axis)
        if rounds:
            # The 1e-9 makes ties of values that only float64's last bits keep from a half.
            values = numpy.floor(numpy.clip(values, 0, largest) + 0.5 + 1e-9)
    return numpy.clip(values, 0, largest)


def write_matlab():
    for name, channels in (("gray", 1), ("rgb", 3)):
        pixels = picture(48, 36, channels, seed=20 + channels).squeeze()
        Image.fromarray(pixels).save(FOLDER / f"matlab-{name}.png")
        sizes = {scale_name: (round(48 * scale), round(36 * scale)) for scale_name, scale in MATLAB_SCALES.items()}
        if name == "rgb":
            sizes = {key: sizes[key] for key in ("half", "quarter", "twice")}
        for width, height in list(sizes.values()) + [(37, 29), (11, 50), (61, 7)]:
            resized = resized_as_matlab(pixels, width, height)
            Image.fromarray(resized.astype(numpy.uint8)).save(FOLDER / f"matlab-{name}-bicubic-{width}x{height}.png")
    pixels = picture(48, 36, 1, seed=21).squeeze()
    for filter_name in ("box", "bilinear", "lanczos"):
        for width, height in ((12, 9), (37, 50)):
            resized = resized_as_matlab(pixels, width, height, filter_name).astype(numpy.uint8)
            Image.fromarray(resized).save(FOLDER / f"matlab-gray-{filter_name}-{width}x{height}.png")

    # 16 bits, which stay unrounded: 0...1, little-endian float32 rows.
    pixels = picture(23, 17, 1, seed=1).squeeze().astype(numpy.uint16) * 257 + 100
    pixels = numpy.minimum(pixels, 65435)
    Image.fromarray(pixels).save(FOLDER / "matlab-gray16.png")
    for width, height in ((92, 68), (9, 5)):
        resized = resized_as_matlab(pixels / 65535, width, height, largest=1, rounds=False).astype("<f4")
        (FOLDER / f"matlab-gray16-{width}x{height}.f32").write_bytes(resized.tobytes())


# The kinds of JPEG that decoders handle apart: how colour is subsampled, and how coefficients are coded.
JPEG_KINDS = {
    "444": ["-sample", "1x1"],
    "420": ["-sample", "2x2"],
    "422": ["-sample", "2x1"],
    "440": ["-sample", "1x2"],
    "411": ["-sample", "4x1"],
    "410": ["-sample", "4x2"],
    "mixed": ["-sample", "2x2,1x2,2x1"],
    "420-progressive": ["-sample", "2x2", "-progressive"],
    "422-progressive": ["-sample", "2x1", "-progressive"],
    "420-restart": ["-sample", "2x2", "-restart", "3B"],
    "420-arithmetic": ["-sample", "2x2", "-arithmetic"],
    "420-scans": ["-sample", "2x2", "-scans", "scans.txt"],
    "gray": ["-grayscale"],
}


def write_jpegs():
    pixels = numpy.asarray(Image.fromarray(picture(23, 17, 3, seed=3)).resize((173, 107), Image.Resampling.BICUBIC))
    ppm = io.BytesIO()
    Image.fromarray(pixels).save(ppm, "PPM")
    scans = FOLDER / "scans.txt"
    scans.write_text("0; 1; 2;\n")
    for name, arguments in JPEG_KINDS.items():
        command = ["cjpeg", "-quality", "50", *arguments]
        jpeg = subprocess.run(command, input=ppm.getvalue(), capture_output=True, check=True, cwd=FOLDER).stdout
        (FOLDER / f"jpeg-{name}.jpg").write_bytes(jpeg)
    scans.unlink()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, channels in (("gray", 1), ("rgb", 3)):
        pixels = picture(23, 17, channels, seed=channels)
        image = Image.fromarray(pixels.squeeze())
        image.save(FOLDER / f"{name}.png")
        for filter_name, resampling in FILTERS.items():
            for size in SIZES:
                image.resize(size, resampling).save(FOLDER / f"{name}-{filter_name}-{size[0]}x{size[1]}.png")

    # Pillow's float mode: "gray" in 0...1, results unclamped, little-endian float32 rows.
    image = Image.fromarray((picture(23, 17, 1, seed=1).squeeze() / 255).astype(numpy.float32))
    for filter_name, resampling in FILTERS.items():
        resized = numpy.asarray(image.resize((37, 8), resampling), dtype="<f4")
        (FOLDER / f"float-{filter_name}-37x8.f32").write_bytes(resized.tobytes())

    first = picture(23, 17, 3, seed=3)
    noise = numpy.random.default_rng(7).normal(0, 20, first.shape)
    second = numpy.clip(numpy.round(first + noise), 0, 255).astype(numpy.uint8)
    Image.fromarray(second).save(FOLDER / "rgb-noisy.png")
    a, b = first / 255.0, second / 255.0
    values = {"psnr": float(-10 * numpy.log10(((a - b) ** 2).mean())), "ssim": similarity(a, b)}
    values["detail"] = spectrum(b)[32:].sum() / spectrum(a)[32:].sum()
    (FOLDER / "quality.json").write_text(json.dumps(values, indent=2) + "\n")

    gray = picture(48, 36, 1, seed=21).squeeze() / 255.0  # what write_matlab stores
    spectra = {"rgb": spectrum(a, 16), "rgb-noisy": spectrum(b, 64), "matlab-gray": spectrum(gray, 10)}
    spectra["matlab-gray-32x32"] = spectrum(gray[2:34, 3:35], 16)
    lists = {name: [float(f"{power:.12g}") for power in powers] for name, powers in spectra.items()}
    (FOLDER / "spectra.json").write_text(json.dumps(lists) + "\n")

    write_matlab()
    write_jpegs()

    # What no other test file has: inverted inks of Adobe's CMYK JPEG, and 16 bits with alpha.
    inks = Image.new("CMYK", (16, 16), (255, 0, 128, 64))
    inks.save(FOLDER / "cmyk.jpg", quality=100)


if __name__ == "__main__":
    main()
