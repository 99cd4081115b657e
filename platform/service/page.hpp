#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rogatory::service {

// What a list asks for. `cursor` is empty at first, then the page's `next_cursor`, opaque to clients.
struct PageRequest {
    std::string cursor;
    std::size_t limit{100};  // capped by Settings::max_page
};

template <class T>
struct Page {
    std::vector<T> items;
    std::string next_cursor;  // empty: this was the last page
};

}  // namespace rogatory::service
