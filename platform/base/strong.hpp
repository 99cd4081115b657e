#pragma once

#include <compare>
#include <utility>

namespace rogatory {

// A value that converts to no other: ids of different things cannot be mixed up.
template <class Tag, class T>
class Strong {
public:
    using Value = T;

    Strong() = default;
    explicit constexpr Strong(T value) noexcept(noexcept(T(std::move(value)))) : value_{std::move(value)} {}

    [[nodiscard]] constexpr const T& value() const noexcept { return value_; }

    friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
    friend constexpr bool operator==(const Strong&, const Strong&) = default;

private:
    T value_{};
};

}  // namespace rogatory
