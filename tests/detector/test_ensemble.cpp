// SPDX-License-Identifier: Apache-2.0
// Several models together.
#include "detector/ensemble.h"
#include "scene.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace tradewind;

namespace {

Model codes()
{
    return make_model(scene::registry(),
                      read_bundle(std::string(std::getenv("TRADEWIND_SOURCE")) + "/configs/bundles/codes.safetensors"),
                      {});
}

Ensemble ensemble_of(std::vector<Model> models, EnsembleOptions options)
{
    std::vector<std::unique_ptr<Detector>> members;
    for (auto &model : models) {
        const auto target = scene::targets().back();
        DetectorOptions plain;
        members.push_back(
            std::make_unique<Detector>(std::move(model), open_target(target, scene::module_folders(), {}), plain));
    }
    return Ensemble(std::move(members), std::move(options));
}

std::vector<Model> several(std::size_t count)
{
    std::vector<Model> models;
    for (std::size_t i = 0; i < count; ++i) models.push_back(codes());
    return models;
}

bool same(const std::vector<Detection> &a, const std::vector<Detection> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection &x, const Detection &y) {
        return x.class_id == y.class_id && x.label == y.label && x.score == y.score && x.box.ymin == y.box.ymin &&
               x.box.xmin == y.box.xmin && x.box.ymax == y.box.ymax && x.box.xmax == y.box.xmax;
    });
}

Picture wall()
{
    return scene::picture(std::string(std::getenv("TRADEWIND_SOURCE")) +
                          "/configs/bundles/pictures/warehouse_wall.jpg");
}

} // namespace

TEST_CASE("the same model twice gives what it gives alone")
{
    const Picture picture = wall();
    const auto alone = ensemble_of(several(1), {}).detect(picture);
    CHECK(alone.size() > 10);
    CHECK(same(alone, ensemble_of(several(2), {}).detect(picture)));
    const auto averaged = [&] {
        EnsembleOptions options;
        options.fusion.method = FusionMethod::wbf;
        return ensemble_of(several(2), options).detect(picture);
    }();
    CHECK(averaged.size() == alone.size()); // boxes of one class do not overlap by more than 0.55 here
}

TEST_CASE("what a crop shows is found where it is, by each member as on a picture of that part alone")
{
    const Picture picture = wall();
    EnsembleOptions options;
    options.crops = parse_crops("1x2", "test");
    options.fusion.iou = 1.0f;
    const auto found = ensemble_of(several(1), options).detect(picture);
    const auto parts = crops_of(options.crops, picture.height, picture.width);
    std::vector<CroppedDetection> expected;
    for (const auto &part : parts)
        for (auto &one :
             shifted(ensemble_of(several(1), {}).detect(crop(picture, part)), part, picture.height, picture.width))
            expected.push_back(one);
    FusionOptions nothing_lost;
    nothing_lost.iou = 1.0f;
    CHECK(same(fuse({without_fragments(expected)}, nothing_lost), found));
    CHECK(found.size() > 15);
    CHECK(std::any_of(found.begin(), found.end(), [&](const Detection &d) { return d.box.xmin > 700; }));
}

TEST_CASE("only the classes that are wanted")
{
    EnsembleOptions options;
    options.classes = {2};
    const auto found = ensemble_of(several(2), options).detect(wall());
    CHECK(found.size() > 2);
    CHECK(std::all_of(found.begin(), found.end(),
                      [](const Detection &d) { return d.class_id == 2 && d.label == "barcode"; }));
}

TEST_CASE("members that call a class differently, and weights that are not one for each")
{
    auto models = several(2);
    models[1].labels[2] = "zebra";
    CHECK_THROWS_WITH_AS(joint_labels({&models[0], &models[1]}), doctest::Contains("class 2 is 'barcode' in "), Error);
    models[1].labels.erase(2);
    models[1].labels[9] = "tree"; // known to one alone
    CHECK(joint_labels({&models[0], &models[1]}).size() == 5);
    EnsembleOptions options;
    options.fusion.weights = {1, 2, 3};
    CHECK_THROWS_AS(ensemble_of(several(2), options), Error);
}
