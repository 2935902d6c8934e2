// SPDX-License-Identifier: Apache-2.0
// Whether a folder may be trusted with code.
#include "host/search_path.h"

#include <sys/stat.h>
#include <unistd.h>

namespace tradewind {

std::string unsafe_reason(const std::string &folder)
{
    struct stat status {};
    if (stat(folder.c_str(), &status) != 0) return "";
    if (status.st_mode & (S_IWGRP | S_IWOTH))
        return folder + " is writable by others, who could put code there; take that right away (chmod go-w) or choose "
                        "another folder";
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return folder + " belongs to another user (" + std::to_string(status.st_uid) +
               "), who could change the code in it";
    return "";
}

} // namespace tradewind
