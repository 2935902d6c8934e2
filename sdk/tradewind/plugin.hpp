// SPDX-License-Identifier: Apache-2.0
// tradewind/plugin.hpp -- C++20 on top of plugin.h. Header-only: nothing here crosses the boundary, so it may change freely.
//
// A feature extractor is a class with three constants and a function:
//
//     struct Tiny {
//         static constexpr const char *id = "org.example.tiny", *version = "1.0.0", *summary = "one convolution";
//         void trunk(tradewind::Graph &g, tradewind::Value x) const
//         {
//             g.tap("last", g.conv2d(x, {.name = "conv", .filters = 16, .stride = 8}));
//         }
//     };
//     TRADEWIND_PLUGIN(Tiny)
//
// A meta-architecture has `void build(tradewind::Graph &, tradewind::Value image) const` in place of trunk.
//
// Members that a class may have besides:
//     static constexpr tw_option options[]            what users can set: integer(), real(), text(), ... below
//     static constexpr tw_preprocessing preprocessing extractors: how pixels become input; absent: pixels as they are
//     Value tail(Graph &, Value regions) const        extractors: the second stage; its presence makes the extractor two-stage
//                                                     capable
//     static constexpr bool needs_tail = true         meta-architectures: works only with such an extractor
//     static constexpr uint32_t min_host_minor = N    when something is used that plugin.h marks "since N"
//
// Functions may throw. What is thrown becomes the host's error: std::invalid_argument is a request of the user that makes no
// sense, anything else a fault of the plugin. They are [setup]: called one at a time, while a detector is made. Objects of the
// class are made for each call; keep nothing between calls.
#ifndef TRADEWIND_PLUGIN_HPP
#define TRADEWIND_PLUGIN_HPP

#include <tradewind/plugin.h>

#include <cstdio>
#include <exception>
#include <iterator>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tradewind {

// ---- declaring options -------------------------------------------------------
//
// key:      what users write in section [extractor] or [meta]: "depth_multiplier"
// fallback: the default, as text; nullptr: users must give a value
// range:    for numbers "0..1", inclusive, for each number of a list; for texts "relu|relu6"; nullptr: anything
// help:     one line, without a full stop

constexpr tw_option integer(const char *key, const char *fallback, const char *range, const char *help)
{
    return {key, help, fallback, range, TW_OPTION_I64, 0};
}
constexpr tw_option real(const char *key, const char *fallback, const char *range, const char *help)
{
    return {key, help, fallback, range, TW_OPTION_F64, 0};
}
constexpr tw_option text(const char *key, const char *fallback, const char *range, const char *help)
{
    return {key, help, fallback, range, TW_OPTION_STR, 0};
}
// "true" or "false".
constexpr tw_option flag(const char *key, const char *fallback, const char *help)
{
    return {key, help, fallback, nullptr, TW_OPTION_BOOL, 0};
}
// Lists are comma-separated: "512,256".
constexpr tw_option integers(const char *key, const char *fallback, const char *range, const char *help)
{
    return {key, help, fallback, range, TW_OPTION_I64S, 0};
}
constexpr tw_option reals(const char *key, const char *fallback, const char *range, const char *help)
{
    return {key, help, fallback, range, TW_OPTION_F64S, 0};
}
constexpr tw_option texts(const char *key, const char *fallback, const char *help)
{
    return {key, help, fallback, nullptr, TW_OPTION_STRS, 0};
}

// Red, green, blue; y = x * scale - mean, alike for all three. Pixels are 0..255.
constexpr tw_preprocessing rgb_preprocessing(double scale, double mean)
{
    return {sizeof(tw_preprocessing), 0, "rgb", {scale, scale, scale}, {mean, mean, mean}};
}

// ---- what nodes are told -----------------------------------------------------
//
// Each struct below is the last argument of one function of Graph, written with designated initialisers:
//
//     x = g.conv2d(x, {.name = "conv1", .filters = 64, .kernel = 7, .stride = 2});
//
// `name` is unique in its scope; with the scopes in front it is the node's name and the beginning of its weights' names.

// A value of the graph under construction: a float32 tensor, maps being 1 x height x width x channels. Cheap to copy. Invalid
// by default and after an error, when operations do nothing and the host reports the cause: descriptions need no checks.
class Value {
public:
    Value() = default;
    explicit Value(tw_value id) : id_(id) {}
    tw_value id() const { return id_; }
    explicit operator bool() const { return id_ != 0; }

private:
    tw_value id_ = 0;
};

