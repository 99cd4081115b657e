#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/parallel.hpp"
#include "crypto/secret.hpp"
#include "platform/base/result.hpp"

namespace rogatory::cli {

// Closes what it holds, except the standard streams.
class Descriptor {
public:
    explicit Descriptor(int number) noexcept : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : number_{other.number_} { other.number_ = -1; }
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();

    [[nodiscard]] int number() const noexcept { return number_; }
    // Errors: as a late write error of a network file system, unavailable "age.write_failed".
    [[nodiscard]] Result<> close();

private:
    int number_;
};

// Errors: not_found "age.cannot_open" with the argument "file".
[[nodiscard]] Result<Descriptor> open_input(const std::string& path);

// A whole small file, for keys. Errors: as open_input; too_large "age.key_file_too_large".
[[nodiscard]] Result<crypto::SecretText> read_key_file(int descriptor, const std::string& path);

// A file that has its name only when it is complete. What is written lies in a file without a name, or where the file
// system has no such thing in a hidden one beside it, and takes the name at commit(); dropped before that, or killed,
// it leaves the name as it was. A path that names something else than a regular file (a pipe, a device) is written to
// directly.
class OutputFile {
public:
    // Errors: invalid_input "age.cannot_create" with the argument "file".
    [[nodiscard]] static Result<OutputFile> create(const std::string& path);

    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    OutputFile(OutputFile&&) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_.number(); }
    [[nodiscard]] Result<> commit();

private:
    OutputFile(Descriptor descriptor, std::string path, std::string temporary, bool nameless)
        : descriptor_{std::move(descriptor)},
          path_{std::move(path)},
          temporary_{std::move(temporary)},
          nameless_{nameless} {}

    Descriptor descriptor_;
    std::string path_;       // empty: written to directly
    std::string temporary_;  // what it is called before commit()
    bool nameless_;          // it has not even that name yet
};

}  // namespace rogatory::cli
