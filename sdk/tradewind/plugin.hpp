// SPDX-License-Identifier: Apache-2.0
// tradewind/plugin.hpp -- C++20 on top of plugin.h. Header-only: nothing here crosses the boundary, so it may change freely.
//
// A feature extractor is a class with constants and a function:
//
//     struct Tiny {
//         static constexpr const char *id = "org.example.tiny", *version = "1.0.0", *summary = "three convolutions";
//         void trunk(tradewind::Graph &g, tradewind::Value x) const { ... g.tap("last", x); }
//     };
//     TRADEWIND_PLUGIN(Tiny)
//
// Optional members: `options` (array of tw_option), `preprocessing` (tw_preprocessing), `tail(Graph &, Value) -> Value`, and
// for a meta-architecture `build(Graph &, Value)` in place of `trunk`. Any exception becomes an error of the host:
// std::invalid_argument is the user's fault, anything else the plugin's. All functions are [setup].
#ifndef TRADEWIND_PLUGIN_HPP
#define TRADEWIND_PLUGIN_HPP

#include <tradewind/plugin.h>

#include <cstdio>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tradewind {

// ---- declaring options -------------------------------------------------------

// (key, default as text, allowed range or words (null: anything), one line of help)
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
constexpr tw_option flag(const char *key, const char *fallback, const char *help)
{
    return {key, help, fallback, nullptr, TW_OPTION_BOOL, 0};
}
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

// y = x * scale - mean for every channel alike.
constexpr tw_preprocessing rgb_preprocessing(double scale, double mean)
{
    return {sizeof(tw_preprocessing), 0, "rgb", {scale, scale, scale}, {mean, mean, mean}};
}

// ---- describing networks -----------------------------------------------------

// A value of the graph under construction. Cheap to copy. May be invalid after an error, in which case every operation on it
// does nothing and the host reports the cause.
class Value {
public:
    Value() = default;
    explicit Value(tw_value id) : id_(id) {}
    tw_value id() const { return id_; }

private:
    tw_value id_ = 0;
};

// Height and width.
struct Size {
    std::int64_t y = 1, x = 1;
    constexpr Size(std::int64_t both) : y(both), x(both) {}
    constexpr Size(std::int64_t height, std::int64_t width) : y(height), x(width) {}
};

// Padding of windows: TensorFlow's SAME (the odd pixel goes bottom and right), VALID, or explicit pixels.
struct Padding {
    const char *rule = "same";
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;
};
inline constexpr Padding same{}, valid{"valid"};
constexpr Padding explicit_padding(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right)
{
    return {"explicit", top, bottom, left, right};
}

// A convolution: "<name>/weights" (kernel height x width x channels x filters), "<name>/biases" when biased.
struct Conv {
    std::string name;
    std::int64_t filters = 0;
    Size kernel = 3, stride = 1, dilation = 1;
    Padding padding = same;
    bool bias = false;
    const char *activation = "none"; // "relu", "relu6"
};

// A convolution of each channel by itself: "<name>/depthwise_weights" (height x width x channels x multiplier).
struct DepthwiseConv {
    std::string name;
    std::int64_t multiplier = 1;
    Size kernel = 3, stride = 1, dilation = 1;
    Padding padding = same;
    bool bias = false;
    const char *activation = "none";
};

// Batch normalisation with stored statistics: "<name>/{gamma,beta,moving_mean,moving_variance}".
struct BatchNorm {
    std::string name;
    double epsilon = 0.001;
    bool gamma = true;
};

struct Pool {
    std::string name;
    Size kernel = 2, stride = 2;
    Padding padding = valid;
    const char *rounding = "floor"; // models trained with Caffe need "ceil"
};

// "<name>/weights" (inputs x units), "<name>/biases".
struct Dense {
    std::string name;
    std::int64_t units = 0;
    bool bias = true;
    const char *activation = "none";
};

