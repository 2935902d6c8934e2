// SPDX-License-Identifier: Apache-2.0
// Prints where every field of the ABI lies; compared with layout_0.txt, which changes only by appending.
#include <tradewind/plugin.h>

#include <stdio.h>

#define STRUCT(type) printf("%s size %zu\n", #type, sizeof(type))
#define FIELD(type, field)                                                                                             \
    printf("%s.%s at %zu, %zu bytes\n", #type, #field, offsetof(type, field), sizeof(((type *)0)->field))

static void errors_and_nodes(void)
{
    STRUCT(tw_error);
    FIELD(tw_error, struct_size);
    FIELD(tw_error, code);
    FIELD(tw_error, message);
    STRUCT(tw_attr);
    FIELD(tw_attr, key);
    FIELD(tw_attr, type);
    FIELD(tw_attr, count);
    FIELD(tw_attr, value);
    STRUCT(tw_node);
    FIELD(tw_node, struct_size);
    FIELD(tw_node, input_count);
    FIELD(tw_node, attr_count);
    FIELD(tw_node, reserved);
    FIELD(tw_node, op);
    FIELD(tw_node, name);
    FIELD(tw_node, inputs);
    FIELD(tw_node, attrs);
    STRUCT(tw_tap);
    FIELD(tw_tap, struct_size);
    FIELD(tw_tap, value);
    FIELD(tw_tap, name);
    FIELD(tw_tap, scope);
    FIELD(tw_tap, stride);
    FIELD(tw_tap, channels);
}

static void host_functions(void)
{
    STRUCT(tw_graph_api);
    FIELD(tw_graph_api, struct_size);
    FIELD(tw_graph_api, reserved);
    FIELD(tw_graph_api, add);
    FIELD(tw_graph_api, tap);
    FIELD(tw_graph_api, shape);
    FIELD(tw_graph_api, push_scope);
    FIELD(tw_graph_api, pop_scope);
    FIELD(tw_graph_api, fail);
    FIELD(tw_graph_api, output);
    STRUCT(tw_build);
    FIELD(tw_build, struct_size);
    FIELD(tw_build, reserved);
    FIELD(tw_build, api);
    FIELD(tw_build, graph);
    FIELD(tw_build, get_i64);
    FIELD(tw_build, get_f64);
    FIELD(tw_build, get_str);
    FIELD(tw_build, get_i64s);
    FIELD(tw_build, get_f64s);
    FIELD(tw_build, get_strs);
    FIELD(tw_build, trunk);
    FIELD(tw_build, tail);
    FIELD(tw_build, tap_count);
    FIELD(tw_build, tap_at);
    FIELD(tw_build, tap_named);
    FIELD(tw_build, class_count);
}

static void components(void)
{
    STRUCT(tw_option);
    FIELD(tw_option, key);
    FIELD(tw_option, help);
    FIELD(tw_option, fallback);
    FIELD(tw_option, range);
    FIELD(tw_option, type);
    FIELD(tw_option, reserved);
    STRUCT(tw_component);
    FIELD(tw_component, struct_size);
    FIELD(tw_component, min_host_minor);
    FIELD(tw_component, kind);
    FIELD(tw_component, id);
    FIELD(tw_component, version);
    FIELD(tw_component, summary);
    FIELD(tw_component, options);
    FIELD(tw_component, option_count);
    FIELD(tw_component, reserved);
    FIELD(tw_component, iface);
    STRUCT(tw_preprocessing);
    FIELD(tw_preprocessing, struct_size);
    FIELD(tw_preprocessing, reserved);
    FIELD(tw_preprocessing, channel_order);
    FIELD(tw_preprocessing, scale);
    FIELD(tw_preprocessing, mean);
    STRUCT(tw_feature_extractor);
    FIELD(tw_feature_extractor, struct_size);
    FIELD(tw_feature_extractor, reserved);
    FIELD(tw_feature_extractor, trunk);
    FIELD(tw_feature_extractor, tail);
    FIELD(tw_feature_extractor, preprocessing);
    STRUCT(tw_meta_architecture);
    FIELD(tw_meta_architecture, struct_size);
    FIELD(tw_meta_architecture, needs);
    FIELD(tw_meta_architecture, build);
    STRUCT(tw_plugin);
    FIELD(tw_plugin, struct_size);
    FIELD(tw_plugin, component_count);
    FIELD(tw_plugin, components);
}

int main(void)
{
    errors_and_nodes();
    host_functions();
    components();
    return 0;
}
