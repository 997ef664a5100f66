"""Measures how much films made by the program flicker, on clips whose motion is known.

  python3 -m venv .venv && .venv/bin/pip install numpy pillow
  .venv/bin/python scripts/compare/flicker.py clips data/samples clips
  .venv/bin/python scripts/compare/flicker.py measure clips results -- guise translate -m photo-to-monet
  .venv/bin/python scripts/compare/flicker.py measure clips results -- guise translate -m photo-to-monet --steady 0.7

`clips` makes films of photographs, without loss: one that pans, one that zooms, one with a cut, one that fades, and one with a
disc that moves over a background. Each has grain of its own in every frame, and ten bits. `measure` makes films of them by a command (of
gray ones for `colorize`, of ones half as large for `upscale`, which gets `-s 2`), and prints for each

- flicker: how much neighbouring frames differ along the known motion, where what is seen has not just come into view,
  relative to the same of the film that the command was given;
- uncovered: the error where something has just come into view, and cut: that of the first frame after the cut. Of
  `upscale` and `colorize` against the truth; of others, against the same command without `--steady`;
- PSNR against the truth, in dB.

Differences and errors are mean absolute ones of values from 0 to 255; `colorize` is measured in a and b of Lab.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT, FRAMES, GRAIN = 384, 256, 24, 2.0
CUT = FRAMES // 2
ROWS, COLUMNS = np.meshgrid(np.arange(HEIGHT, dtype=np.float64), np.arange(WIDTH, dtype=np.float64), indexing="ij")


def sampled(image, rows, columns):
    """By Catmull and Rom's cubic; positions outside take the border's."""
    def weights(x):
        return [
            ((-0.5 * x + 1) * x - 0.5) * x, (1.5 * x - 2.5) * x * x + 1, ((-1.5 * x + 2) * x + 0.5) * x,
            (0.5 * x - 0.5) * x * x]

    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    across, down = weights(columns - left), weights(rows - top)
    result = 0
    for i in range(4):
        y = np.clip(top + i - 1, 0, image.shape[0] - 1)
        line = sum(across[j][..., None] * image[y, np.clip(left + j - 1, 0, image.shape[1] - 1)] for j in range(4))
        result = result + down[i][..., None] * line
    return result


class Clip:
    """Frames of layers: a photograph seen by a moving camera and, if there is one, a disc of another before it."""

    def __init__(self, photographs):
        self.photographs = photographs

    def camera(self, frame):
        """Scale, and the place in the photograph of the frame's first pixel."""
        return 1.0, 40 + 1.7 * frame, 30 + 0.6 * frame

    def scene(self, frame):
        return 0

    def light(self, frame):
        return 1.0

    def disc(self, frame):
        """Its middle and radius; None if there is none."""
        return None

    def in_disc(self, frame):
        disc = self.disc(frame)
        if disc is None:
            return np.zeros((HEIGHT, WIDTH), bool)
        return (ROWS - disc[0]) ** 2 + (COLUMNS - disc[1]) ** 2 < disc[2] ** 2

    def background(self, frame):
        scale, left, top = self.camera(frame)
        return sampled(self.photographs[self.scene(frame)], top + ROWS / scale, left + COLUMNS / scale)

    def truth(self, frame):
        picture = self.background(frame)
        disc = self.disc(frame)
        if disc is not None:
            inside = np.clip(disc[2] + 0.5 - np.hypot(ROWS - disc[0], COLUMNS - disc[1]), 0, 1)[..., None]
            other = sampled(self.photographs[1], ROWS - disc[0] + 250, COLUMNS - disc[1] + 380)
            picture = picture + inside * (other - picture)
        return np.clip(picture * self.light(frame), 0, 255)

    def motion(self, frame):
        """Where each pixel was in the frame before, and whether it was seen there."""
        (scale, left, top), (old_scale, old_left, old_top) = self.camera(frame), self.camera(frame - 1)
        rows = (top + ROWS / scale - old_top) * old_scale
        columns = (left + COLUMNS / scale - old_left) * old_scale
        inside, was_inside = self.in_disc(frame), self.in_disc(frame - 1)
        if self.disc(frame) is not None:
            disc, old = self.disc(frame), self.disc(frame - 1)
            rows = np.where(inside, ROWS - disc[0] + old[0], rows)
            columns = np.where(inside, COLUMNS - disc[1] + old[1], columns)
        row, column = np.round(rows).astype(int), np.round(columns).astype(int)
        is_within = (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < WIDTH)
        row, column = row.clip(0, HEIGHT - 1), column.clip(0, WIDTH - 1)
        is_seen = is_within & (inside == was_inside[row, column])
        return rows, columns, is_seen & (self.scene(frame) == self.scene(frame - 1))


class Zoom(Clip):
    def camera(self, frame):
        scale = 1 + 0.006 * frame
        return scale, 384 - WIDTH / 2 / scale, 256 - HEIGHT / 2 / scale


class Cut(Clip):
    def scene(self, frame):
        return 0 if frame < CUT else 1


class Fade(Clip):
    def light(self, frame):
        return 1 - 0.7 * frame / FRAMES


class Disc(Clip):
    def camera(self, frame):
        return 1.0, 180 - 0.5 * frame, 120.0

    def disc(self, frame):
        return 110 + 1.1 * frame, 100 + 6.3 * frame, 50.0


