// SPDX-License-Identifier: Apache-2.0
// What a study can be told.
#include "study/study_file.h"

namespace tradewind {

const OptionTable &study_options()
{
    static const OptionTable table = {
        {"study", "name", OptionType::text, "", "",
         "of the study; its results go to study-NAME unless -o tells. Empty: the name of the file"},
        {"study", "images", OptionType::texts, "picture:480x640", "", "files or folders with pictures, or picture:HxW"},
        {"study", "annotations", OptionType::text, "", "",
         "what is in the pictures; empty: no accuracy. Detectors with weights by formula have none either"},
        {"study", "iterations", OptionType::integer, "10", "1..1000000",
         "pictures that are measured, in all rounds together"},
        {"study", "rounds", OptionType::integer, "5", "1..10000", "rounds that lie apart in time"},
        {"study", "warmup", OptionType::integer, "1", "0..10000",
         "pictures before them that do not count, after the first"},
        {"study", "timeout", OptionType::real, "600", "0.1..604800", "seconds for the measurement of a cell"},
        {"study", "accuracy_timeout", OptionType::real, "86400", "0.1..604800", "seconds for the accuracy of a cell"},
    };
    return table;
}

const OptionTable &grid_options()
{
    static const OptionTable table = {
        {"grid", "config", OptionType::texts, "", "", "names of configs, or files"},
        {"grid", "meta", OptionType::texts, "", "", "meta-architectures, with extractor"},
        {"grid", "extractor", OptionType::texts, "", "", "feature extractors, with meta"},
        {"grid", "size", OptionType::integers, "", "1..16384",
         "image.size of a fixed size; else image.min_side, with image.max_side = size x 1024 / 600"},
        {"grid", "proposals", OptionType::integers, "", "1..100000", "meta.proposals"},
        {"grid", "output_stride", OptionType::integers, "", "1..1024", "extractor.output_stride"},
        {"grid", "precision", OptionType::texts, "f32", "f32|tf32|f16|bf16|int8",
         "on cuda all but int8; on cpu f32, int8 for bundles of 'model quantise', bf16 where the processor has it"},
        {"grid", "target", OptionType::texts, "auto", "auto|cpu|reference|cuda", "what computes"},
        {"grid", "threads", OptionType::integers, "0", "0..1024", "0: as many as the process may use"},
        {"grid", "batch", OptionType::integers, "1", "1..4096", "pictures at once: more than 1 on cuda alone"},
        {"grid", "streams", OptionType::integers, "1", "1..1024",
         "pictures, or batches, at the same time; where none is given with hint = throughput, as many as the hint "
         "says"},
        {"grid", "hint", OptionType::texts, "latency", "latency|throughput",
         "what matters: each picture, or as many as possible"},
    };
    return table;
}

} // namespace tradewind
