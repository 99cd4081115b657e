#include "crypto/age/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace rogatory::age {

namespace {

std::string word_for(int error) { return std::system_category().message(error); }

class DescriptorSource final : public Source {
public:
    DescriptorSource(int descriptor, Access access) : descriptor_{descriptor} {
        struct stat seen {};
        // A size of zero says nothing: the files of /proc have it whatever they hold.
        if (access == Access::anywhere && ::fstat(descriptor, &seen) == 0 && S_ISREG(seen.st_mode) &&
            seen.st_size > 0 && ::lseek(descriptor, 0, SEEK_CUR) == 0) {
            size_ = static_cast<std::uint64_t>(seen.st_size);
            (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
        }
    }

    Result<std::size_t> read(MutableByteView into) override {
        return fill(into,
                    [&](MutableByteView rest, std::size_t) { return ::read(descriptor_, rest.data(), rest.size()); });
    }

    std::optional<std::uint64_t> size() const override { return size_; }

    Result<std::size_t> read_at(std::uint64_t offset, MutableByteView into) override {
        return fill(into, [&](MutableByteView rest, std::size_t done) {
            return ::pread(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset + done));
        });
    }

private:
    template <class Read>
    static Result<std::size_t> fill(MutableByteView into, Read&& read) {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto got = read(into.subspan(done), done);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return fail(ErrorCode::unavailable, "age.read_failed", word_for(errno));
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    int descriptor_;
    std::optional<std::uint64_t> size_;
};

class DescriptorSink final : public Sink {
public:
    DescriptorSink(int descriptor, Access access) : descriptor_{descriptor} {
        struct stat seen {};
        positioned_ = access == Access::anywhere && ::fstat(descriptor, &seen) == 0 && S_ISREG(seen.st_mode) &&
                      seen.st_size == 0 && (::fcntl(descriptor, F_GETFL) & O_APPEND) == 0;
    }

    Result<> write(ByteView bytes) override {
        return drain(bytes, [&](ByteView rest, std::size_t) { return ::write(descriptor_, rest.data(), rest.size()); });
    }

    bool positioned() const override { return positioned_; }

    Result<> write_at(std::uint64_t offset, ByteView bytes) override {
        return drain(bytes, [&](ByteView rest, std::size_t done) {
            return ::pwrite(descriptor_, rest.data(), rest.size(), static_cast<off_t>(offset + done));
        });
    }

private:
    template <class Write>
    static Result<> drain(ByteView bytes, Write&& write) {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const auto wrote = write(bytes.subspan(done), done);
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote < 0 && (errno == ENOSPC || errno == EDQUOT)) {
                return fail(ErrorCode::storage_full, "age.no_room", word_for(errno));
            }
            if (wrote < 0) return fail(ErrorCode::unavailable, "age.write_failed", word_for(errno));
            done += static_cast<std::size_t>(wrote);
        }
        return {};
    }

    int descriptor_;
    bool positioned_ = false;
};

}  // namespace

std::unique_ptr<Source> source_of_descriptor(int descriptor, Access access) {
    return std::make_unique<DescriptorSource>(descriptor, access);
}

std::unique_ptr<Sink> sink_of_descriptor(int descriptor, Access access) {
    return std::make_unique<DescriptorSink>(descriptor, access);
}

}  // namespace rogatory::age
