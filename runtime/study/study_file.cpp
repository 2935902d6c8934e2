// SPDX-License-Identifier: Apache-2.0
// Reading STUDY.ini.
#include "study/study_file.h"

#include "study/grid_section.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <filesystem>

namespace tradewind {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string &why, const std::string &origin)
{
    throw Error(ErrorCode::usage, why, origin);
}

void check_section(const std::string &section, const std::string &file)
{
    if (section == "study" || section == "weights") return;
    if (section.starts_with(grid_prefix) && section.find('.') == std::string::npos) return;
    if (section.starts_with(grid_prefix)) refuse("the name of a grid has no dot: [" + section + "]", file);
    refuse("there is no section [" + section + "]" + did_you_mean(section, {"study", "weights", "grid"}) +
               "; a study has [study], [weights] and any number of [grid NAME]",
           file);
}

void check_images(const Study &study, const Setting &setting)
{
    if (study.images.empty()) refuse("study.images is empty: name a folder, files or picture:HxW", setting.origin);
    std::error_code ignored;
    for (const auto &image : study.images)
        if (!image.starts_with("picture:") && !fs::exists(image, ignored))
            refuse("there are no pictures at " + image, setting.origin);
}

void check_annotations(const Study &study, const Setting &setting)
{
    std::error_code ignored;
    if (study.annotations.empty()) return;
    if (!fs::exists(study.annotations, ignored))
        refuse("there are no annotations at " + study.annotations, setting.origin);
    if (study.images.size() != 1 || !fs::is_directory(study.images.front(), ignored))
        refuse("annotations go with study.images = one folder, that of the annotated pictures", setting.origin);
}

std::string name_of(const Settings &settings, const std::string &path)
{
    const std::string given = settings.text("study.name");
    const std::string name = given.empty() ? fs::path(path).stem().string() : given;
    if (name.find('/') != std::string::npos || name == "." || name == "..")
        refuse("study.name is '" + name + "', but becomes the name of a folder", settings.find("study.name")->origin);
    return name;
}

void read_weights_section(const Settings &all, Study &study)
{
    const Settings own = section_of(all, "weights");
    for (const auto &[name, setting] : own.all()) {
        Setting file = setting;
        if (file.value.empty()) refuse(name + " is empty", file.origin);
        std::error_code ignored;
        if (!file.value.starts_with("seeded")) {
            file.value = beside_study(study.file, file.value);
            if (!fs::is_regular_file(file.value, ignored)) refuse("there is no weight file " + file.value, file.origin);
        }
        study.weights[name.substr(std::string("weights.").size())] = file;
    }
}

void read_study_section(const Settings &all, Study &study)
{
    const Settings own = resolve(section_of(all, "study"), study_options());
    study.name = name_of(own, study.file);
    for (const auto &image : own.texts("study.images")) study.images.push_back(beside_study(study.file, image));
    check_images(study, *own.find("study.images"));
    if (const std::string file = own.text("study.annotations"); !file.empty())
        study.annotations = beside_study(study.file, file);
    check_annotations(study, *own.find("study.annotations"));
    study.iterations = own.integer("study.iterations");
    study.rounds = own.integer("study.rounds");
    study.warmup = own.integer("study.warmup");
    study.timeout = own.real("study.timeout");
    study.accuracy_timeout = own.real("study.accuracy_timeout");
}

} // namespace

Settings section_of(const Settings &all, const std::string &section)
{
    Settings own;
    for (const auto &[name, setting] : all.all())
        if (name.starts_with(section + ".")) own.set(name, setting.value, setting.origin);
    return own;
}

std::string beside_study(const std::string &study_file, const std::string &path)
{
    if (path.empty() || path.starts_with("picture:") || path.front() == '/') return path;
    return ((fs::path(study_file).parent_path() / ".").lexically_normal() / path).string();
}

Study read_study(const std::string &path)
{
    std::vector<std::string> sections;
    const Settings all = read_ini(path, &sections);
    Study study;
    study.file = path;
    for (const auto &section : sections) check_section(section, path);
    read_study_section(all, study);
    read_weights_section(all, study);
    for (const auto &section : sections)
        if (section.starts_with(grid_prefix)) study.grids.push_back(read_grid(all, section, path));
    if (study.grids.empty()) refuse("the study has no grid: add a section [grid NAME]", path);
    return study;
}

} // namespace tradewind
