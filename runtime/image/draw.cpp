// SPDX-License-Identifier: Apache-2.0
// Boxes and labels on pictures.
#include "image/draw.h"

#include "image/letters.h"

#include <algorithm>
#include <cmath>

namespace tradewind {
namespace {

struct Colour {
    std::uint8_t r, g, b;
};

// Far apart in hue, alike in strength; neighbours in class number differ most.
constexpr Colour palette[] = {{230, 57, 70},  {42, 157, 143}, {244, 162, 37}, {69, 123, 206},
                              {155, 93, 229}, {120, 190, 50}, {241, 91, 181}, {0, 150, 199},
                              {188, 108, 37}, {90, 110, 40},  {255, 209, 60}, {110, 70, 180}};

Colour colour_of(int class_id)
{
    return palette[static_cast<std::size_t>(std::max(class_id - 1, 0)) % std::size(palette)];
}

Colour readable_on(Colour background)
{
    const double light = 0.299 * background.r + 0.587 * background.g + 0.114 * background.b;
    return light > 150 ? Colour{20, 20, 20} : Colour{255, 255, 255};
}

struct Rectangle {
    std::int64_t top, left, bottom, right; // half open
    std::int64_t height() const { return bottom - top; }
    std::int64_t width() const { return right - left; }
    bool meets(const Rectangle &o) const
    {
        return top < o.bottom && o.top < bottom && left < o.right && o.left < right;
    }
};

Rectangle inside(Rectangle r, const Picture &picture)
{
    const auto clamp = [](std::int64_t v, std::int64_t most) { return std::clamp<std::int64_t>(v, 0, most); };
    return {clamp(r.top, picture.height), clamp(r.left, picture.width), clamp(r.bottom, picture.height),
            clamp(r.right, picture.width)};
}

std::uint8_t *pixel(Picture &picture, std::int64_t y, std::int64_t x)
{
    return picture.rgb.data() + (y * picture.width + x) * 3;
}

void blend(std::uint8_t *p, Colour colour, int cover)
{
    const auto mix = [&](std::uint8_t from, std::uint8_t to) {
        return static_cast<std::uint8_t>((from * (255 - cover) + to * cover + 127) / 255);
    };
    p[0] = mix(p[0], colour.r);
    p[1] = mix(p[1], colour.g);
    p[2] = mix(p[2], colour.b);
}

void fill(Picture &picture, Rectangle r, Colour colour, int cover)
{
    r = inside(r, picture);
    for (auto y = r.top; y < r.bottom; ++y)
        for (auto x = r.left; x < r.right; ++x) blend(pixel(picture, y, x), colour, cover);
}

void frame(Picture &picture, const Rectangle &r, std::int64_t width, Colour colour)
{
    fill(picture, {r.top, r.left, r.top + width, r.right}, colour, 255);
    fill(picture, {r.bottom - width, r.left, r.bottom, r.right}, colour, 255);
    fill(picture, {r.top + width, r.left, r.bottom - width, r.left + width}, colour, 255);
    fill(picture, {r.top + width, r.right - width, r.bottom - width, r.right}, colour, 255);
}

// Above the box, else inside its top, else below it; moved into the picture; not over a label that is there.
Rectangle place(const Rectangle &box, std::int64_t height, std::int64_t width, const Picture &picture,
                const std::vector<Rectangle> &taken)
{
    const std::int64_t left = std::clamp<std::int64_t>(box.left, 0, std::max<std::int64_t>(picture.width - width, 0));
    const auto at = [&](std::int64_t top) { return Rectangle{top, left, top + height, left + width}; };
    for (const auto top : {box.top - height, box.top, box.bottom, box.bottom - height}) {
        const Rectangle candidate = at(top);
        const bool fits = top >= 0 && candidate.bottom <= picture.height;
        if (fits && std::none_of(taken.begin(), taken.end(), [&](const Rectangle &t) { return t.meets(candidate); }))
            return candidate;
    }
    return at(std::clamp<std::int64_t>(box.top - height, 0, std::max<std::int64_t>(picture.height - height, 0)));
}

void write(Picture &picture, const TextMask &text, std::int64_t top, std::int64_t left, Colour colour)
{
    for (std::int64_t y = 0; y < text.height; ++y)
        for (std::int64_t x = 0; x < text.width; ++x)
            if (top + y >= 0 && top + y < picture.height && left + x >= 0 && left + x < picture.width)
                blend(pixel(picture, top + y, left + x), colour,
                      text.cover[static_cast<std::size_t>(y * text.width + x)]);
}

Rectangle rectangle_of(const Annotation &a)
{
    const auto round = [](float v) { return static_cast<std::int64_t>(std::lround(v)); };
    return {round(a.ymin), round(a.xmin), round(a.ymax), round(a.xmax)};
}

} // namespace

void draw(Picture &picture, const std::vector<Annotation> &annotations)
{
    const double side = static_cast<double>(std::max(picture.height, picture.width));
    const auto line = std::max<std::int64_t>(2, std::llround(0.004 * side));
    const int letters = std::max(13, static_cast<int>(std::llround(0.024 * side)));
    // Worst first, so that the best detections lie on top.
    for (auto a = annotations.rbegin(); a != annotations.rend(); ++a)
        frame(picture, rectangle_of(*a), line, colour_of(a->class_id));
    std::vector<Rectangle> taken;
    for (const auto &a : annotations) {
        const TextMask text = render(a.text, letters);
        const Colour colour = colour_of(a.class_id);
        const std::int64_t margin = letters / 4;
        const Rectangle label = place(rectangle_of(a), text.height + margin, text.width + 2 * margin, picture, taken);
        fill(picture, label, colour, 235);
        write(picture, text, label.top + margin / 2, label.left + margin, readable_on(colour));
        taken.push_back(label);
    }
}

} // namespace tradewind