// Anchors of SSD: see the op ssd_anchors.
struct SsdAnchors {
    std::string name;
    double min_scale = 0.2, max_scale = 0.95;
    std::vector<double> aspect_ratios = {1.0, 2.0, 0.5, 3.0, 0.3333};
    bool reduce_lowest = true;
    const char *interpolated = "last"; // or "second"
};

// Non-maximum suppression by class: see the op multiclass_nms.
struct Suppression {
    std::string name;
    double score_threshold = 0, iou_threshold = 0.6;
    std::int64_t max_per_class = 100, max_total = 100;
    std::string generation = "g2"; // "g1", "g2", "g3"
    std::string mode = "regular";  // or "fast"
    bool clip = true;
};

// A map that an extractor offers.
struct Tap {
    Value value;
    std::string name, scope;
    std::int64_t stride = 0, channels = 0;
};

class Graph;

// A scope that ends with the C++ scope it stands in.
class Scope {
public:
    Scope(Graph &graph, const std::string &name);
    ~Scope();
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

private:
    Graph &graph_;
};

class Graph {
public:
    explicit Graph(const tw_build &build) : build_(build), api_(*build.api), graph_(build.graph) {}

    // ---- options of this component; lists are valid until the description ends
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

    // ---- ops
    Value conv2d(Value x, const Conv &c)
    {
        Attributes a = window(c.kernel, c.stride, c.padding);
        a.ints("dilation", {c.dilation.y, c.dilation.x}).i64("filters", c.filters).i64("bias", c.bias).str("activation", c.activation);
        return add("conv2d", c.name, {x}, a);
    }
    Value depthwise_conv2d(Value x, const DepthwiseConv &c)
    {
        Attributes a = window(c.kernel, c.stride, c.padding);
        a.ints("dilation", {c.dilation.y, c.dilation.x}).i64("multiplier", c.multiplier).i64("bias", c.bias).str("activation", c.activation);
        return add("depthwise_conv2d", c.name, {x}, a);
    }
    Value batch_norm(Value x, const BatchNorm &b)
    {
        return add("batch_norm", b.name, {x}, Attributes().f64("epsilon", b.epsilon).i64("gamma", b.gamma));
    }
    Value max_pool(Value x, const Pool &p) { return pool("max_pool", x, p); }
    Value avg_pool(Value x, const Pool &p) { return pool("avg_pool", x, p); }
    Value dense(Value x, const Dense &d)
    {
        return add("dense", d.name, {x}, Attributes().i64("units", d.units).i64("bias", d.bias).str("activation", d.activation));
    }
    Value relu(Value x, const std::string &name) { return add("relu", name, {x}, {}); }
    Value relu6(Value x, const std::string &name) { return add("relu6", name, {x}, {}); }
    Value sigmoid(Value x, const std::string &name) { return add("sigmoid", name, {x}, {}); }
    Value softmax(Value x, const std::string &name) { return add("softmax", name, {x}, {}); }
    Value concat(const std::vector<Value> &parts, std::int64_t axis, const std::string &name)
    {
        return add("concat", name, parts, Attributes().i64("axis", axis));
    }
    // a + scale * b
    Value add_scaled(Value a, Value b, double scale, const std::string &name)
    {
        return add("add", name, {a, b}, Attributes().f64("scale", scale));
    }
    Value reshape(Value x, std::vector<std::int64_t> shape, const std::string &name)
    {
        return add("reshape", name, {x}, Attributes().ints("shape", std::move(shape)));
    }
    Value pad(Value x, std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right, const std::string &name)
    {
        return add("pad", name, {x}, Attributes().ints("pads", {top, bottom, left, right}));
    }
    Value spatial_mean(Value x, const std::string &name) { return add("spatial_mean", name, {x}, {}); }
    Value l2_normalization(Value x, const std::string &name) { return add("l2_normalization", name, {x}, {}); }
    Value ssd_anchors(const std::vector<Value> &maps, const SsdAnchors &s)
    {
        Attributes a;
        a.f64("min_scale", s.min_scale).f64("max_scale", s.max_scale).reals("aspect_ratios", s.aspect_ratios);
        a.i64("reduce_lowest", s.reduce_lowest).str("interpolated", s.interpolated);
        return add("ssd_anchors", s.name, maps, a);
    }
    Value decode_boxes(Value encodings, Value anchors, std::vector<double> scales, const std::string &name)
    {
        return add("decode_boxes", name, {encodings, anchors}, Attributes().reals("scales", std::move(scales)));
    }
    Value convert_scores(Value logits, const std::string &converter, const std::string &background, const std::string &name)
    {
        return add("convert_scores", name, {logits}, Attributes().str("converter", converter).str("background", background));
    }
    // Returns boxes; scores, classes and the count are the following outputs: see result().
    Value multiclass_nms(Value boxes, Value scores, const Suppression &s)
    {
        Attributes a;
        a.f64("score_threshold", s.score_threshold).f64("iou_threshold", s.iou_threshold);
        a.i64("max_per_class", s.max_per_class).i64("max_total", s.max_total).i64("clip", s.clip);
        a.str("generation", s.generation).str("mode", s.mode);
        return add("multiclass_nms", s.name, {boxes, scores}, a);
    }
    // Output `index` of a node whose first output is `first`.
    static Value result(Value first, std::uint32_t index) { return Value{first.id() ? first.id() + index : 0}; }