// Height and width; one number is both.
struct Size {
    std::int64_t y = 1, x = 1;
    constexpr Size(std::int64_t both) : y(both), x(both) {}
    constexpr Size(std::int64_t height, std::int64_t width) : y(height), x(width) {}
};

// Padding of windows. `same`: ceil(input / stride) outputs, the odd pixel going bottom and right (TensorFlow). `valid`: none.
// Otherwise as many pixels as said, on each side.
struct Padding {
    const char *rule = "same";
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;
};
inline constexpr Padding same{}, valid{"valid"};
constexpr Padding explicit_padding(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right)
{
    return {"explicit", top, bottom, left, right};
}

// A convolution. Weights: "<name>/weights", kernel height x width x input channels x filters; "<name>/biases", filters.
struct Conv {
    std::string name;
    std::int64_t filters = 0; // must be given
    Size kernel = 3, stride = 1, dilation = 1;
    Padding padding = same;
    bool bias = false;
    std::string activation = "none"; // "relu", "relu6"; as nodes of their own, they can be looked at by name
};

// A convolution of each channel by itself. Weights: "<name>/depthwise_weights", kernel height x width x input channels x
// multiplier; "<name>/biases". Output channel c * multiplier + j comes from input channel c.
struct DepthwiseConv {
    std::string name;
    std::int64_t multiplier = 1;
    Size kernel = 3, stride = 1, dilation = 1;
    Padding padding = same;
    bool bias = false;
    std::string activation = "none";
};

// Batch normalisation with stored statistics. Weights: "<name>/gamma" (if), "beta", "moving_mean", "moving_variance", one
// number a channel. By custom the name is "<convolution>/BatchNorm". Targets fold it into the convolution before it.
struct BatchNorm {
    std::string name;
    double epsilon = 0.001;
    bool gamma = true;
};

// Maximum or average over windows. Padding never counts: the maximum ignores it, the average divides by what is inside.
struct Pool {
    std::string name;
    Size kernel = 2, stride = 2;
    Padding padding = valid;
    std::string rounding = "floor"; // models trained with Caffe need "ceil"; not with `same`
};

// Fully connected; input n x inputs. Weights: "<name>/weights", inputs x units; "<name>/biases".
struct Dense {
    std::string name;
    std::int64_t units = 0; // must be given
    bool bias = true;
    std::string activation = "none";
};

// a + scale * b, of equal shapes, then the activation.
struct Sum {
    std::string name;
    double scale = 1;
    std::string activation = "none";
};

// scale * x / (epsilon + sqrt(sum over channels of x^2)). Weights: "<name>/scale", one number a channel.
struct L2Normalization {
    std::string name;
    double epsilon = 1e-7;
};

// Anchors of SSD (Liu et al. 2016): for each map, row, column and box one row ymin, xmin, ymax, xmax, as parts of the picture.
struct SsdAnchors {
    std::string name;
    double min_scale = 0.2, max_scale = 0.95; // of the first and of the last map; evenly spaced between
    std::vector<double> aspect_ratios = {1.0, 2.0, 0.5, 3.0, 0.3333}; // width to height
    bool reduce_lowest = true;          // three boxes only on the first map
    std::string interpolated = "last"; // where the box of the geometric mean of two scales stands; or "second"
};

// From codes relative to anchors to boxes.
struct Decoding {
    std::string name;
    std::vector<double> scales = {10, 10, 5, 5}; // what ty, tx, th, tw were multiplied with
};

// From logits, column 0 being the background, to scores without that column.
struct ScoreConversion {
    std::string name;
    std::string converter = "sigmoid";        // "softmax", "identity"
    std::string background = "convert_first"; // or "slice_first": the column goes before the conversion
};

// Non-maximum suppression in each class, then the best of all classes.
struct Suppression {
    std::string name;
    double score_threshold = 0, iou_threshold = 0.6;
    std::int64_t max_per_class = 100, max_total = 100;
    std::string generation = "g2"; // of the published code; g3 clips boxes after the suppression
    std::string mode = "regular";  // "fast": one suppression over the best class of each anchor
    bool clip = true;              // to the picture
};

