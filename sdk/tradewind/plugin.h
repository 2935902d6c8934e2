/* SPDX-License-Identifier: Apache-2.0
 * tradewind/plugin.h -- the plugin ABI, version 0 (the major is the suffix of tradewind_plugin_v0). Plain C11; no other
 * header of ours is needed. Version 0 is unstable; what changes, changes the minor, and appends only.
 *
 * A plugin describes networks; it never computes. It is called while a detector is set up, adds nodes to a graph of the
 * host, and is not called again.
 *
 * Rules that hold for every declaration below:
 *   - a struct starts with struct_size and only ever grows at its end, so it is passed by pointer and is never a
 *     member of another struct; a side reads no further than the size the other side states;
 *   - elements of arrays (tw_attr, tw_option) never grow;
 *   - a null function pointer means "not supported", never an error;
 *   - strings are UTF-8 and null-terminated; those of a plugin live as long as its library, those given to the host
 *     are copied;
 *   - nobody frees memory that the other side allocated;
 *   - no exception crosses this boundary;
 *   - a library is never unloaded.
 * [setup] calls come one at a time from one thread; [any] from any thread. */
#ifndef TRADEWIND_PLUGIN_H
#define TRADEWIND_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TW_ABI_MAJOR 0u
#define TW_ABI_MINOR 1u

#if defined(_WIN32)
#define TW_EXPORT __declspec(dllexport)
#else
#define TW_EXPORT __attribute__((visibility("default")))
#endif

/* Results of calls, in both directions. */
typedef int32_t tw_status;
enum {
    TW_OK = 0,
    TW_INVALID = 1,     /* the user's options, or the caller, ask for something that makes no sense */
    TW_UNSUPPORTED = 2, /* a well-formed request that this side cannot serve */
    TW_NOT_FOUND = 3,
    TW_NO_MEMORY = 4,
    TW_INTERNAL = 5
};

/* Owned by the caller, filled by the callee; there is nothing to free. */
typedef struct tw_error {
    uint32_t struct_size;
    tw_status code;
    char message[504]; /* null-terminated; cut when longer */
} tw_error;

/* ---- the graph under construction ---------------------------------------- */

typedef struct tw_graph tw_graph;

/* A value (tensor) of the graph: maps are float32, n x h x w x c, with n = 1. 0 is "no value": what every call returns
 * once an error has stuck, when calls do nothing anyway, so that a description needs no checks between its lines.
 * Giving 0 to a node where there was no error is one. */
typedef uint32_t tw_value;

enum { TW_ATTR_I64 = 1, TW_ATTR_F64 = 2, TW_ATTR_STR = 3, TW_ATTR_I64S = 4, TW_ATTR_F64S = 5 };

/* A named setting of a node. Read during the call only. */
typedef struct tw_attr {
    const char *key;
    uint32_t type;  /* TW_ATTR_... */
    uint32_t count; /* of the array types; else 1 */
    union {
        int64_t i64;
        double f64;
        const char *str;
        const int64_t *i64s;
        const double *f64s;
    } value;
} tw_attr;

/* One op of the host applied to values. Ops and their attributes are versioned by their schemas, not by this header;
 * an unknown op or attribute, or a missing one, is an error that names the node. */
typedef struct tw_node {
    uint32_t struct_size;
    uint32_t input_count;
    uint32_t attr_count;
    uint32_t reserved;
    const char *op;   /* "conv2d" */
    const char *name; /* unique within its scope; the scope of the node's weights: "<scopes>/<name>/weights" */
    const tw_value *inputs;
    const tw_attr *attrs;
} tw_node;

/* A tap: a map that an extractor offers. Filled by the host; its strings live until the description ends. */
typedef struct tw_tap {
    uint32_t struct_size;
    tw_value value;
    const char *name;  /* as the extractor named it */
    const char *scope; /* the scopes that were open when it was named: "FeatureExtractor/MobilenetV1" */
    int64_t stride;    /* image pixels per step: the product of the strides before it */
    int64_t channels;
} tw_tap;

/* Given by the host to a plugin that describes a network. [setup]
 * The first error sticks: later calls do nothing and return 0, and the host reports that error with the names of the
 * nodes and scopes that led to it. */
typedef struct tw_graph_api {
    uint32_t struct_size;
    uint32_t reserved;
    /* Appends a node and returns its first output; output k is that value + k. */
    tw_value (*add)(tw_graph *graph, const tw_node *node);
    /* Names a map that others may build on. Names are unique within a trunk. */
    void (*tap)(tw_graph *graph, const char *name, tw_value value);
    /* Dimensions of a value, outermost first; *rank is 0 to 8. */
    tw_status (*shape)(tw_graph *graph, tw_value value, uint32_t *rank, int64_t dims[8]);
    /* Opens and closes a scope: the names of nodes, joined with "/". An empty name adds nothing. */
    void (*push_scope)(tw_graph *graph, const char *name);
    /* Each function of a plugin closes the scopes that it opened, and no other ones. */
    void (*pop_scope)(tw_graph *graph);
    /* Stops the description with a message for the user. */
    void (*fail)(tw_graph *graph, tw_status code, const char *message);
    /* Names a stage or a result of a meta-architecture: see tw_meta_architecture. */
    void (*output)(tw_graph *graph, const char *name, tw_value value);
} tw_graph_api;

/* ---- configuration ------------------------------------------------------- */

enum {
    TW_OPTION_I64 = 1,
    TW_OPTION_F64 = 2,
    TW_OPTION_STR = 3,
    TW_OPTION_I64S = 4, /* lists are comma-separated in text form */
    TW_OPTION_F64S = 5,
    TW_OPTION_STRS = 6,
    TW_OPTION_BOOL = 7 /* read with get_i64: 0 or 1 */
};

