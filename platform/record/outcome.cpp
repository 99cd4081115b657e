#include "platform/record/outcome.hpp"

namespace rogatory::record {

Error Outcome::refusal() const {
    switch (verdict) {
        case Verdict::unsupported:
            return Error{ErrorCode::unsupported, reason};
        case Verdict::void_:
            return Error{ErrorCode::forbidden, reason};
        case Verdict::broken:
            break;
        case Verdict::effective:
            break;
    }
    // A wrong place in the chain is what an honest client sees when somebody else was quicker.
    const bool moved_on = reason == "broken.seq" || reason == "broken.prev";
    return Error{moved_on ? ErrorCode::conflict : ErrorCode::invalid_input, reason};
}

Outcome Outcome::make_void(std::string_view reason) { return {Verdict::void_, std::string{reason}, {}}; }
Outcome Outcome::make_broken(std::string_view reason) { return {Verdict::broken, std::string{reason}, {}}; }
Outcome Outcome::make_unsupported() { return {Verdict::unsupported, "statement.unsupported", {}}; }

}  // namespace rogatory::record