// A map that an extractor offers.
struct Tap {
    Value value;
    std::string name;  // as the extractor called it
    std::string scope; // the scopes it stood in: "FeatureExtractor/MobilenetV1"
    std::int64_t stride = 0, channels = 0; // image pixels per step: the product of the strides before it
};

// Named settings of a node, for Graph::add. Keys must outlive the object: write them as literals.
class Attributes {
public:
    Attributes &i64(const char *key, std::int64_t v) { return append(key, TW_ATTR_I64).i64 = v, *this; }
    Attributes &f64(const char *key, double v) { return append(key, TW_ATTR_F64).f64 = v, *this; }
    Attributes &str(const char *key, std::string v)
    {
        return texts_.push_back(std::move(v)), append(key, TW_ATTR_STR), *this;
    }
    Attributes &i64s(const char *key, std::vector<std::int64_t> v)
    {
        return integers_.push_back(std::move(v)), append(key, TW_ATTR_I64S), *this;
    }
    Attributes &f64s(const char *key, std::vector<double> v)
    {
        return reals_.push_back(std::move(v)), append(key, TW_ATTR_F64S), *this;
    }

    // The list for the ABI. Its pointers are valid as long as this object is, and until it is changed or copied.
    std::vector<tw_attr> list() const
    {
        auto text = texts_.begin();
        auto integers = integers_.begin();
        auto reals = reals_.begin();
        std::vector<tw_attr> all = list_;
        for (auto &attr : all) {
            if (attr.type == TW_ATTR_STR) attr.value.str = (text++)->c_str();
            if (attr.type == TW_ATTR_I64S) attr.value.i64s = counted(*integers++, attr.count);
            if (attr.type == TW_ATTR_F64S) attr.value.f64s = counted(*reals++, attr.count);
        }
        return all;
    }

private:
    auto append(const char *key, std::uint32_t type) -> decltype(tw_attr::value) &
    {
        return list_.emplace_back(tw_attr{key, type, 1, {}}).value;
    }
    template <class T> static const T *counted(const std::vector<T> &values, std::uint32_t &count)
    {
        count = static_cast<std::uint32_t>(values.size());
        return values.data();
    }

    // Texts and lists wait here, in order, until the last of them stands still.
    std::vector<tw_attr> list_;
    std::vector<std::string> texts_;
    std::vector<std::vector<std::int64_t>> integers_;
    std::vector<std::vector<double>> reals_;
};

// ---- describing networks -----------------------------------------------------

// The graph under construction and what the user asked for. Given to trunk(), tail() and build(); not to be kept.
class Graph {
public:
    explicit Graph(const tw_build &build) : build_(build), api_(*build.api), graph_(build.graph) {}

    // Options of this component, by the key and with the type that it declared. Values have been checked against the ranges.
    // Spans are valid until the description ends.
    std::int64_t integer(const char *key) const { return build_.get_i64(&build_, key); }
    double real(const char *key) const { return build_.get_f64(&build_, key); }
    bool flag(const char *key) const { return build_.get_i64(&build_, key) != 0; }
    std::string text(const char *key) const { return build_.get_str(&build_, key); }
    std::span<const std::int64_t> integers(const char *key) const
    {
        const std::int64_t *values = nullptr;
        const auto count = build_.get_i64s(&build_, key, &values);
        return {values, count};
    }
    std::span<const double> reals(const char *key) const
    {
        const double *values = nullptr;
        const auto count = build_.get_f64s(&build_, key, &values);
        return {values, count};
    }
    std::vector<std::string> texts(const char *key) const
    {
        const char *const *values = nullptr;
        const auto count = build_.get_strs(&build_, key, &values);
        return {values, values + count};
    }

