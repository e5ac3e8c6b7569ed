"""Photos as customers take them, drawn: a broken cup, a torn zip, a jacket of the wrong colour."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (960, 720)
Colour = tuple[int, int, int]


def draw(name: str, number: int) -> bytes:
    """A JPEG; `number` makes no two of them the same."""
    random = Random(number)
    image = _table(random)
    PICTURES[name](ImageDraw.Draw(image), random)
    file = BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.8)).save(file, "JPEG", quality=78)
    return file.getvalue()


def _table(random: Random) -> Image.Image:
    """A wooden table in uneven light."""
    base = random.choice([(196, 164, 124), (172, 140, 104), (208, 186, 152)])
    image = Image.new("RGB", SIZE, base)
    pen = ImageDraw.Draw(image)
    for y in range(0, SIZE[1], 6):
        shade = random.randrange(-14, 15)
        pen.line([(0, y), (SIZE[0], y + random.randrange(-8, 9))], _lighter(base, shade), width=5)
    return image


def _lighter(colour: Colour, by: int) -> Colour:
    red, green, blue = (max(0, min(255, part + by)) for part in colour)
    return red, green, blue


def _cup(pen: ImageDraw.ImageDraw, random: Random) -> None:
    glaze = random.choice([(222, 226, 224), (110, 138, 150), (188, 96, 70)])
    pen.ellipse([330, 520, 700, 600], _lighter((150, 120, 90), -30))
    pen.polygon([(370, 250), (520, 240), (500, 410), (540, 560), (400, 550)], glaze, _lighter(glaze, -60))
    pen.polygon(
        [(560, 300), (670, 290), (650, 560), (580, 570), (545, 420)], _lighter(glaze, -12), _lighter(glaze, -60)
    )
    pen.arc([620, 330, 760, 500], 280, 90, _lighter(glaze, -30), width=26)
    for _ in range(7):
        x, y = random.randrange(180, 800), random.randrange(560, 680)
        points = [(x + random.randrange(-34, 35), y + random.randrange(-18, 19)) for _ in range(4)]
        pen.polygon(points, _lighter(glaze, random.randrange(-30, 10)))


def _zip(pen: ImageDraw.ImageDraw, random: Random) -> None:
    cloth = random.choice([(48, 66, 84), (88, 84, 60), (92, 46, 50)])
    pen.rectangle([120, 60, 840, 680], cloth)
    for y in range(80, 660, 14):
        gap = 0 if y < 330 else (y - 330) // 4
        pen.rectangle([455 - gap, y, 478 - gap, y + 8], (196, 196, 190))
        pen.rectangle([482 + gap, y + 5, 505 + gap, y + 13], (196, 196, 190))
    pen.rounded_rectangle([462, 300, 500, 372], 8, (150, 150, 144))


def _jacket(pen: ImageDraw.ImageDraw, random: Random) -> None:
    cloth = random.choice([(190, 140, 44), (178, 122, 60)])
    pen.polygon([(300, 130), (660, 130), (700, 640), (260, 640)], cloth, _lighter(cloth, -50))
    pen.polygon([(300, 130), (150, 470), (230, 510), (330, 300)], _lighter(cloth, -14))
    pen.polygon([(660, 130), (810, 470), (730, 510), (630, 300)], _lighter(cloth, -14))
    pen.line([(480, 140), (480, 640)], _lighter(cloth, -70), width=4)
    for y in range(200, 620, 80):
        pen.ellipse([490, y, 510, y + 20], _lighter(cloth, -90))


PICTURES: dict[str, Callable[[ImageDraw.ImageDraw, Random], None]] = {"cup": _cup, "zip": _zip, "jacket": _jacket}