    // ---- structure
    // Dimensions, outermost first; empty after an error.
    std::vector<std::int64_t> shape(Value x) const
    {
        std::uint32_t rank = 0;
        std::int64_t dims[8] = {};
        if (api_.shape(graph_, x.id(), &rank, dims) != TW_OK) return {};
        return {dims, dims + rank};
    }
    void tap(const std::string &name, Value x) { api_.tap(graph_, name.c_str(), x.id()); }
    void output(const std::string &name, Value x) { api_.output(graph_, name.c_str(), x.id()); }
    void fail(const std::string &message) { api_.fail(graph_, TW_INVALID, message.c_str()); }
    void push_scope(const std::string &name) { api_.push_scope(graph_, name.c_str()); }
    void pop_scope() { api_.pop_scope(graph_); }

    // ---- for meta-architectures: the extractor as functions of the host
    void trunk(const std::string &scope, Value image) { build_.trunk(&build_, scope.c_str(), image.id()); }
    Value tail(const std::string &scope, Value regions) { return Value{build_.tail(&build_, scope.c_str(), regions.id())}; }
    std::vector<Tap> taps() const
    {
        std::vector<Tap> all;
        for (std::uint32_t i = 0; i < build_.tap_count(&build_); ++i) {
            tw_tap tap{sizeof tap, 0, nullptr, nullptr, 0, 0};
            if (build_.tap_at(&build_, i, &tap) == TW_OK) all.push_back(from(tap));
        }
        return all;
    }
    Tap tap_named(const std::string &name) const
    {
        tw_tap tap{sizeof tap, 0, nullptr, nullptr, 0, 0};
        return build_.tap_named(&build_, name.c_str(), &tap) == TW_OK ? from(tap) : Tap{};
    }
    std::int64_t class_count() const { return build_.class_count(&build_); }

    // ---- any op, for those that have no helper above: the ABI does not change with the op set
    class Attributes {
    public:
        Attributes &i64(const char *key, std::int64_t v) { return push(key, TW_ATTR_I64).i64 = v, *this; }
        Attributes &f64(const char *key, double v) { return push(key, TW_ATTR_F64).f64 = v, *this; }
        Attributes &str(const char *key, const std::string &v) { return texts_.push_back(v), push(key, TW_ATTR_STR), *this; }
        Attributes &ints(const char *key, std::vector<std::int64_t> v) { return ints_.push_back(std::move(v)), push(key, TW_ATTR_I64S), *this; }
        Attributes &reals(const char *key, std::vector<double> v) { return reals_.push_back(std::move(v)), push(key, TW_ATTR_F64S), *this; }

