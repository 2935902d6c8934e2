# SPDX-License-Identifier: Apache-2.0
"""Annotations and results in COCO's formats, made up from a seed."""
import json
import random

EDGES = (32.0, 96.0)


def box(rng, width, height):
    w, h = rng.uniform(4, width * rng.choice((.1, .3, .9))), rng.uniform(4, height * rng.choice((.1, .3, .9)))
    return [round(rng.uniform(0, width - w), 2), round(rng.uniform(0, height - h), 2), round(w, 2), round(h, 2)]


def odd_box(rng, width, height):
    """Areas at the bounds, whole numbers that overlap equally, no area, out of the picture."""
    kind = rng.randrange(5)
    if kind == 0:
        side = rng.choice(EDGES)
        return [float(rng.randrange(0, 60)), float(rng.randrange(0, 60)), side, side]
    if kind == 1:
        return [rng.randrange(0, 40) * 4, rng.randrange(0, 40) * 4, rng.choice((8, 16, 32, 48, 96)), rng.choice((8, 16, 32, 48, 96))]
    if kind == 2:
        return [rng.uniform(0, width), rng.uniform(0, height), rng.choice((0, 5.5)), 0]
    if kind == 3:
        return [rng.uniform(-50, width), rng.uniform(-50, height), width * 1.5, height * 2]
    return box(rng, width, height)


def moved(rng, truth):
    amount = rng.choice((0, 0, .02, .1, .3))
    x, y, w, h = truth
    return [round(x + rng.uniform(-amount, amount) * w, 2), round(y + rng.uniform(-amount, amount) * h, 2),
            round(w * rng.uniform(1 - amount, 1 + amount), 2), round(h * rng.uniform(1 - amount, 1 + amount), 2)]


def annotation(rng, identity, image, category, odd):
    bounds = (odd_box if odd else box)(rng, image["width"], image["height"])
    area = rng.choice((bounds[2] * bounds[3], 1024, 9216, 9216.000001)) if odd else round(bounds[2] * bounds[3] * rng.uniform(.4, 1), 3)
    return {"id": identity, "image_id": image["id"], "category_id": category, "bbox": bounds, "area": area,
            "iscrowd": int(rng.random() < (.15 if odd else .01))}


def detections(rng, image, truths, categories, count, odd):
    found = []
    for _ in range(count):
        truth = rng.choice(truths) if truths and rng.random() < .4 else None
        bounds = moved(rng, truth["bbox"]) if truth else (odd_box if odd else box)(rng, image["width"], image["height"])
        category = truth["category_id"] if truth and rng.random() < .9 else rng.choice(categories)
        found.append({"image_id": image["id"], "category_id": category, "bbox": bounds,
                      "score": round(rng.random(), 1) if odd else rng.random()})
    return found


def made_up(seed, pictures, categories, most_detections, annotations_each, odd=False):
    """Annotations as an object, results as a list. `odd`: ties, crowds, bounds, and ids in no order, 0 among them."""
    rng = random.Random(seed)
    ids = rng.sample(range(pictures * 10), pictures) if odd else [139 + 17 * i for i in range(pictures)]
    names = [i + 1 + i // 11 for i in range(categories)]
    images = [{"id": i, "width": rng.randrange(200, 641), "height": rng.randrange(200, 481), "file_name": f"{i:012d}.jpg"} for i in ids]
    truths, results = [], []
    for image in images:
        here = [annotation(rng, len(truths) + k + (0 if odd else 1), image, rng.choice(names), odd)
                for k in range(rng.randrange(0, 2 * annotations_each + 1))]
        truths += here
        results += detections(rng, image, here, names, rng.randrange(most_detections + 1) if odd else most_detections, odd)
    if odd:
        rng.shuffle(results)
    return {"info": {"description": "made up"}, "images": images, "annotations": truths,
            "categories": [{"id": i, "name": f"class {i}"} for i in names]}, results


def write(folder, annotations, results):
    paths = folder + "/annotations.json", folder + "/results.json"
    for path, content in zip(paths, (annotations, results)):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)
    return paths
