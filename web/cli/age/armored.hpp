#pragma once

#include "crypto/age/armor.hpp"
#include "crypto/age/parallel.hpp"

namespace rogatory::cli {

// An age file read through its ASCII armor, or as it is: what it begins with decides. In order.
class MaybeArmoredSource final : public age::Source {
public:
    explicit MaybeArmoredSource(age::Source& inner) : inner_{inner} {}

    [[nodiscard]] Result<std::size_t> read(MutableByteView into) override;

private:
    Result<> read_more();

    age::Source& inner_;
    age::ArmorReader reader_;
    std::optional<bool> armored_;
    Bytes ready_;
    std::size_t taken_ = 0;
    bool ended_ = false;
};

// Writes the armor around what is written. In order; finish() ends it.
class ArmoredSink final : public age::Sink {
public:
    explicit ArmoredSink(age::Sink& inner) : inner_{inner} {}

    [[nodiscard]] Result<> write(ByteView bytes) override;
    [[nodiscard]] Result<> finish();

private:
    age::Sink& inner_;
    age::ArmorWriter writer_;
    Bytes line_;
};

}  // namespace rogatory::cli
