#include "crypto/age/failure.hpp"

namespace rogatory::age {

Error as_error(Failure failure) {
    switch (failure) {
        case Failure::header:
            return {ErrorCode::integrity, "age.header"};
        case Failure::no_match:
            return {ErrorCode::integrity, "age.no_match"};
        case Failure::hmac:
            return {ErrorCode::integrity, "age.hmac"};
        case Failure::payload:
            return {ErrorCode::integrity, "age.payload"};
        case Failure::armor:
            return {ErrorCode::integrity, "age.armor"};
        case Failure::refused:
            return {ErrorCode::integrity, "age.refused"};
    }
    return {ErrorCode::integrity, "age.header"};
}

}  // namespace rogatory::age
