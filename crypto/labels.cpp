#include "crypto/labels.hpp"

namespace rogatory::crypto {

Labelled::Labelled(Label label) : bytes_{to_bytes(label.text())} { bytes_.push_back(0x00); }

Labelled& Labelled::fixed(ByteView part) {
    append(bytes_, part);
    return *this;
}

Labelled& Labelled::variable(ByteView part) {
    number(part.size());
    append(bytes_, part);
    return *this;
}

Labelled& Labelled::number(std::uint64_t value) {
    append(bytes_, big_endian(value));
    return *this;
}

}  // namespace rogatory::crypto
