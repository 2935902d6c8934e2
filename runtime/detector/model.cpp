// SPDX-License-Identifier: Apache-2.0
// From settings to a model: which components, which options, which labels, which size.
#include "detector/model.h"

#include "detector/labels.h"
#include "tensor/error.h"

#include <charconv>

namespace tradewind {
namespace {

std::string given_text(const Settings &given, const std::string &name)
{
    const Setting *setting = given.find(name);
    return setting ? setting->value : "";
}

// On the way to an error: loads every extractor there is; those that cannot be loaded are of no help.
std::string extractors_with_second_stage(Registry &registry)
{
    std::string list;
    for (const auto &name : registry.extractors()) {
        try {
            if (registry.extractor(name).has_tail) list += (list.empty() ? "" : ", ") + name;
        } catch (const Error &) {
        }
    }
    return list.empty() ? "none of the extractors here has one" : "these have one: " + list;
}

void find_components(Registry &registry, const Settings &given, Model &model)
{
    const std::string extractor = given_text(given, "model.extractor"), meta = given_text(given, "model.meta");
    if (extractor.empty())
        throw Error(ErrorCode::usage,
                    "no feature extractor is named: give --extractor, or a config with extractor = ... "
                    "in its section [model], or a bundle with --model");
    model.extractor = &registry.extractor(extractor);
    if (!meta.empty()) model.meta = &registry.meta_architecture(meta);
    if (model.meta && model.meta->needs_tail && !model.extractor->has_tail)
        throw Error(ErrorCode::usage, model.meta->name + " needs a second stage, which " + model.extractor->name +
                                          " does not have; " + extractors_with_second_stage(registry));
}

std::string list_of(const std::vector<double> &numbers)
{
    std::string text;
    for (const double number : numbers) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<float>(number)).ptr;
        text += (text.empty() ? "" : ",") + std::string(digits, end);
    }
    return text;
}

// Where the config says nothing of preprocessing, what the extractor was made for; so bundles carry it.
void fill_preprocessing(Model &model)
{
    const Preprocessing &own = model.extractor->preprocessing;
    const auto fill = [&](const char *name, const std::string &value) {
        if (model.settings.text(name).empty()) model.settings.set(name, value, model.extractor->name);
    };
    fill("image.channel_order", own.channel_order);
    fill("image.scale", list_of(own.scale));
    fill("image.mean", list_of(own.mean));
}

// Settings then say what the labels are, not in which file: they are printed, and kept in bundles.
void read_labels(Model &model)
{
    const Setting given = *model.settings.find("model.labels");
    const bool own_file = !given.origin.starts_with(bundle_origin); // a model opens no file of this machine
    model.labels = own_file ? parse_labels(given.value, given.origin) : parse_label_list(given.value, given.origin);
    check_labels(model.labels, model, given.origin);
    const std::string list = to_list(model.labels);
    if (parse_label_list(list, given.origin) == model.labels) model.settings.set("model.labels", list, given.origin);
}

void append(OptionTable &table, const OptionTable &more) { table.insert(table.end(), more.begin(), more.end()); }

std::int64_t side(const std::string &text, const Setting &setting)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > 16'384)
        throw Error(ErrorCode::usage, "image.size is '" + setting.value + "', but is a side from 1 to 16384, or HxW",
                    setting.origin);
    return value;
}

ImageSize fixed_size(const Settings &settings)
{
    const Setting &setting = *settings.find("image.size");
    const auto x = setting.value.find('x');
    if (x == std::string::npos) return {side(setting.value, setting), side(setting.value, setting)};
    return {side(setting.value.substr(0, x), setting), side(setting.value.substr(x + 1), setting)};
}

} // namespace

std::string Model::name() const
{
    std::string text = meta ? meta->name + " " + extractor->name : extractor->name + " (trunk alone)";
    if (settings.text("image.resize") == "fixed") {
        const ImageSize size = fixed_size(settings);
        text += " " + std::to_string(size.height) + "x" + std::to_string(size.width);
    }
    return text;
}

void check_labels(const std::map<int, std::string> &labels, const Model &model, const std::string &origin)
{
    const auto classes = model.settings.integer("model.classes");
    if (labels.empty() || labels.rbegin()->first <= classes) return;
    throw Error(ErrorCode::usage,
                "there is a label for class " + std::to_string(labels.rbegin()->first) + " ('" +
                    labels.rbegin()->second.substr(0, 40) + "'), but the model has " + std::to_string(classes) +
                    " classes",
                origin);
}

void require_meta_architecture(const Model &model)
{
    if (model.meta) return;
    throw Error(ErrorCode::usage, "this model is a feature extractor alone and detects nothing: name a "
                                  "meta-architecture (--meta NAME), or look at its maps with 'tradewind model trace'");
}

Model make_model(Registry &registry, const Settings &given)
{
    Model model;
    find_components(registry, given, model);
    model.options = host_options();
    append(model.options, model.extractor->options);
    if (model.meta) append(model.options, model.meta->options);
    check_keys(given, "extractor", model.extractor->options, model.extractor->name);
    if (model.meta) check_keys(given, "meta", model.meta->options, model.meta->name);
    model.settings = resolve(given, model.options);
    fill_preprocessing(model);
    read_labels(model);
    if (model.settings.text("image.resize") == "fixed") fixed_size(model.settings);
    return model;
}

Model make_model(Registry &registry, Bundle bundle, const Settings &overrides)
try {
    Settings given = bundle.settings;
    given.merge(overrides);
    if (given_text(given, "model.extractor").empty())
        throw Error(ErrorCode::refused,
                    "the file holds weights, but no config that says of which network: name one with --config FILE.ini "
                    "--weights " +
                        bundle.weights.origin,
                    bundle.weights.origin);
    Model model = make_model(registry, given);
    if (!overrides.find("model.labels") && !bundle.labels.empty()) {
        model.labels = std::move(bundle.labels);
        check_labels(model.labels, model, bundle_origin + bundle.weights.origin);
    }
    model.metadata = std::move(bundle.metadata);
    model.weights = std::move(bundle.weights);
    model.quantisation = std::move(bundle.quantisation);
    return model;
} catch (const Error &error) {
    // What a file says wrongly is not the user's to correct.
    const bool of_bundle = error.code() == ErrorCode::usage && error.context().starts_with(bundle_origin);
    throw of_bundle ? Error(ErrorCode::refused, error.message(), error.context()) : error;
}

ImageSize resized_size(const Model &model, ImageSize picture)
{
    const Settings &settings = model.settings;
    if (settings.text("image.resize") == "fixed") return fixed_size(settings);
    return keep_aspect_size(picture, settings.integer("image.min_side"), settings.integer("image.max_side"));
}

ResizeMethod resize_method(const Model &model)
{
    const std::string method = model.settings.text("image.method"), round = model.settings.text("image.round");
    if (method == "align_corners") return ResizeMethod::bilinear_align_corners;
    if (method == "half_pixel") return ResizeMethod::bilinear_half_pixel;
    return round == "half_up" ? ResizeMethod::bilinear_rounded : ResizeMethod::bilinear;
}

} // namespace tradewind
