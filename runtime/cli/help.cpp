// SPDX-License-Identifier: Apache-2.0
// tradewind help, and the help text of every command.
#include "cli/commands.h"
#include "cli/config_reference.h"
#include "cli/folders.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

namespace tradewind::cli {
namespace {

#define MODEL_HELP                                                                                                     \
    "Which model (none of these: the embedded one, which finds QR codes, barcodes, Data Matrix codes and ArUco "       \
    "markers):\n"                                                                                                      \
    "  -m, --model FILE           a bundle: weights, config, labels in one safetensors file\n"                         \
    "  --config FILE.ini [--weights FILE|seeded[:PREFIX]]     a file, or the name of one that 'model list' shows\n"    \
    "  --meta NAME --extractor NAME [--weights ...]           any pair of plugins; --extractor alone: its trunk\n"     \
    "  --set SECTION.KEY=VALUE    changes one setting of the model; any number of times\n"                             \
    "  --plugin-dir DIR           looks for plugins there first; any number of times\n"

constexpr const char *detect_help =
    "usage: tradewind detect INPUT... [options]\n\n"
    "Finds objects in pictures. INPUT is a picture, a folder (searched recursively), a pattern with * or ?, @list.txt "
    "or -\n"
    "(one path a line, from a file or standard input), or picture:HxW (a made-up picture, for trying things "
    "out).\n\n" MODEL_HELP "\nWhat counts:\n"
    "  --score T                  only detections with a higher score, 0 to 1 (also --conf)\n"
    "  --iou T                    a box that overlaps a better one of its class more than this goes\n"
    "  --max-detections N         the most detections of a picture (also --max-det)\n"
    "  --classes a,b              only these, by name or id\n"
    "\nSeveral models, or parts of a picture:\n"
    "  --model A --model B ...    every model looks at every picture; what they find is fused. Classes must be the "
    "same;\n"
    "                             --set goes to every model\n"
    "  --crops GRID               looks at parts: 2x3 (rows x columns), tile:640 or tile:480x640 (pixels); with +full "
    "at the\n"
    "                             end at the whole picture too, which finds what is larger than a part\n"
    "  --crop-overlap PART        of neighbouring crops, 0 to 0.9 of their side (0.2)\n"
    "  --fuse METHOD              nms (default), soft-nms or wbf (weighted boxes fusion). --score, --max-detections "
    "and "
    "--classes\n"
    "                             count after fusion\n"
    "  --fuse-iou T               boxes that overlap more are one: 0.6 of nms, 0.55 of wbf\n"
    "  --fuse-sigma S             of soft-nms: the larger, the further it reaches (0.5)\n"
    "  --fuse-weights a,b         one for each --model\n"
    "  --box-voting               after nms and soft-nms: a box becomes the mean of those that overlap it\n"
    "\nWhere results go (a table on the terminal otherwise):\n"
    "  -o, --output DIR           a folder; alone it gets image,jsonl. -o - writes one textual format to standard "
    "output\n"
    "  --save LIST                any of image,jsonl,json,coco,csv; without -o into ./tradewind-out. run.json beside\n"
    "                             them says what made them, failures.jsonl which inputs failed\n"
    "  --overwrite                replaces files that exist\n"
    "\nHow:\n"
    "  --target NAME              auto, cpu (oneDNN) or reference (plain loops) (also --device)\n"
    "  -j, --threads N            0: as many as the process may use\n"
    "  --print-config             prints every setting with where it came from, and stops\n"
    "  --color WHEN               auto, always or never\n"
    "  -q, --quiet                no progress, and nothing printed of what is saved\n"
    "  -v, --verbose              says how each node is computed\n"
    "\nExit codes: 0 all good, 1 the run failed, 2 usage, 3 some inputs failed, 5 model or plugin refused, 6 resource "
    "limit,\n128 + N ended by signal N (what was finished is kept).\n";

constexpr const char *eval_help =
    "usage: tradewind eval --annotations FILE|FOLDER [--images DIR] [model] [options]\n"
    "       tradewind eval --annotations FILE|FOLDER --detections RESULTS.json [options]\n\n"
    "How good a detector is: runs it over annotated pictures, or scores a file of results, and prints the twelve "
    "numbers "
    "of COCO (equal\nto those of pycocotools in every bit), average precision of PASCAL VOC, and what the mistakes "
    "are.\n\n"
    "  --annotations PATH         COCO's JSON file, or VOC's folder of XML files (or the one with Annotations and\n"
    "                             JPEGImages)\n"
    "  --images DIR               where the pictures are; a folder JPEGImages beside the annotations is found\n"
    "  --format NAME              auto (by what is there), coco or voc\n"
    "  --detections FILE          results in COCO's format, in place of a model\n\n" MODEL_HELP
    "\nOf detect's options: --score (all scores count unless it is given), --iou, --max-detections, --classes, --model "
    "A --model B,\n--crops, --fuse and what belongs to them, --target, --threads, --quiet, --verbose. Classes are "
    "matched with categories by name.\n"
    "\nWhat is measured:\n"
    "  --metrics LIST             any of coco (default), voc07 (11 points), voc10 (all points)\n"
    "  --max-dets 1,10,100        how many detections of a picture count, for AR; the largest is that of AP\n"
    "  --voc-iou T                overlap from which a detection is right (0.5)\n"
    "  --voc-pixels               VOC's devkit to the letter: sides of boxes are one pixel longer, boxes inside out "
    "are wrong\n"
    "  --min-ap X                 exit code 4 when the first metric is below X, 0 to 1\n"
    "\nWhere results go:\n"
    "  --per-category             a line for each category too\n"
    "  --json                     one JSON document in place of tables\n"
    "  -o, --output DIR           evaluation.json, curves.csv (precision and score by recall), and what --save says\n"
    "  --save LIST                any of coco (default with -o), image, jsonl, json, csv: the detections themselves\n"
    "  --overwrite                replaces files that exist\n\n"
    "Pictures that fail are left out of every number, which is said, and make exit code 3. Other exit codes: 0 all "
    "good, 1 the run\nfailed, 2 usage (annotations and results that cannot be meant, too), 4 below --min-ap, 5 model "
    "or "
    "plugin refused, 6 resource\nlimit, 128 + N ended by signal N.\n";
constexpr const char *bench_help =
    "usage: tradewind bench [INPUT...] [options]\n\n"
    "Measures where the time goes, from the file of a picture to the text of its result. INPUT as for detect; several "
    "pictures\n"
    "take turns; none: picture:480x640. Made-up pictures are JPEG in memory, so that decoding them is "
    "real.\n\n" MODEL_HELP "\nHow long:\n"
    "  --rounds N                 measures in N rounds (5) with pauses between, as others on the machine disturb it\n"
    "  --duration SECONDS         of all rounds together (5), at least one picture a round\n"
    "  --iterations N             so many pictures in all rounds together instead\n"
    "  --warmup N                 pictures before, not timed (each once, but 3 to 30 and not above 2 s)\n"
    "\nHow:\n"
    "  --target NAME              auto, cpu (oneDNN) or reference (plain loops) (also --device)\n"
    "  -j, --threads N            0: as many as the process may use, shared out among streams\n"
    "  --streams N                so many detectors at once, each in a thread of its own\n"
    "  --score T, --iou T, --max-detections N, --classes a,b  as for detect\n"
    "  --encode text|image        image: the result is drawn on the picture as well, in memory\n"
    "\nWhat is shown:\n"
    "  --profile                  the time of each node, in runs of their own\n"
    "  --trace FILE               one picture as a Chrome trace (chrome://tracing, Perfetto)\n"
    "  --json                     the result as one line of JSON instead of the table\n"
    "  -o, --output FILE          writes that line to a file; --overwrite replaces one that exists\n"
    "  --color WHEN               auto, always or never\n"
    "\nAgainst an earlier result:\n"
    "  --compare FILE             of --json or -o. Slower is what takes more, even in its quietest round and without "
    "its waits\n"
    "                             for processors that others used, than the earlier result's upper bound (the larger "
    "of its\n"
    "                             95 % interval's end and the median of its rounds) and --max-regress on top; if it "
    "looks so,\n"
    "                             more rounds are measured, up to twice\n"
    "  --max-regress PART         5% (default) or 0.05\n"
    "\nExit codes: 0 all good, 1 the run failed, 2 usage (among others: not comparable), 3 a picture cannot be read, "
    "4 slower\n"
    "than --max-regress allows, 5 model or plugin refused, 6 resource limit, 128 + N ended by signal N.\n";

constexpr const char *list_help =
    "usage: tradewind model list\n\nLists the models and configs that come along or are installed.\n";
constexpr const char *info_help = "usage: tradewind model info [FILE] [--json|--dump] [--set ...]\n\nParameters, "
                                  "multiply-adds, memory, taps, options and provenance. "
                                  "--dump prints the graph.\n\n" MODEL_HELP;
constexpr const char *convert_help =
    "usage: tradewind model convert SOURCE [--config F.ini|pipeline.config | --meta NAME --extractor NAME] [--labels "
    "F]\n"
    "                               [--licence TEXT] [--set SECTION.KEY=VALUE]... -o OUT.safetensors [--overwrite]\n"
    "                               [--record-golden PICTURE [--target NAME]]\n"
    "       tradewind model convert SOURCE --check [--brief] [--config ...]\n\n"
    "Makes a bundle from a TensorFlow checkpoint (model.ckpt.index, or the older model.ckpt), a TensorFlow frozen "
    "graph\n"
    "(.pb), a TFLite file, safetensors, or the folder of a released model. Tensors are taken by name. In a folder, "
    "the\n"
    "weights, pipeline.config and the label map (.pbtxt) are found. Without --config and pipeline.config, the shipped\n"
    "configs are tried and the one that fits is used. --check compares names and shapes alone, for which a "
    "checkpoint's\n"
    "data files need not be there, and lists every tensor that is not used with the reason; --brief lists ten for each "
    "reason.\n"
    "Weights that hold values which are not finite are refused.\n\n"
    "--record-golden runs the model on a picture and keeps facts of every value inside the network, and what is found, "
    "in\n"
    "the bundle for 'model verify'. PICTURE is picture:HxW, of which the size is kept, or a file of up to 577 x 577 "
    "pixels,\n"
    "which are kept. Recorded on the reference target unless --target names another.\n";
constexpr const char *new_help =
    "usage: tradewind model new (--config F.ini | --meta NAME --extractor NAME) --weights seeded[:PREFIX]|FILE\n"
    "                           [--set SECTION.KEY=VALUE]... [--plugin-dir DIR]... -o OUT.safetensors [--overwrite]\n\n"
    "Makes a bundle. Weights that are seeded follow by a formula from their names, so that any network runs without "
    "trained ones.\n";
constexpr const char *trace_help =
    "usage: tradewind model trace IMAGE --model FILE -o OUT.safetensors [--value GLOB]... [--overwrite]\n"
    "                             [--target NAME] [--threads N] [--score T] [--iou T] [--max-detections N]\n"
    "       tradewind model trace [IMAGE] --model FILE --list\n\n"
    "Writes named values of the network: stages and every other node, a batch norm and an activation being part of the "
    "layer before\n"
    "them. --value keeps those that match (* and ?); --list prints their names and shapes. IMAGE may be "
    "picture:HxW.\n\n" MODEL_HELP;
constexpr const char *verify_help =
    "usage: tradewind model verify FILE [--target NAME]... [--threads N] [--plugin-dir DIR]...\n\n"
    "Runs a bundle on the picture of its golden activations, which 'model convert' records, and compares every value "
    "inside the\nnetwork, and what is found. Names the first value that differs, its node and by how much. On every "
    "target that there is,\nor on those that --target names.\n\n"
    "Exit codes: 0 all agree, 2 usage (among others: the bundle has no golden activations), 4 one differs, 5 the file "
    "is "
    "damaged.\n";
constexpr const char *study_report_help =
    "usage: tradewind study report RESULTS... -o REPORT.html [--published] [--title TEXT] [--overwrite]\n\n"
    "Makes one HTML page from measurements: the figures of the paper (accuracy against time, by object size, picture "
    "size "
    "and\n"
    "number of proposals, multiply-adds, memory, box quality), time by stage, throughput, and tables of all results "
    "with\n"
    "95 % intervals. RESULTS are files with one result a line, as 'study' and 'bench' write them, or a study's folder. "
    "The "
    "page\n"
    "loads nothing and can be read without JavaScript. Figures for which the results have no data say so.\n\n"
    "  -o, --output FILE    where the page goes\n"
    "  --published          draws what others published too, hollow: it was measured on other machines\n"
    "  --title TEXT         the page's title\n"
    "  --overwrite          replaces a file that exists\n";
constexpr const char *plugin_list_help =
    "usage: tradewind plugin list [--json] [--plugin-dir DIR]\n\nLists plugins without loading them.\n";
constexpr const char *plugin_info_help =
    "usage: tradewind plugin info NAME [--plugin-dir DIR]\n\nLoads a plugin and shows its options.\n";
constexpr const char *study_help =
    "usage: tradewind study STUDY.ini [-o FOLDER] [--limit N] [--retry-failed] [-q] [--plugin-dir DIR]...\n"
    "       tradewind study STUDY.ini [-o FOLDER] --list [--check]\n"
    "       tradewind study report ...     makes a page of figures from the results\n\n"
    "Measures every detector of a grid, each in a process of its own, and writes one line for each to "
    "FOLDER/results.jsonl\n"
    "(study-NAME without -o). A study that was stopped or killed goes on where it was. STUDY.ini is a file, or the "
    "name "
    "of a\n"
    "study that comes along.\n\n"
    "  -o, --output FOLDER        where results go, and are\n"
    "  --limit N                  measures at most N cells this time\n"
    "  --retry-failed             measures again what failed or was impossible\n"
    "  --list                     prints the cells and which of them have results, and stops\n"
    "  --check                    with --list: also describes the network of each; exit code 4 where one cannot be\n"
    "  -q, --quiet                no progress\n"
    "\nThe file:\n"
    "  [study]    name, images (files, folders or picture:HxW), annotations, iterations, rounds, warmup, timeout and\n"
    "             accuracy_timeout (seconds for a cell)\n"
    "  [weights]  NAME = FILE, by config or meta+extractor; detectors without an entry have weights by formula, and "
    "no\n"
    "             accuracy\n"
    "  [grid X]   any number; each is every combination of its axes, whose values are separated by commas (by "
    "semicolons\n"
    "             where values are lists): config, or meta and extractor; size, proposals, output_stride, precision,\n"
    "             target, threads, batch, streams, and settings of the model as section.key. size is image.size, or "
    "of\n"
    "             a picture that keeps its aspect image.min_side, with image.max_side = size x 1024 / 600 (300: 512)\n"
    "\nExit codes: 0 all measured, or impossible, or left by --limit; 1 the results cannot be written; 2 usage; 3 some "
    "failed;\n128 + N ended by signal N.\n";
constexpr const char *doctor_help = "usage: tradewind doctor [--plugin-dir DIR]\n\nShows what this installation "
                                    "consists of, and what is missing and why.\n";
constexpr const char *version_help = "usage: tradewind version [--json]\n";
constexpr const char *help_help =
    "usage: tradewind help [COMMAND]\n       tradewind help config      every key that a config may set (Markdown)\n";

std::string usage_of_group(const std::string &name)
{
    std::string text;
    for (const Command &command : commands())
        if (std::string(command.name).starts_with(name + " "))
            text += std::string(text.empty() ? "" : "\n") + command.usage;
    return text;
}

std::string overview()
{
    std::string text = "usage: tradewind COMMAND ...\n\n";
    for (const Command &command : commands()) {
        const std::string name = command.name;
        text += "  " + name + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') + command.summary + "\n";
    }
    return text + "\n'tradewind help COMMAND' or 'tradewind COMMAND --help' tells more; 'tradewind help config' lists "
                  "every key of a config.\n"
                  "Settings: flags over TRADEWIND_... in the environment over ./tradewind.ini over "
                  "$XDG_CONFIG_HOME/tradewind/config.ini.\n";
}

} // namespace

const std::vector<Command> &commands()
{
    static const std::vector<Command> all = {
        {"detect", "finds objects in pictures", detect_help, detect},
        {"eval", "measures accuracy on annotated pictures", eval_help, eval},
        {"bench", "measures where the time goes", bench_help, bench},
        {"model list", "which models there are", list_help, model_list},
        {"model info", "what a model consists of", info_help, model_info},
        {"model convert", "makes a bundle from published weights", convert_help, model_convert},
        {"model new", "makes a bundle with weights by formula", new_help, model_new},
        {"model trace", "writes values inside a network", trace_help, model_trace},
        {"model verify", "compares a bundle's values with those recorded in it", verify_help, model_verify},
        {"study", "measures a grid of detectors", study_help, study},
        {"study report", "makes a page of figures from results", study_report_help, study_report},
        {"plugin list", "which plugins there are", plugin_list_help, plugin_list},
        {"plugin info", "what a plugin can be told", plugin_info_help, plugin_info},
        {"doctor", "what this installation consists of", doctor_help, doctor},
        {"version", "the version", version_help, version},
        {"help", "this text, or that of a command", help_help, help},
    };
    return all;
}

int help(const Arguments &arguments)
{
    std::string name;
    for (const auto &word : arguments) name += (name.empty() ? "" : " ") + word;
    if (name.empty()) {
        print(overview());
        return 0;
    }
    if (name == "config") {
        Registry registry(plugin_path({}));
        print(config_reference(registry));
        return 0;
    }
    std::string found;
    for (const Command &command : commands())
        if (name == command.name) found = command.usage;
    if (found.empty()) found = usage_of_group(name);
    if (found.empty()) {
        std::vector<std::string> names = {"config"};
        for (const Command &command : commands()) names.push_back(command.name);
        throw Error(ErrorCode::usage,
                    "there is no command '" + name + "'" + did_you_mean(name, names) + "; 'tradewind help' lists them");
    }
    print(found);
    return 0;
}

} // namespace tradewind::cli
