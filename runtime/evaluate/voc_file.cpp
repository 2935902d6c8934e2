// SPDX-License-Identifier: Apache-2.0
// A tree by pugixml, which expands no entities that a file declares and resolves nothing outside it.
#include "evaluate/voc_file.h"

#include "config/bounded_text.h"
#include "config/list.h"
#include "tensor/error.h"

#include <pugixml.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tradewind {
namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20;

std::string read(const std::string &path)
{
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw Error(ErrorCode::usage, std::string("the file cannot be read: ") + std::strerror(errno), path);
    auto text = read_at_most(stream, most_bytes);
    if (!text) throw Error(ErrorCode::usage, "the file cannot be read, or is larger than 16 MB", path);
    return *std::move(text);
}

class Reader {
public:
    explicit Reader(const std::string &path) : path_(path), text_(read(path))
    {
        const pugi::xml_parse_result parsed =
            tree_.load_buffer(text_.data(), text_.size(), pugi::parse_default | pugi::parse_doctype);
        if (!parsed)
            refuse("this is no XML: " + std::string(parsed.description()), static_cast<std::size_t>(parsed.offset));
        for (const pugi::xml_node node : tree_.children())
            if (node.type() == pugi::node_doctype && std::strstr(node.value(), "<!ENTITY"))
                refuse("the file declares entities, which annotations have no use for", node);
        root_ = tree_.child("annotation");
        if (!root_) throw Error(ErrorCode::usage, "there is no <annotation> in it, as VOC's files have", path);
    }

    VocFile read_all()
    {
        VocFile file;
        file.image.file = trim(root_.child_value("filename"));
        if (file.image.file.empty()) file.image.file = std::filesystem::path(path_).stem().string();
        if (const pugi::xml_node size = root_.child("size")) {
            file.image.width = side(size, "width");
            file.image.height = side(size, "height");
        }
        for (const pugi::xml_node node : root_.children("object")) file.objects.push_back(object(node));
        return file;
    }

private:
    std::size_t line_at(std::size_t offset) const
    {
        const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text_.size()));
        return static_cast<std::size_t>(std::count(text_.begin(), end, '\n')) + 1;
    }

    std::size_t line_of(const pugi::xml_node &node) const
    {
        return line_at(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, node.offset_debug())));
    }

    [[noreturn]] void refuse(const std::string &why, std::size_t offset) const
    {
        throw Error(ErrorCode::usage, why, path_ + ":" + std::to_string(line_at(offset)));
    }

    [[noreturn]] void refuse(const std::string &why, const pugi::xml_node &node) const
    {
        throw Error(ErrorCode::usage, why, path_ + ":" + std::to_string(line_of(node)));
    }

    std::string value(const pugi::xml_node &parent, const char *name) const
    {
        const pugi::xml_node node = parent.child(name);
        const std::string text = trim(node.child_value());
        if (text.empty()) refuse(std::string("<") + parent.name() + "> lacks <" + name + ">", parent);
        return text;
    }

    double number(const pugi::xml_node &parent, const char *name) const
    {
        const std::string text = value(parent, name);
        const auto number = to_real(text);
        if (!number) refuse(std::string("<") + name + "> must be a finite number, not " + text.substr(0, 40), parent);
        return *number;
    }

    std::int64_t side(const pugi::xml_node &size, const char *name) const
    {
        const std::string text = value(size, name);
        const auto side = to_integer(text);
        if (!side || *side < 0)
            refuse(std::string("<") + name + "> of a picture must be a whole number, not " + text.substr(0, 40), size);
        return *side;
    }

    bool flag(const pugi::xml_node &object, const char *name) const
    {
        const std::string text = trim(object.child_value(name));
        if (text.empty()) return false;
        const auto flag = to_boolean(text);
        if (!flag) refuse(std::string("<") + name + "> must be 0 or 1, not " + text.substr(0, 40), object);
        return *flag;
    }

    VocObject object(const pugi::xml_node &node) const
    {
        const pugi::xml_node box = node.child("bndbox");
        if (!box) refuse("<object> lacks <bndbox>", node);
        return {value(node, "name"), number(box, "xmin"),     number(box, "ymin"),    number(box, "xmax"),
                number(box, "ymax"), flag(node, "difficult"), flag(node, "group_of"), line_of(node)};
    }

    std::string path_, text_;
    pugi::xml_document tree_;
    pugi::xml_node root_;
};

} // namespace

VocFile read_voc_file(const std::string &path) { return Reader(path).read_all(); }

} // namespace tradewind
