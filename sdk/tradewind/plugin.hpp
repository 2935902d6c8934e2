// SPDX-License-Identifier: Apache-2.0
// tradewind/plugin.hpp -- C++20 on top of plugin.h. Header-only: nothing here crosses the boundary, so it may change
// freely.
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
//     Value tail(Graph &, Value regions) const        extractors: the second stage, which two-stage detectors need
//     static constexpr bool needs_tail = true         meta-architectures: works only with such an extractor
//     static constexpr uint32_t min_host_minor = N    when something is used that plugin.h marks "since N"
//
// Functions may throw. What is thrown becomes the host's error: std::invalid_argument is a request of the user that
// makes no sense, anything else a fault of the plugin. They are [setup]: called one at a time, while a detector is
// made. Objects of the class are made for each call; keep nothing between calls.
#ifndef TRADEWIND_PLUGIN_HPP
#define TRADEWIND_PLUGIN_HPP

#include <tradewind/plugin.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

// ---- declaring options -------------------------------------------------------
//
// key:      what users write in section [extractor] or [meta]: "depth_multiplier"
// fallback: the default, as text; nullptr: users must give a value
// range:    for numbers "0..1", inclusive, for each number of a list; for texts "relu|relu6"; nullptr: anything
// help:     one line, without a full stop

constexpr tw_option integer(const char *key, const char *fallback, const char *range, const char *help);
constexpr tw_option real(const char *key, const char *fallback, const char *range, const char *help);
constexpr tw_option text(const char *key, const char *fallback, const char *range, const char *help);
// "true" or "false".
constexpr tw_option flag(const char *key, const char *fallback, const char *help);
// Lists are comma-separated: "512,256". A range holds for every number.
constexpr tw_option integers(const char *key, const char *fallback, const char *range, const char *help);
constexpr tw_option reals(const char *key, const char *fallback, const char *range, const char *help);
constexpr tw_option texts(const char *key, const char *fallback, const char *help);

// Red, green, blue; y = x * scale - mean, alike for all three. Pixels are 0..255.
constexpr tw_preprocessing rgb_preprocessing(double scale, double mean);

// ---- what nodes are told -----------------------------------------------------
//
// Each struct below is the last argument of one function of Graph, written with designated initialisers:
//
//     x = g.conv2d(x, {.name = "conv1", .filters = 64, .kernel = 7, .stride = 2});
//
// `name` is unique in its scope; with the scopes in front it is the node's name and the beginning of its weights'
// names.

// A value of the graph under construction: a float32 tensor, maps being 1 x height x width x channels. Cheap to copy.
// Invalid by default and after an error, when operations do nothing and the host reports the cause: descriptions need
// no checks.
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

// Padding of windows. `same`: ceil(input / stride) outputs, the odd pixel going bottom and right (TensorFlow). `valid`:
// none. Otherwise as many pixels as said, on each side.
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

// A convolution of each channel by itself. Weights: "<name>/depthwise_weights", kernel height x width x input channels
// x multiplier; "<name>/biases". Output channel c * multiplier + j comes from input channel c.
struct DepthwiseConv {
    std::string name;
    std::int64_t multiplier = 1;
    Size kernel = 3, stride = 1, dilation = 1;
    Padding padding = same;
    bool bias = false;
    std::string activation = "none";
};

// A convolution of each channel by itself, then one of 1x1, with nothing between (Chollet 2017; slim's
// separable_conv2d). Weights: "<name>/depthwise_weights", kernel height x width x input channels x multiplier;
// "<name>/pointwise_weights", 1 x 1 x (input channels * multiplier) x filters; "<name>/biases", filters. The nodes are
// called "<name>/depthwise" and "<name>".
struct SeparableConv {
    std::string name;
    std::int64_t filters = 0; // must be given
    std::int64_t multiplier = 1;
    Size kernel = 3, stride = 1, dilation = 1;
    Padding padding = same;
    bool bias = false;
    std::string activation = "none";
};

// Batch normalisation with stored statistics. Weights: "<name>/gamma" (if), "beta", "moving_mean", "moving_variance",
// one number a channel. By custom the name is "<convolution>/BatchNorm". Targets fold it into the convolution before
// it.
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