KINDS = {"pan": Clip, "zoom": Zoom, "cut": Cut, "fade": Fade, "disc": Disc}


def clips(samples):
    photographs = [
        np.asarray(Image.open(path).convert("RGB"), np.float64) for path in sorted(Path(samples).glob("*.png"))]
    wide = [photograph for photograph in photographs if photograph.shape[1] > photograph.shape[0]]
    order = [[0, 1], [1, 2], [2, 0], [1, 0], [2, 1]]
    return {
        name: kind([wide[i % len(wide)] for i in pair]) for (name, kind), pair in zip(KINDS.items(), order)}


def write_film(frames, path):
    height, width = frames[0].shape[:2]
    command = [
        "ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{width}x{height}", "-r", "24", "-i", "-",
        "-c:v", "ffv1", "-pix_fmt", "yuv444p10le", str(path)]
    data = b"".join(np.clip(257 * frame + 0.5, 0, 65535).astype("<u2").tobytes() for frame in frames)
    subprocess.run(command, input=data, check=True)


def read_film(path):
    size = json.loads(subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-select_streams", "v:0", "-show_entries", "stream=width,height", path],
        capture_output=True, check=True).stdout)["streams"][0]
    data = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb48le", "-"], capture_output=True,
        check=True).stdout
    return np.frombuffer(data, "<u2").reshape(-1, size["height"], size["width"], 3) / 257


def halved(frame):
    return frame.reshape(HEIGHT // 2, 2, WIDTH // 2, 2, 3).mean((1, 3))


def gray(frame):
    return np.repeat((frame @ [0.299, 0.587, 0.114])[..., None], 3, -1)


def make(samples, folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    draws = np.random.default_rng(1)
    for name, clip in clips(samples).items():
        frames = [clip.truth(frame) for frame in range(FRAMES)]
        frames = [frame + GRAIN * draws.standard_normal((HEIGHT, WIDTH, 1)) for frame in frames]
        write_film(frames, Path(folder) / f"{name}.mkv")
        write_film([gray(frame) for frame in frames], Path(folder) / f"{name}-gray.mkv")
        write_film([halved(frame) for frame in frames], Path(folder) / f"{name}-small.mkv")
    (Path(folder) / "samples").write_text(str(Path(samples).resolve()))


def lab(frame):
    """a and b."""
    linear = frame / 255
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]).T / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def flicker(frames, clip):
    values = []
    for frame in range(1, FRAMES):
        rows, columns, is_seen = clip.motion(frame)
        if is_seen.any():
            values.append(np.abs(frames[frame] - sampled(frames[frame - 1], rows, columns))[is_seen].mean())
    return np.mean(values)


def mean(values):
    return np.mean(values) if len(values) else float("nan")


def measured(name, clip, folder, results, command):
    """A row of the table."""
    task = next((task for task in ("colorize", "upscale") if task in command), "translate")
    ending = {"colorize": "-gray", "upscale": "-small", "translate": ""}[task]
    film = Path(folder) / f"{name}{ending}.mkv"

    def result(label, arguments):
        output = Path(results) / f"{name}-{task}-{label}.mkv"
        output.parent.mkdir(parents=True, exist_ok=True)
        scale = ["-s", "2"] if task == "upscale" else []
        codec = ["--video-codec", "ffv1", "--quiet", "--overwrite"]
        subprocess.run([*arguments, *scale, str(film), "-o", str(output), *codec], check=True)
        return read_film(output)

    source = read_film(Path(folder) / f"{name}.mkv")
    truth = np.stack([clip.truth(frame) for frame in range(FRAMES)])
    own = result("steady" if "--steady" in command else "plain", command)
    if task == "translate":
        at = command.index("--steady") if "--steady" in command else None
        reference = own if at is None else result("plain", command[:at] + command[at + 2:])
    else:
        reference = truth
    values = (lambda frames: np.stack([lab(frame) for frame in frames])) if task == "colorize" else np.asarray
    error = np.abs(values(own) - values(reference)).mean(-1)
    uncovered = [error[frame][~clip.motion(frame)[2]] for frame in range(1, FRAMES) if name != "cut" or frame != CUT]
    return {
        "flicker": flicker(values(own), clip) / flicker(source, clip),
        "uncovered": mean(np.concatenate(uncovered)),
        "cut": error[CUT].mean() if name == "cut" else float("nan"),
        "PSNR": 10 * np.log10(255**2 / np.mean((own - reference) ** 2)) if reference is not own else float("nan"),
    }


def measure(folder, results, command):
    samples = (Path(folder) / "samples").read_text()
    rows = {name: measured(name, clip, folder, results, command) for name, clip in clips(samples).items()}
    rows["mean"] = {key: np.nanmean([row[key] for row in rows.values()]) for key in rows["pan"] if key != "cut"}
    columns = ["flicker", "uncovered", "cut", "PSNR"]
    print(f"{'clip':8}" + "".join(f"{column:>12}" for column in columns))
    for name, row in rows.items():
        print(f"{name:8}" + "".join(f"{row.get(column, float('nan')):12.3f}" for column in columns))


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "clips":
        make(*sys.argv[2:])
    elif len(sys.argv) > 5 and sys.argv[1] == "measure" and sys.argv[4] == "--":
        measure(sys.argv[2], sys.argv[3], sys.argv[5:])
    else:
        sys.exit(__doc__)
