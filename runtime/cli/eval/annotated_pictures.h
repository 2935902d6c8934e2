// SPDX-License-Identifier: Apache-2.0
// Where the pictures of annotations are.
#pragma once

#include "cli/flags.h"
#include "cli/inputs.h"
#include "evaluate/annotations.h"

namespace tradewind::cli {

// --images, else the folder JPEGImages beside or in that of the annotations. Throws Error(usage) when there is none.
std::string image_folder(const Flags &flags, const std::string &annotations);

// As the annotations call it, with folders or without them; a name without the ending of a picture may have any. An
// Input with a failure where there is no such file.
Input find_picture(const std::string &folder, const AnnotatedImage &image);

// Pictures in the folder (not below) beyond those that are annotated.
std::size_t pictures_not_annotated(const std::string &folder, const Annotations &annotations);

} // namespace tradewind::cli
