"""Image files of many kinds, and their pixels as PIL reads them: python3 images.py > images.json"""
import base64
import io
import json

import numpy as np
from PIL import Image

noise = np.random.RandomState(0).randint(0, 256, (6, 5, 3)).astype(np.uint8)
picture = Image.fromarray(noise).resize((19, 23), Image.BICUBIC)
turned = Image.Exif()
turned[0x112] = 6
kinds = {
    "rgb.png": (picture, {}),
    "palette.png": (picture.convert("P"), {}),
    "grey.png": (picture.convert("L"), {}),
    "bits.png": (picture.convert("1"), {}),
    "alpha.png": (picture.convert("RGBA"), {}),
    "grey-alpha.png": (picture.convert("LA"), {}),
    "subsampled.jpg": (picture, {"quality": 90}),
    "full.jpg": (picture, {"quality": 90, "subsampling": 0}),
    "grey.jpg": (picture.convert("L"), {}),
    "turned.jpg": (picture, {"exif": turned}),
    "lossless.webp": (picture, {"lossless": True}),
    "palette.gif": (picture, {}),
    "plain.tiff": (picture, {}),
}
cases = []
for name, (image, options) in kinds.items():
    file = io.BytesIO()
    image.save(file, {"jpg": "jpeg"}.get(name.split(".")[1], name.split(".")[1]), **options)
    pixels = np.asarray(Image.open(file).convert("RGB"))
    encoded = [base64.b64encode(part).decode() for part in (file.getvalue(), pixels.tobytes())]
    cases.append({"name": name, "size": pixels.shape[:2], "file": encoded[0], "pixels": encoded[1]})
print(json.dumps(cases))