// Anchors of SSD (Liu et al. 2016): for each map, row, column and box one row ymin, xmin, ymax, xmax, as parts of the
// picture.
struct MultipleGridAnchors {
    std::string name;
    double min_scale = 0.2, max_scale = 0.95; // of the first and of the last map; evenly spaced between
    std::vector<double> aspect_ratios = {1.0, 2.0, 0.5, 3.0, 0.3333}; // width to height
    bool reduce_lowest = true;                                        // three boxes only on the first map
    std::string interpolated = "last"; // where the box of the geometric mean of two scales stands; or "second"
};

// Anchors of Faster R-CNN (Ren et al. 2015): for each row, column, aspect ratio and scale of a map one row ymin, xmin,
// ymax, xmax, in pixels of the picture. Centres are row * stride + offset: the corner of a cell, not its middle.
struct GridAnchors {
    std::string name;
    std::vector<double> scales = {0.25, 0.5, 1, 2};                                 // of the base size
    std::vector<double> aspect_ratios = {0.5, 1, 2};                                // width to height
    std::vector<double> base_size = {256, 256}, stride = {16, 16}, offset = {0, 0}; // y and x, in pixels
};

// What the first stage of a two-stage detector found: objects of any class.
struct Proposals {
    std::string name;
    std::vector<double> window; // must be given: ymin, xmin, ymax, xmax of the picture, in the anchors' pixels
    std::int64_t max_proposals = 300;
    double score_threshold = 0, iou_threshold = 0.7;
    std::string generation = "g2";               // of the published code; g3 clips boxes after the suppression
    std::vector<double> scales = {10, 10, 5, 5}; // what ty, tx, th, tw were multiplied with
};

// Boxes cut out of a map, each sampled bilinearly to one size. Corners of boxes stand on the middles of corner pixels.
struct Cropping {
    std::string name;
    Size crop = 14;
    double extrapolation = 0; // the value of samples outside the map
};

// Boxes pooled from a map with channels of its own for each bin; crop is a multiple of bins, and crop / bins samples
// are taken in each bin along each axis.
struct PositionSensitiveCrop {
    std::string name;
    Size bins = 3, crop = 12;
};

// The same on the result of a 1x1 convolution. Weights as for Conv: "<name>/weights", "<name>/biases".
struct PositionSensitivePrediction {
    std::string name;
    std::int64_t filters = 0; // must be given; a multiple of the number of bins
    Size bins = 3, crop = 12;
    bool bias = true;
};

// From codes relative to anchors to boxes.
struct Decoding {
    std::string name;
    std::vector<double> scales = {10, 10, 5, 5}; // what ty, tx, th, tw were multiplied with
    std::string coder = "faster_rcnn"; // "square": ty, tx, tl; "mean_stddev": corners, in deviations from the anchor's
    double stddev = 0.01;              // of mean_stddev
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
    std::string mode = "regular";  // "fast": one suppression over the best class of each anchor (TFLite)
    bool clip = true;              // to the window
    std::vector<double> clip_window = {0, 0, 1, 1};
    bool change_frame = false; // boxes as parts of the window, in the results
};

// A map that an extractor offers.
struct Tap {
    Value value;
    std::string name;                      // as the extractor called it
    std::string scope;                     // the scopes it stood in: "FeatureExtractor/MobilenetV1"
    std::int64_t stride = 0, channels = 0; // image pixels per step: the product of the strides before it
};

// Named settings of a node, for Graph::add. Keys must outlive the object: write them as literals.
//
//     g.add("conv2d", "conv1", {x}, tradewind::Attributes().i64("filters", 64).i64s("kernel", {7, 7}));
class Attributes {
public:
    Attributes &i64(const char *key, std::int64_t value);
    Attributes &f64(const char *key, double value);
    Attributes &str(const char *key, std::string value);
    Attributes &i64s(const char *key, std::vector<std::int64_t> values);
    Attributes &f64s(const char *key, std::vector<double> values);

