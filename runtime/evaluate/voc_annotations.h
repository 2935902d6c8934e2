// SPDX-License-Identifier: Apache-2.0
// PASCAL VOC's annotations: one XML file for each picture.
#pragma once

#include "evaluate/annotations.h"

#include <string>

namespace tradewind {

// `folder` holds the XML files, or has a folder Annotations that does, as the devkit's VOC2007 has (pictures and image
// sets beside it are not looked at). What is read of each file:
//
// - filename (where it is missing, the XML file's own name without .xml); two files must not speak of the same.
// - size/width and size/height; 0 where there is no size.
// - of each object: name, bndbox/xmin ymin xmax ymax, difficult and group_of (1 or 0; absent is 0). Coordinates are
//   taken as written, nothing is subtracted: x = xmin, width = xmax - xmin, area = width x height. Parts are not read.
//
// Pictures are in the order of the XML files' names, and numbered 1, 2, ...; or by the digits at the end of their
// names, where all have such and no two the same. Categories are numbered 1, 2, ... in the order of their names. Boxes
// without width or height are left out; notes count them, boxes that reach out of their picture, and files without a
// size. Each file's tree is gone before the next is read.
//
// Throws Error(usage), naming file and line, for a folder without XML files, files above 16 MB or that are no VOC XML,
// entities declared in them, missing names and coordinates, and numbers that are not finite or, of a size, negative.
Annotations read_voc_annotations(const std::string &folder);

} // namespace tradewind
