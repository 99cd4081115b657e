#include "crypto/secret.hpp"

namespace rogatory::crypto {

SecretBytes SecretBytes::copy_of(ByteView bytes) {
    SecretBytes made{bytes.size()};
    std::copy(bytes.begin(), bytes.end(), made.block_);
    return made;
}

void SecretBytes::append(ByteView more) {
    if (more.empty()) return;
    const auto old_size = size_;
    // `more` may be a part of this very secret: its old storage must live until the copy is made.
    SecretBytes outgrown;
    if (old_size + more.size() > capacity_) {
        SecretBytes wider{std::max(old_size + more.size(), 2 * capacity_)};
        std::copy_n(block_, old_size, wider.block_);
        swap(wider);
        outgrown = std::move(wider);
    }
    size_ = old_size;
    std::copy(more.begin(), more.end(), block_ + old_size);
    size_ = old_size + more.size();
}

void SecretBytes::resize(std::size_t size) {
    if (size < size_) wipe(MutableByteView{block_ + size, size_ - size});
    reserve(size);
    size_ = size;
}

void SecretBytes::reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    SecretBytes wider{capacity};
    std::copy_n(block_, size_, wider.block_);
    wider.size_ = size_;
    swap(wider);
}

}  // namespace rogatory::crypto