    // The list for the ABI. Its pointers are valid as long as this object is, and until it is changed or copied.
    std::vector<tw_attr> list() const;

private:
    // Texts and lists are kept in the order in which they were given; list() points at them.
    std::vector<tw_attr> list_;
    std::vector<std::string> texts_;
    std::vector<std::vector<std::int64_t>> integers_;
    std::vector<std::vector<double>> reals_;
};

// ---- describing networks -----------------------------------------------------

// The graph under construction and what the user asked for. Given to trunk(), tail() and build(); not to be kept.
//
// Functions that add nodes never throw on account of the network: the first thing that does not fit is kept by the
// host, what follows does nothing, and the user reads that first error with the name of its node.
class Graph {
public:
    explicit Graph(const tw_build &build) : build_(build), api_(*build.api), graph_(build.graph) {}

    // ---- what the user set: options of this component, by key and with the type that it declared (anything else is an
    // error of the plugin). Values have been checked against the ranges and defaults are filled in.
    std::int64_t integer(const char *key) const;
    double real(const char *key) const;
    bool flag(const char *key) const;
    std::string text(const char *key) const;
    // Valid until the description ends.
    std::span<const std::int64_t> integers(const char *key) const;
    std::span<const double> reals(const char *key) const;
    std::vector<std::string> texts(const char *key) const;

    // ---- ops with settings: see the structs above. x is a map, 1 x height x width x channels.
    // Height and width follow from kernel, stride, dilation and padding; channels are the filters.
    Value conv2d(Value x, const Conv &settings);
    // Channels are those of x times the multiplier.
    Value depthwise_conv2d(Value x, const DepthwiseConv &settings);
    // As conv2d.
    Value separable_conv2d(Value x, const SeparableConv &settings);
    // Shape of x.
    Value batch_norm(Value x, const BatchNorm &settings);
    // Height and width as for convolutions; channels of x.
    Value max_pool(Value x, const Pool &settings);
    Value avg_pool(Value x, const Pool &settings);
    // n x inputs gives n x units.
    Value dense(Value x, const Dense &settings);
    // Shape of both.
    Value add(Value a, Value b, const Sum &settings);
    // Shape of x.
    Value l2_normalization(Value x, const L2Normalization &settings);

    // ---- element by element (softmax: over the last axis); any shape
    Value relu(Value x, const std::string &name);
    Value relu6(Value x, const std::string &name);
    Value sigmoid(Value x, const std::string &name);
    Value softmax(Value x, const std::string &name);

    // ---- ops that move numbers
    // Axis 3 of maps is the channel; the other dimensions must be equal.
    Value concat(const std::vector<Value> &parts, std::int64_t axis, const std::string &name);
    // As many elements as before; one dimension may be -1: what is left.
    Value reshape(Value x, std::vector<std::int64_t> shape, const std::string &name);
    // With zeros.
    Value pad(Value x, std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right,
              const std::string &name);
    // The mean over height and width: 1 x 1 x 1 x channels.
    Value spatial_mean(Value x, const std::string &name);