    // Ops. Each appends a node and returns its output; see the structs above.
    Value conv2d(Value x, const Conv &c)
    {
        Attributes a = window(c.kernel, c.stride, c.padding);
        a.i64s("dilation", {c.dilation.y, c.dilation.x}).i64("filters", c.filters).i64("bias", c.bias);
        return add("conv2d", c.name, {x}, a.str("activation", c.activation));
    }
    Value depthwise_conv2d(Value x, const DepthwiseConv &c)
    {
        Attributes a = window(c.kernel, c.stride, c.padding);
        a.i64s("dilation", {c.dilation.y, c.dilation.x}).i64("multiplier", c.multiplier).i64("bias", c.bias);
        return add("depthwise_conv2d", c.name, {x}, a.str("activation", c.activation));
    }
    Value batch_norm(Value x, const BatchNorm &b)
    {
        return add("batch_norm", b.name, {x}, Attributes().f64("epsilon", b.epsilon).i64("gamma", b.gamma));
    }
    Value max_pool(Value x, const Pool &p) { return pool("max_pool", x, p); }
    Value avg_pool(Value x, const Pool &p) { return pool("avg_pool", x, p); }
    Value dense(Value x, const Dense &d)
    {
        Attributes a;
        return add("dense", d.name, {x}, a.i64("units", d.units).i64("bias", d.bias).str("activation", d.activation));
    }
    Value add(Value a, Value b, const Sum &s)
    {
        return add("add", s.name, {a, b}, Attributes().f64("scale", s.scale).str("activation", s.activation));
    }
    Value l2_normalization(Value x, const L2Normalization &l)
    {
        return add("l2_normalization", l.name, {x}, Attributes().f64("epsilon", l.epsilon));
    }

    // Ops without settings, element by element (softmax: over the last axis).
    Value relu(Value x, const std::string &name) { return add("relu", name, {x}, {}); }
    Value relu6(Value x, const std::string &name) { return add("relu6", name, {x}, {}); }
    Value sigmoid(Value x, const std::string &name) { return add("sigmoid", name, {x}, {}); }
    Value softmax(Value x, const std::string &name) { return add("softmax", name, {x}, {}); }

    // Ops that move numbers. Axis 3 of maps is the channel. One dimension of a shape may be -1: what is left.
    Value concat(const std::vector<Value> &parts, std::int64_t axis, const std::string &name)
    {
        return add("concat", name, parts, Attributes().i64("axis", axis));
    }
    Value reshape(Value x, std::vector<std::int64_t> shape, const std::string &name)
    {
        return add("reshape", name, {x}, Attributes().i64s("shape", std::move(shape)));
    }
    // With zeros.
    Value pad(Value x, std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right,
              const std::string &name)
    {
        return add("pad", name, {x}, Attributes().i64s("pads", {top, bottom, left, right}));
    }
    // n x 1 x 1 x channels.
    Value spatial_mean(Value x, const std::string &name) { return add("spatial_mean", name, {x}, {}); }

    // Ops of detectors. N anchors, K classes, M = max_total detections.
    // N x 4. Only the shapes of the maps matter.
    Value ssd_anchors(const std::vector<Value> &maps, const SsdAnchors &s)
    {
        Attributes a;
        a.f64("min_scale", s.min_scale).f64("max_scale", s.max_scale).f64s("aspect_ratios", s.aspect_ratios);
        a.i64("reduce_lowest", s.reduce_lowest).str("interpolated", s.interpolated);
        return add("ssd_anchors", s.name, maps, a);
    }
    // 1 x N x 4 and N x 4 give 1 x N x 4.
    Value decode_boxes(Value encodings, Value anchors, const Decoding &d)
    {
        return add("decode_boxes", d.name, {encodings, anchors}, Attributes().f64s("scales", d.scales));
    }
    // 1 x N x (K + 1) gives 1 x N x K.
    Value convert_scores(Value logits, const ScoreConversion &s)
    {
        Attributes a;
        return add("convert_scores", s.name, {logits}, a.str("converter", s.converter).str("background", s.background));
    }
    // 1 x N x 4 and 1 x N x K give boxes 1 x M x 4; results 1 to 3 are scores 1 x M, classes 1 x M (from 1) and their count.
    Value multiclass_nms(Value boxes, Value scores, const Suppression &s)
    {
        Attributes a;
        a.f64("score_threshold", s.score_threshold).f64("iou_threshold", s.iou_threshold);
        a.i64("max_per_class", s.max_per_class).i64("max_total", s.max_total).i64("clip", s.clip);
        return add("multiclass_nms", s.name, {boxes, scores}, a.str("generation", s.generation).str("mode", s.mode));
    }
    // Result `index` of a node whose first one is `first`.
    static Value result(Value first, std::uint32_t index) { return Value{first ? first.id() + index : 0}; }

    // Any op of the host, by name: the ABI does not change with the set of ops. Returns the first result. Unknown ops and
    // attributes, missing attributes and shapes that do not fit are errors that name the node.
    Value add(const char *op, const std::string &name, const std::vector<Value> &inputs, const Attributes &attributes)
    {
        std::vector<tw_value> ids;
        for (const Value input : inputs) ids.push_back(input.id());
        const auto list = attributes.list();
        const auto input_count = static_cast<std::uint32_t>(ids.size()), attr_count = static_cast<std::uint32_t>(list.size());
        const tw_node node{sizeof node, input_count, attr_count, 0, op, name.c_str(), ids.data(), list.data()};
        return Value{api_.add(graph_, &node)};
    }