/* What a component can be told. The host lists these, checks what the user wrote against them, and fills in the
 * defaults: a plugin never parses text. A component that declares an option "generation" gets the model's generation
 * ("g1".."g3"). */
typedef struct tw_option {
    const char *key;      /* "depth_multiplier" */
    const char *help;     /* one line */
    const char *fallback; /* the default as text: "1.0", "512,256"; null means that the user must give one */
    const char *range;    /* null: anything; "0..1": an inclusive range for every number; "relu|relu6": one of these */
    uint32_t type;        /* TW_OPTION_... */
    uint32_t reserved;
} tw_option;

/* All that a component needs while it describes a network. Keys are those of its own options; asking for another one,
 * or for one as a type that it was not declared with, is an error that sticks. Pointers that getters return live until
 * the description ends. [setup] */
typedef struct tw_build {
    uint32_t struct_size;
    uint32_t reserved;
    const tw_graph_api *api;
    tw_graph *graph;
    int64_t (*get_i64)(const struct tw_build *build, const char *key); /* also of TW_OPTION_BOOL; 0 after an error */
    double (*get_f64)(const struct tw_build *build, const char *key);  /* 0 after an error */
    /* Never null; "" after an error. */
    const char *(*get_str)(const struct tw_build *build, const char *key);
    /* Lists: return the number of elements and point *values at them; after an error, 0, and *values is as it was. */
    uint32_t (*get_i64s)(const struct tw_build *build, const char *key, const int64_t **values);
    uint32_t (*get_f64s)(const struct tw_build *build, const char *key, const double **values);
    uint32_t (*get_strs)(const struct tw_build *build, const char *key, const char *const **values);

    /* For meta-architectures; null in the build of an extractor. */
    /* Runs the extractor's trunk under a scope ("FeatureExtractor"); its taps are then known. Once. */
    tw_status (*trunk)(const struct tw_build *build, const char *scope, tw_value image);
    /* Runs the extractor's second stage; returns its result, 0 on error. Null when it has none. */
    tw_value (*tail)(const struct tw_build *build, const char *scope, tw_value regions);
    uint32_t (*tap_count)(const struct tw_build *build);
    /* By index, in the order of the trunk; or by name, where an unknown name is an error that lists the taps there are.
     */
    tw_status (*tap_at)(const struct tw_build *build, uint32_t index, tw_tap *tap);
    tw_status (*tap_named)(const struct tw_build *build, const char *name, tw_tap *tap);
    /* Classes of the model, background not counted. */
    int64_t (*class_count)(const struct tw_build *build);
} tw_build;

/* ---- components ---------------------------------------------------------- */

#define TW_KIND_FEATURE_EXTRACTOR "tradewind.feature-extractor/1"
#define TW_KIND_META_ARCHITECTURE "tradewind.meta-architecture/1"

/* What every component has. The interface (iface) is behind a pointer, because a struct that may grow is never a member
 * of another one. Constant data: a host reads it, and refuses it, without running any function of the plugin. */
typedef struct tw_component {
    uint32_t struct_size;
    uint32_t min_host_minor; /* the minor of this ABI that is needed, not the one that was compiled against */
    const char *kind;        /* TW_KIND_...: says what iface points to */
    const char *id;          /* "org.example.vgg" */
    const char *version;     /* for people: "1.2.0" */
    const char *summary;     /* one line */
    const tw_option *options;
    uint32_t option_count;
    uint32_t reserved;
    const void *iface;
} tw_component;

/* How pixels become input: y = x * scale - mean for each channel, in float32, in this order, after the resize. Pixels
 * are 0..255. Channels of scale and mean are in channel_order. The user's config may override it. */
typedef struct tw_preprocessing {
    uint32_t struct_size;
    uint32_t reserved;
    const char *channel_order; /* "rgb" or "bgr" */
    double scale[3];
    double mean[3];
} tw_preprocessing;

/* kind == TW_KIND_FEATURE_EXTRACTOR. All functions [setup]. */
typedef struct tw_feature_extractor {
    uint32_t struct_size;
    uint32_t reserved;
    /* image -> taps; required. A non-OK status with a message in *error is reported to the user. */
    tw_status (*trunk)(const tw_component *self, const tw_build *build, tw_value image, tw_error *error);
    /* pooled regions -> features of boxes, left in *result; null when single-stage only. */
    tw_status (*tail)(const tw_component *self, const tw_build *build, tw_value regions, tw_value *result,
                      tw_error *error);
    const tw_preprocessing *preprocessing; /* null: pixels as they are */
} tw_feature_extractor;

enum { TW_NEEDS_TAIL = 1u };

/* kind == TW_KIND_META_ARCHITECTURE. All functions [setup].
 * build() must name these outputs: detection_boxes 1 x M x 4 (ymin, xmin, ymax, xmax, normalised to the resized image),
 * detection_scores 1 x M, detection_classes 1 x M (ids from 1), num_detections 1 -- the outputs of the op
 * multiclass_nms. Any other output is a stage that a user may look at ("box_encodings", "class_logits",
 * "feature_map_0", ...). */
typedef struct tw_meta_architecture {
    uint32_t struct_size;
    uint32_t needs; /* TW_NEEDS_... */
    tw_status (*build)(const tw_component *self, const tw_build *build, tw_value image, tw_error *error);
} tw_meta_architecture;

/* ---- entry --------------------------------------------------------------- */

/* The one symbol that a plugin exports. A host looks for a section "twabi0" before it loads the library, then for this
 * symbol; a later major has another name. */
typedef struct tw_plugin {
    uint32_t struct_size;
    uint32_t component_count;
    const tw_component *const *components;
} tw_plugin;

TW_EXPORT extern const tw_plugin tradewind_plugin_v0;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* TRADEWIND_PLUGIN_H */
