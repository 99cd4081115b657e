// A value is not taken for granted. (That a result is not dropped is tests/lint/results.py's: the vendor's type is not
// [[nodiscard]], so each function says it.)
#include "platform/base/result.hpp"

using rogatory::Result;

namespace {
Result<int> count() { return 1; }
}  // namespace

int use() {
    const auto counted = count();
    if (!counted) return 0;
#if MUST_FAIL == 1  // the value taken without asking
    const int certain = count();
    return certain;
#elif MUST_FAIL == 2  // a refusal turned into a value
    const Result<long long*> other = counted;
#endif
    return *counted;
}
