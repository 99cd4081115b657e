#pragma once

#include "platform/base/result.hpp"

// Declarations, not expressions: an expression-style TRY with a co_return inside stops g++ 12 with an internal error.
//   ROGATORY_TRY(const auto party, Party::parse(text));
//   ROGATORY_TRY_VOID(require_open(dossier));
#define ROGATORY_CAT_(a, b) a##b
#define ROGATORY_CAT(a, b) ROGATORY_CAT_(a, b)
#define ROGATORY_TRY_(tmp, leave, target, ...)                \
    auto tmp = (__VA_ARGS__);                                 \
    if (!tmp) leave ::rogatory::fail(std::move(tmp).error()); \
    target = *std::move(tmp)
#define ROGATORY_TRY(target, ...) ROGATORY_TRY_(ROGATORY_CAT(rogatory_try_, __LINE__), return, target, __VA_ARGS__)
#define ROGATORY_CO_TRY(target, ...) \
    ROGATORY_TRY_(ROGATORY_CAT(rogatory_try_, __LINE__), co_return, target, __VA_ARGS__)
#define ROGATORY_TRY_VOID(...) \
    if (auto rogatory_try_ = (__VA_ARGS__); !rogatory_try_) return ::rogatory::fail(std::move(rogatory_try_).error())