    // Dimensions, outermost first; four zeros after an error, so that arithmetic on them goes on.
    std::vector<std::int64_t> shape(Value x) const
    {
        std::uint32_t rank = 0;
        std::int64_t dims[8] = {};
        if (api_.shape(graph_, x.id(), &rank, dims) != TW_OK) return {0, 0, 0, 0};
        return {dims, dims + rank};
    }
    // Offers a map to meta-architectures, under a name that should not depend on options such as depth.
    void tap(const std::string &name, Value x) { api_.tap(graph_, name.c_str(), x.id()); }
    // Names a stage or a result of a meta-architecture; plugin.h lists those that must be.
    void output(const std::string &name, Value x) { api_.output(graph_, name.c_str(), x.id()); }
    // Ends the description with a message for the user; throwing std::invalid_argument does the same.
    void fail(const std::string &message) { api_.fail(graph_, TW_INVALID, message.c_str()); }
    // Scopes: see class Scope.
    void push_scope(const std::string &name) { api_.push_scope(graph_, name.c_str()); }
    void pop_scope() { api_.pop_scope(graph_); }

    // The extractor, as functions of the host. For meta-architectures only: std::logic_error elsewhere.
    // Describes the extractor under a scope, by custom "FeatureExtractor". Once; its taps are known afterwards.
    void trunk(const std::string &scope, Value image) { offered(build_.trunk)(&build_, scope.c_str(), image.id()); }
    // Describes its second stage and returns the features of the regions.
    Value tail(const std::string &scope, Value regions)
    {
        return Value{offered(build_.tail)(&build_, scope.c_str(), regions.id())};
    }
    // In the order of the trunk.
    std::vector<Tap> taps() const
    {
        std::vector<Tap> all;
        const auto count = offered(build_.tap_count)(&build_);
        tw_tap tap{sizeof tap, 0, nullptr, nullptr, 0, 0};
        for (std::uint32_t i = 0; i < count; ++i)
            if (offered(build_.tap_at)(&build_, i, &tap) == TW_OK) all.push_back(copied(tap));
        return all;
    }
    // An unknown name is an error that lists the taps there are; the tap returned then has no value.
    Tap tap_named(const std::string &name) const
    {
        tw_tap tap{sizeof tap, 0, nullptr, nullptr, 0, 0};
        return offered(build_.tap_named)(&build_, name.c_str(), &tap) == TW_OK ? copied(tap) : Tap{};
    }
    // Classes of the model, background not counted.
    std::int64_t class_count() const { return offered(build_.class_count)(&build_); }

private:
    template <class F> static F offered(F function)
    {
        if (!function) throw std::logic_error("a feature extractor used a function that only meta-architectures have");
        return function;
    }
    static Tap copied(const tw_tap &t) { return {Value{t.value}, t.name, t.scope, t.stride, t.channels}; }
    static Attributes window(Size kernel, Size stride, const Padding &padding)
    {
        Attributes a;
        a.i64s("kernel", {kernel.y, kernel.x}).i64s("stride", {stride.y, stride.x}).str("padding", padding.rule);
        return a.i64s("pads", {padding.top, padding.bottom, padding.left, padding.right});
    }
    Value pool(const char *op, Value x, const Pool &p)
    {
        return add(op, p.name, {x}, window(p.kernel, p.stride, p.padding).str("rounding", p.rounding));
    }

    const tw_build &build_;
    const tw_graph_api &api_;
    tw_graph *graph_;
};

// A scope as long as this object lives: names of nodes, weights and taps get "<name>/" in front.
//
//     const tradewind::Scope scope(g, "MobilenetV1");
class Scope {
public:
    Scope(Graph &graph, const std::string &name) : graph_(graph) { graph_.push_scope(name); }
    ~Scope() { graph_.pop_scope(); }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

private:
    Graph &graph_;
};

// ---- from classes to the ABI: of no interest to authors --------------------------