    // ---- ops of detectors. N anchors, K classes, at most M = max_total detections.
    // N x 4. Only the shapes of the maps matter.
    Value multiple_grid_anchors(const std::vector<Value> &maps, const MultipleGridAnchors &settings);
    // N x 4, in pixels. Only the shape of the map matters.
    Value grid_anchors(Value map, const GridAnchors &settings);
    // Shape of the boxes, ... x 4. The window: ymin, xmin, ymax, xmax. No box is dropped.
    Value clip_boxes(Value boxes, std::vector<double> window, const std::string &name);
    // Shape of the boxes, ... x 4; a factor for each of the four numbers.
    Value scale_boxes(Value boxes, std::vector<double> factors, const std::string &name);
    // Codes 1 x N x 4, objectness logits 1 x N x 2 (the second: an object) and anchors N x 4 give boxes P x 4, as parts
    // of the window's sides, P = max_proposals, best first. Results 1, 2, 3 are scores P, how many there are, 1, and
    // the anchor each comes from, P. Rows beyond that number are zeros, with anchor -1.
    Value proposals(Value encodings, Value logits, Value anchors, const Proposals &settings);
    // A map 1 x h x w x c, boxes P x 4 as parts of it, and how many are live (1) give P x crop x c. Rows that are not
    // live are not computed.
    Value crop_and_resize(Value map, Value boxes, Value count, const Cropping &settings);
    // Likewise, from c = bins x d channels (channel = bin * d + i): P x 1 x 1 x d.
    Value position_sensitive_crop(Value map, Value boxes, Value count, const PositionSensitiveCrop &settings);
    // Likewise, from any c, with d = filters / bins.
    Value position_sensitive_predict(Value map, Value boxes, Value count, const PositionSensitivePrediction &settings);
    // Codes 1 x N x 4 and anchors N x 4 give 1 x N x 4; codes 1 x N x K x 4, for each class, as many boxes.
    Value decode_boxes(Value encodings, Value anchors, const Decoding &settings);
    // 1 x N x (K + 1) gives 1 x N x K.
    Value convert_scores(Value logits, const ScoreConversion &settings);
    // Boxes 1 x N x 4 and scores 1 x N x K give boxes 1 x M x 4. Results 1, 2, 3 are scores 1 x M, classes 1 x M (ids
    // from 1) and how many there are, 1. Rows beyond that number are zeros, with class 1.
    Value multiclass_nms(Value boxes, Value scores, const Suppression &settings);
    // Boxes may also belong to one class each, 1 x N x K x 4. Only the first `count` (1) rows of both take part.
    Value multiclass_nms(Value boxes, Value scores, Value count, const Suppression &settings);

    // ---- any op of the host, by name, so that the ABI does not change with the set of ops
    // Returns the first result. Unknown ops and attributes, missing attributes and shapes that do not fit are errors.
    Value add(const char *op, const std::string &name, const std::vector<Value> &inputs, const Attributes &attributes);
    // Result `index` of a node whose first one is `first`.
    static Value result(Value first, std::uint32_t index);

    // ---- structure
    // Dimensions, outermost first. Four zeros after an error, so that arithmetic on them may go on.
    std::vector<std::int64_t> shape(Value x) const;
    // Offers a map to meta-architectures, under a name that does not depend on options such as depth.
    void tap(const std::string &name, Value x);
    // Names a stage or a result of a meta-architecture; plugin.h lists those that there must be.
    void output(const std::string &name, Value x);
    // Ends the description with a message for the user, as throwing std::invalid_argument does.
    void fail(const std::string &message);
    // What class Scope calls.
    void push_scope(const std::string &name);
    void pop_scope();

    // ---- for meta-architectures: the extractor as functions of the host. In an extractor these throw
    // std::logic_error.

    // Describes the extractor under a scope, by custom "FeatureExtractor". Once; its taps are known afterwards.
    void trunk(const std::string &scope, Value image);
    // False for single-stage extractors, which offer no second stage.
    bool has_tail() const;
    // Describes its second stage under a scope; returns the features of the regions.
    Value tail(const std::string &scope, Value regions);
    // In the order of the trunk.
    std::vector<Tap> taps() const;
    // An unknown name is an error that lists the taps there are; the tap returned then has no value.
    Tap tap_named(const std::string &name) const;
    // Classes of the model, background not counted.
    std::int64_t class_count() const;

private:
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

} // namespace tradewind

#include <tradewind/detail/plugin_inline.hpp>

// Exports the classes as one plugin: TRADEWIND_PLUGIN(A, B), once, at namespace scope, without a semicolon. Needs
// hidden visibility and the version script plugin.map, so that nothing else is exported. The section marks the file for
// a host that looks before it loads.
#define TRADEWIND_PLUGIN(...)                                                                                          \
    extern "C" __attribute__((section("twabi0"), used)) constexpr char tradewind_mark[] = "tradewind 0";               \
    extern "C" TW_EXPORT constexpr tw_plugin tradewind_plugin_v0 = {                                                   \
        sizeof(tw_plugin), static_cast<std::uint32_t>(std::size(tradewind::detail::components<__VA_ARGS__>)),          \
        tradewind::detail::components<__VA_ARGS__>};

#endif // TRADEWIND_PLUGIN_HPP
