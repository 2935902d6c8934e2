// SPDX-License-Identifier: Apache-2.0
// The text of an error: where, then what.
#include "tensor/error.h"

namespace tradewind {

Error::Error(ErrorCode code, std::string message, std::string context, std::string id)
    : code_(code), message_(std::move(message)), context_(std::move(context)), id_(std::move(id)),
      text_(context_.empty() ? message_ : context_ + ": " + message_)
{
}

Error Error::within(const std::string &outer) const
{
    return {code_, message_, context_.empty() ? outer : outer + ": " + context_, id_};
}

} // namespace tradewind