namespace detail {

inline tw_status fail(tw_error *error, tw_status code, const char *message) noexcept
{
    if (error) {
        error->code = code;
        std::snprintf(error->message, sizeof error->message, "%s", message);
    }
    return code;
}

// The only place where C++ exceptions become status codes.
template <class F> tw_status guard(tw_error *error, F &&body) noexcept
{
    try {
        body();
        return TW_OK;
    } catch (const std::bad_alloc &) {
        return fail(error, TW_NO_MEMORY, "out of memory");
    } catch (const std::invalid_argument &e) {
        return fail(error, TW_INVALID, e.what());
    } catch (const std::exception &e) {
        return fail(error, TW_INTERNAL, e.what());
    } catch (...) {
        return fail(error, TW_INTERNAL, "an exception that is no std::exception");
    }
}

// What a class has, read off the class itself.
template <class T>
concept IsMetaArchitecture = requires(const T &t, Graph &g, Value v) { t.build(g, v); };
template <class T>
concept HasTail = requires(const T &t, Graph &g, Value v) { t.tail(g, v); };
template <class T>
concept NeedsTail = requires { requires T::needs_tail; };
template <class T>
concept HasOptions = requires { std::size(T::options); };
template <class T>
concept HasPreprocessing = requires { T::preprocessing.scale; };
template <class T>
concept HasMinHostMinor = requires { T::min_host_minor; };

// The functions that the tables below point at.
template <class T>
tw_status trunk(const tw_component *, const tw_build *build, tw_value image, tw_error *error) noexcept
{
    return guard(error, [&] { Graph g(*build); T{}.trunk(g, Value{image}); });
}
template <class T>
tw_status tail(const tw_component *, const tw_build *build, tw_value regions, tw_value *result, tw_error *error) noexcept
{
    return guard(error, [&] { Graph g(*build); *result = T{}.tail(g, Value{regions}).id(); });
}
template <class T> tw_status build(const tw_component *, const tw_build *b, tw_value image, tw_error *error) noexcept
{
    return guard(error, [&] { Graph g(*b); T{}.build(g, Value{image}); });
}

// Constant data, complete before the library is loaded: a host may refuse it without running any of its code.
template <class T> constexpr auto make_iface()
{
    if constexpr (IsMetaArchitecture<T>) {
        const std::uint32_t needs = NeedsTail<T> ? TW_NEEDS_TAIL : 0;
        return tw_meta_architecture{sizeof(tw_meta_architecture), needs, &build<T>};
    } else {
        tw_feature_extractor extractor{sizeof(tw_feature_extractor), 0, &trunk<T>, nullptr, nullptr};
        if constexpr (HasTail<T>) extractor.tail = &tail<T>;
        if constexpr (HasPreprocessing<T>) extractor.preprocessing = &T::preprocessing;
        return extractor;
    }
}
template <class T> inline constexpr auto iface = make_iface<T>();

template <class T> constexpr tw_component make_component()
{
    const char *kind = IsMetaArchitecture<T> ? TW_KIND_META_ARCHITECTURE : TW_KIND_FEATURE_EXTRACTOR;
    tw_component c{sizeof c, 0, kind, T::id, T::version, T::summary, nullptr, 0, 0, &iface<T>};
    if constexpr (HasMinHostMinor<T>) c.min_host_minor = T::min_host_minor;
    if constexpr (HasOptions<T>) {
        c.options = std::data(T::options);
        c.option_count = static_cast<std::uint32_t>(std::size(T::options));
    }
    return c;
}
template <class T> inline constexpr tw_component component = make_component<T>();
template <class... Ts> inline constexpr const tw_component *components[] = {&component<Ts>...};

} // namespace detail
} // namespace tradewind

// Exports the classes as one plugin: TRADEWIND_PLUGIN(A, B), once, at namespace scope, without a semicolon. Needs hidden
// visibility and the version script plugin.map, so that nothing else is exported. The section marks the file for a host that
// looks before it loads.
#define TRADEWIND_PLUGIN(...)                                                                                          \
    extern "C" __attribute__((section("twabi0"), used)) constexpr char tradewind_mark[] = "tradewind 0";               \
    extern "C" TW_EXPORT constexpr tw_plugin tradewind_plugin_v0 = {                                                   \
        sizeof(tw_plugin), static_cast<std::uint32_t>(std::size(tradewind::detail::components<__VA_ARGS__>)),          \
        tradewind::detail::components<__VA_ARGS__>};

#endif // TRADEWIND_PLUGIN_HPP