        // The list for the ABI; valid as long as this object is, and until it is changed.
        const std::vector<tw_attr> &list() const
        {
            std::size_t text = 0, int_list = 0, real_list = 0;
            for (auto &attr : list_) {
                if (attr.type == TW_ATTR_STR) attr.value.str = texts_[text++].c_str();
                if (attr.type == TW_ATTR_I64S) set_list(attr, attr.value.i64s, ints_[int_list++]);
                if (attr.type == TW_ATTR_F64S) set_list(attr, attr.value.f64s, reals_[real_list++]);
            }
            return list_;
        }

    private:
        auto push(const char *key, std::uint32_t type) -> decltype(tw_attr::value) &
        {
            list_.push_back({key, type, 1, {}});
            return list_.back().value;
        }
        template <class T> static void set_list(tw_attr &attr, const T *&pointer, const std::vector<T> &values)
        {
            attr.count = static_cast<std::uint32_t>(values.size());
            pointer = values.data();
        }

        mutable std::vector<tw_attr> list_;
        std::vector<std::string> texts_;
        std::vector<std::vector<std::int64_t>> ints_;
        std::vector<std::vector<double>> reals_;
    };

    Value add(const char *op, const std::string &name, const std::vector<Value> &inputs, const Attributes &attributes)
    {
        std::vector<tw_value> ids;
        for (const Value v : inputs) ids.push_back(v.id());
        const auto &list = attributes.list();
        const tw_node node{sizeof node, static_cast<std::uint32_t>(ids.size()), static_cast<std::uint32_t>(list.size()), 0,
                           op,          name.c_str(), ids.data(), list.data()};
        return Value{api_.add(graph_, &node)};
    }

private:
    static Tap from(const tw_tap &tap) { return {Value{tap.value}, tap.name, tap.scope, tap.stride, tap.channels}; }
    static Attributes window(Size kernel, Size stride, const Padding &padding)
    {
        Attributes a;
        a.ints("kernel", {kernel.y, kernel.x}).ints("stride", {stride.y, stride.x}).str("padding", padding.rule);
        a.ints("pads", {padding.top, padding.bottom, padding.left, padding.right});
        return a;
    }
    Value pool(const char *op, Value x, const Pool &p)
    {
        Attributes a = window(p.kernel, p.stride, p.padding);
        return add(op, p.name, {x}, a.str("rounding", p.rounding));
    }

    const tw_build &build_;
    const tw_graph_api &api_;
    tw_graph *graph_;
};

inline Scope::Scope(Graph &graph, const std::string &name) : graph_(graph) { graph_.push_scope(name); }
inline Scope::~Scope() { graph_.pop_scope(); }

// ---- from classes to the ABI; of no interest to authors --------------------------

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

template <class T>
concept HasTail = requires(const T &t, Graph &g, Value v) { t.tail(g, v); };
template <class T>
concept HasOptions = requires { std::size(T::options); };
template <class T>
concept HasPreprocessing = requires { T::preprocessing.scale; };
template <class T>
concept IsMetaArchitecture = requires(const T &t, Graph &g, Value v) { t.build(g, v); };
template <class T>
concept NeedsTail = requires { requires T::needs_tail; };

template <class T> tw_status trunk(const tw_component *, const tw_build *build, tw_value image, tw_error *error) noexcept
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

template <class T> constexpr auto make_iface()
{
    if constexpr (IsMetaArchitecture<T>) {
        return tw_meta_architecture{sizeof(tw_meta_architecture), NeedsTail<T> ? std::uint32_t{TW_NEEDS_TAIL} : 0u, &build<T>};
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

// Exports the classes as one plugin. The section marks the file for a host that looks before it loads.
#define TRADEWIND_PLUGIN(...)                                                                                              \
    extern "C" __attribute__((section("twabi0"), used)) constexpr char tradewind_mark[] = "tradewind 0";                   \
    extern "C" TW_EXPORT constexpr tw_plugin tradewind_plugin_v0 = {                                                       \
        sizeof(tw_plugin), static_cast<uint32_t>(std::size(tradewind::detail::components<__VA_ARGS__>)),                   \
        tradewind::detail::components<__VA_ARGS__>};

#endif // TRADEWIND_PLUGIN_HPP
