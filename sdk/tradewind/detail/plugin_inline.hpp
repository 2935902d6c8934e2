// SPDX-License-Identifier: Apache-2.0
// The bodies behind plugin.hpp, and what turns classes into the tables of plugin.h. Included by plugin.hpp; authors
// need not read it.
#ifndef TRADEWIND_DETAIL_PLUGIN_INLINE_HPP
#define TRADEWIND_DETAIL_PLUGIN_INLINE_HPP

#include <cstdio>
#include <exception>
#include <iterator>
#include <new>
#include <stdexcept>
#include <utility>

namespace tradewind {

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

constexpr tw_preprocessing rgb_preprocessing(double scale, double mean)
{
    return {sizeof(tw_preprocessing), 0, "rgb", {scale, scale, scale}, {mean, mean, mean}};
}

namespace detail {

// An attribute whose value, for texts and lists, is filled in by Attributes::list.
inline tw_attr attribute(const char *key, std::uint32_t type) { return {key, type, 1, {}}; }

template <class T> const T *counted(const std::vector<T> &values, std::uint32_t &count)
{
    count = static_cast<std::uint32_t>(values.size());
    return values.data();
}

inline Attributes window(Size kernel, Size stride, const Padding &padding)
{
    Attributes a;
    a.i64s("kernel", {kernel.y, kernel.x}).i64s("stride", {stride.y, stride.x}).str("padding", padding.rule);
    a.i64s("pads", {padding.top, padding.bottom, padding.left, padding.right});
    return a;
}

// A null function means "not supported": extractors have no extractor below them.
template <class F> F offered(F function)
{
    if (!function) throw std::logic_error("a feature extractor used a function that only meta-architectures have");
    return function;
}

inline Tap copied(const tw_tap &tap) { return {Value{tap.value}, tap.name, tap.scope, tap.stride, tap.channels}; }

} // namespace detail

inline Attributes &Attributes::i64(const char *key, std::int64_t value)
{
    list_.push_back(detail::attribute(key, TW_ATTR_I64));
    list_.back().value.i64 = value;
    return *this;
}
inline Attributes &Attributes::f64(const char *key, double value)
{
    list_.push_back(detail::attribute(key, TW_ATTR_F64));
    list_.back().value.f64 = value;
    return *this;
}
inline Attributes &Attributes::str(const char *key, std::string value)
{
    list_.push_back(detail::attribute(key, TW_ATTR_STR));
    texts_.push_back(std::move(value));
    return *this;
}
inline Attributes &Attributes::i64s(const char *key, std::vector<std::int64_t> values)
{
    list_.push_back(detail::attribute(key, TW_ATTR_I64S));
    integers_.push_back(std::move(values));
    return *this;
}
inline Attributes &Attributes::f64s(const char *key, std::vector<double> values)
{
    list_.push_back(detail::attribute(key, TW_ATTR_F64S));
    reals_.push_back(std::move(values));
    return *this;
}
inline std::vector<tw_attr> Attributes::list() const
{
    auto text = texts_.begin();
    auto integers = integers_.begin();
    auto reals = reals_.begin();
    std::vector<tw_attr> all = list_;
    for (auto &attr : all) {
        if (attr.type == TW_ATTR_STR) attr.value.str = (text++)->c_str();
        if (attr.type == TW_ATTR_I64S) attr.value.i64s = detail::counted(*integers++, attr.count);
        if (attr.type == TW_ATTR_F64S) attr.value.f64s = detail::counted(*reals++, attr.count);
    }
    return all;
}

// ---- Graph: options

inline std::int64_t Graph::integer(const char *key) const { return build_.get_i64(&build_, key); }
inline double Graph::real(const char *key) const { return build_.get_f64(&build_, key); }
inline bool Graph::flag(const char *key) const { return build_.get_i64(&build_, key) != 0; }
inline std::string Graph::text(const char *key) const { return build_.get_str(&build_, key); }
inline std::span<const std::int64_t> Graph::integers(const char *key) const
{
    const std::int64_t *values = nullptr;
    const auto count = build_.get_i64s(&build_, key, &values);
    return {values, count};
}
inline std::span<const double> Graph::reals(const char *key) const
{
    const double *values = nullptr;
    const auto count = build_.get_f64s(&build_, key, &values);
    return {values, count};
}
inline std::vector<std::string> Graph::texts(const char *key) const
{
    const char *const *values = nullptr;
    const auto count = build_.get_strs(&build_, key, &values);
    return {values, values + count};
}

// ---- Graph: ops

inline Value Graph::conv2d(Value x, const Conv &c)
{
    Attributes a = detail::window(c.kernel, c.stride, c.padding);
    a.i64s("dilation", {c.dilation.y, c.dilation.x}).i64("filters", c.filters).i64("bias", c.bias);
    return add("conv2d", c.name, {x}, a.str("activation", c.activation));
}
inline Value Graph::depthwise_conv2d(Value x, const DepthwiseConv &c)
{
    Attributes a = detail::window(c.kernel, c.stride, c.padding);
    a.i64s("dilation", {c.dilation.y, c.dilation.x}).i64("multiplier", c.multiplier).i64("bias", c.bias);
    return add("depthwise_conv2d", c.name, {x}, a.str("activation", c.activation));
}
inline Value Graph::separable_conv2d(Value x, const SeparableConv &c)
{
    Attributes depthwise = detail::window(c.kernel, c.stride, c.padding), pointwise = detail::window(1, 1, same);
    depthwise.i64s("dilation", {c.dilation.y, c.dilation.x}).i64("multiplier", c.multiplier).i64("separable", 1);
    x = add("depthwise_conv2d", c.name + "/depthwise", {x}, depthwise);
    pointwise.i64("filters", c.filters).i64("bias", c.bias).i64("separable", 1).str("activation", c.activation);
    return add("conv2d", c.name, {x}, pointwise);
}
inline Value Graph::batch_norm(Value x, const BatchNorm &b)
{
    return add("batch_norm", b.name, {x}, Attributes().f64("epsilon", b.epsilon).i64("gamma", b.gamma));
}
inline Value Graph::max_pool(Value x, const Pool &p)
{
    return add("max_pool", p.name, {x}, detail::window(p.kernel, p.stride, p.padding).str("rounding", p.rounding));
}
inline Value Graph::avg_pool(Value x, const Pool &p)
{
    return add("avg_pool", p.name, {x}, detail::window(p.kernel, p.stride, p.padding).str("rounding", p.rounding));
}
inline Value Graph::dense(Value x, const Dense &d)
{
    Attributes a;
    a.i64("units", d.units).i64("bias", d.bias).str("activation", d.activation);
    return add("dense", d.name, {x}, a);
}
inline Value Graph::add(Value a, Value b, const Sum &s)
{
    return add("add", s.name, {a, b}, Attributes().f64("scale", s.scale).str("activation", s.activation));
}
inline Value Graph::l2_normalization(Value x, const L2Normalization &l)
{
    return add("l2_normalization", l.name, {x}, Attributes().f64("epsilon", l.epsilon));
}
inline Value Graph::relu(Value x, const std::string &name) { return add("relu", name, {x}, {}); }
inline Value Graph::relu6(Value x, const std::string &name) { return add("relu6", name, {x}, {}); }
inline Value Graph::sigmoid(Value x, const std::string &name) { return add("sigmoid", name, {x}, {}); }
inline Value Graph::softmax(Value x, const std::string &name) { return add("softmax", name, {x}, {}); }
inline Value Graph::concat(const std::vector<Value> &parts, std::int64_t axis, const std::string &name)
{
    return add("concat", name, parts, Attributes().i64("axis", axis));
}
inline Value Graph::reshape(Value x, std::vector<std::int64_t> shape, const std::string &name)
{
    return add("reshape", name, {x}, Attributes().i64s("shape", std::move(shape)));
}
inline Value Graph::pad(Value x, std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right,
                        const std::string &name)
{
    return add("pad", name, {x}, Attributes().i64s("pads", {top, bottom, left, right}));
}
inline Value Graph::spatial_mean(Value x, const std::string &name) { return add("spatial_mean", name, {x}, {}); }
inline Value Graph::multiple_grid_anchors(const std::vector<Value> &maps, const MultipleGridAnchors &s)
{
    Attributes a;
    a.f64("min_scale", s.min_scale).f64("max_scale", s.max_scale).f64s("aspect_ratios", s.aspect_ratios);
    a.i64("reduce_lowest", s.reduce_lowest).str("interpolated", s.interpolated);
    return add("multiple_grid_anchors", s.name, maps, a);
}
inline Value Graph::grid_anchors(Value map, const GridAnchors &s)
{
    Attributes a;
    a.f64s("scales", s.scales).f64s("aspect_ratios", s.aspect_ratios).f64s("base_size", s.base_size);
    a.f64s("stride", s.stride).f64s("offset", s.offset);
    return add("grid_anchors", s.name, {map}, a);
}
inline Value Graph::clip_boxes(Value boxes, std::vector<double> window, const std::string &name)
{
    return add("clip_boxes", name, {boxes}, Attributes().f64s("window", std::move(window)));
}
inline Value Graph::scale_boxes(Value boxes, std::vector<double> factors, const std::string &name)
{
    return add("scale_boxes", name, {boxes}, Attributes().f64s("factors", std::move(factors)));
}
inline Value Graph::proposals(Value encodings, Value logits, Value anchors, const Proposals &s)
{
    Attributes a;
    a.f64s("scales", s.scales).f64("score_threshold", s.score_threshold).f64("iou_threshold", s.iou_threshold);
    a.i64("max_proposals", s.max_proposals).f64s("window", s.window).str("generation", s.generation);
    return add("proposals", s.name, {encodings, logits, anchors}, a);
}
inline Value Graph::crop_and_resize(Value map, Value boxes, Value count, const Cropping &s)
{
    Attributes a;
    a.i64s("crop", {s.crop.y, s.crop.x}).f64("extrapolation", s.extrapolation);
    return add("crop_and_resize", s.name, {map, boxes, count}, a);
}
inline Value Graph::position_sensitive_crop(Value map, Value boxes, Value count, const PositionSensitiveCrop &s)
{
    Attributes a;
    a.i64s("bins", {s.bins.y, s.bins.x}).i64s("crop", {s.crop.y, s.crop.x});
    return add("position_sensitive_crop", s.name, {map, boxes, count}, a);
}
inline Value Graph::position_sensitive_predict(Value map, Value boxes, Value count,
                                               const PositionSensitivePrediction &s)
{
    Attributes a;
    a.i64s("bins", {s.bins.y, s.bins.x}).i64s("crop", {s.crop.y, s.crop.x});
    a.i64("filters", s.filters).i64("bias", s.bias);
    return add("position_sensitive_predict", s.name, {map, boxes, count}, a);
}
inline Value Graph::decode_boxes(Value encodings, Value anchors, const Decoding &d)
{
    Attributes a;
    a.f64s("scales", d.scales).str("coder", d.coder).f64("stddev", d.stddev);
    return add("decode_boxes", d.name, {encodings, anchors}, a);
}
inline Value Graph::convert_scores(Value logits, const ScoreConversion &s)
{
    Attributes a;
    a.str("converter", s.converter).str("background", s.background);
    return add("convert_scores", s.name, {logits}, a);
}
namespace detail {
inline Attributes attributes(const Suppression &s)
{
    Attributes a;
    a.f64("score_threshold", s.score_threshold).f64("iou_threshold", s.iou_threshold);
    a.i64("max_per_class", s.max_per_class).i64("max_total", s.max_total).i64("clip", s.clip);
    a.str("generation", s.generation).str("mode", s.mode);
    a.f64s("clip_window", s.clip_window).i64("change_frame", s.change_frame);
    return a;
}
} // namespace detail
inline Value Graph::multiclass_nms(Value boxes, Value scores, const Suppression &s)
{
    return add("multiclass_nms", s.name, {boxes, scores}, detail::attributes(s));
}
inline Value Graph::multiclass_nms(Value boxes, Value scores, Value count, const Suppression &s)
{
    return add("multiclass_nms", s.name, {boxes, scores, count}, detail::attributes(s));
}
inline Value Graph::add(const char *op, const std::string &name, const std::vector<Value> &inputs,
                        const Attributes &attributes)
{
    std::vector<tw_value> ids;
    for (const Value input : inputs) ids.push_back(input.id());
    const auto list = attributes.list();
    tw_node node{sizeof node, 0, 0, 0, op, name.c_str(), nullptr, nullptr};
    node.inputs = detail::counted(ids, node.input_count);
    node.attrs = detail::counted(list, node.attr_count);
    return Value{api_.add(graph_, &node)};
}
inline Value Graph::result(Value first, std::uint32_t index) { return Value{first ? first.id() + index : 0}; }

// ---- Graph: structure

inline std::vector<std::int64_t> Graph::shape(Value x) const
{
    std::uint32_t rank = 0;
    std::int64_t dims[8] = {};
    if (api_.shape(graph_, x.id(), &rank, dims) != TW_OK) return {0, 0, 0, 0};
    return {dims, dims + rank};
}
inline void Graph::tap(const std::string &name, Value x) { api_.tap(graph_, name.c_str(), x.id()); }
inline void Graph::output(const std::string &name, Value x) { api_.output(graph_, name.c_str(), x.id()); }
inline void Graph::fail(const std::string &message) { api_.fail(graph_, TW_INVALID, message.c_str()); }
inline void Graph::push_scope(const std::string &name) { api_.push_scope(graph_, name.c_str()); }
inline void Graph::pop_scope() { api_.pop_scope(graph_); }

inline void Graph::trunk(const std::string &scope, Value image)
{
    detail::offered(build_.trunk)(&build_, scope.c_str(), image.id());
}
inline bool Graph::has_tail() const { return build_.tail != nullptr; }
inline Value Graph::tail(const std::string &scope, Value regions)
{
    detail::offered(build_.trunk);
    if (!has_tail()) throw std::invalid_argument("the feature extractor has no second stage");
    return Value{build_.tail(&build_, scope.c_str(), regions.id())};
}
inline std::vector<Tap> Graph::taps() const
{
    std::vector<Tap> all;
    const auto count = detail::offered(build_.tap_count)(&build_);
    for (std::uint32_t i = 0; i < count; ++i) {
        tw_tap tap{sizeof tap, 0, nullptr, nullptr, 0, 0};
        if (detail::offered(build_.tap_at)(&build_, i, &tap) == TW_OK) all.push_back(detail::copied(tap));
    }
    return all;
}
inline Tap Graph::tap_named(const std::string &name) const
{
    tw_tap tap{sizeof tap, 0, nullptr, nullptr, 0, 0};
    const tw_status status = detail::offered(build_.tap_named)(&build_, name.c_str(), &tap);
    return status == TW_OK ? detail::copied(tap) : Tap{};
}
inline std::int64_t Graph::class_count() const { return detail::offered(build_.class_count)(&build_); }

// ---- from classes to the tables of plugin.h

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
concept HasTail = requires(const T &t, Graph &g, Value v)
{
    t.tail(g, v);
};
template <class T>
concept HasOptions = requires
{
    std::size(T::options);
};
template <class T>
concept HasPreprocessing = requires
{
    T::preprocessing.scale;
};
template <class T>
concept IsMetaArchitecture = requires(const T &t, Graph &g, Value v)
{
    t.build(g, v);
};
template <class T>
concept NeedsTail = requires
{
    requires T::needs_tail;
};

template <class T>
tw_status trunk(const tw_component *, const tw_build *build, tw_value image, tw_error *error) noexcept
{
    return guard(error, [&] {
        Graph g(*build);
        T{}.trunk(g, Value{image});
    });
}
template <class T>
tw_status tail(const tw_component *, const tw_build *build, tw_value regions, tw_value *result,
               tw_error *error) noexcept
{
    return guard(error, [&] {
        Graph g(*build);
        *result = T{}.tail(g, Value{regions}).id();
    });
}
template <class T> tw_status build(const tw_component *, const tw_build *b, tw_value image, tw_error *error) noexcept
{
    return guard(error, [&] {
        Graph g(*b);
        T{}.build(g, Value{image});
    });
}

template <class T> constexpr auto make_iface()
{
    if constexpr (IsMetaArchitecture<T>) {
        return tw_meta_architecture{sizeof(tw_meta_architecture), NeedsTail<T> ? std::uint32_t{TW_NEEDS_TAIL} : 0u,
                                    &build<T>};
    } else {
        tw_feature_extractor extractor{sizeof(tw_feature_extractor), 0, &trunk<T>, nullptr, nullptr};
        if constexpr (HasTail<T>) extractor.tail = &tail<T>;
        if constexpr (HasPreprocessing<T>) extractor.preprocessing = &T::preprocessing;
        return extractor;
    }
}
template <class T> inline constexpr auto iface = make_iface<T>();

template <class T> constexpr std::uint32_t least_host_minor()
{
    if constexpr (requires { T::min_host_minor; })
        return T::min_host_minor;
    else
        return 0;
}

template <class T> constexpr tw_component make_component()
{
    const char *kind = IsMetaArchitecture<T> ? TW_KIND_META_ARCHITECTURE : TW_KIND_FEATURE_EXTRACTOR;
    tw_component c{sizeof c, least_host_minor<T>(), kind, T::id, T::version, T::summary, nullptr, 0, 0, &iface<T>};
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

#endif // TRADEWIND_DETAIL_PLUGIN_INLINE_HPP
