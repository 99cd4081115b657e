#pragma once

#include <map>
#include <set>

#include "platform/ports/blob_store.hpp"
#include "storage/failure.hpp"

namespace rogatory::tests {

// Blobs in memory with a device of a chosen size: what tests of the layers above take where the disk does not matter.
// The contract suite holds it to what the disk does.
class MemoryBlobStore final : public ports::BlobStore {
public:
    explicit MemoryBlobStore(std::uint64_t room = ~std::uint64_t{0}) : room_{room} {}

    Result<std::unique_ptr<ports::BlobWriter>> create(ports::UploadId id) override {
        if (free_bytes() == 0) return full();
        const auto [made, is_new] = blobs_.emplace(id, std::make_shared<Bytes>());
        if (!is_new) throw storage::StorageFailure{"create blob"};
        return std::make_unique<Writer>(*this, made->second);
    }
    Result<std::unique_ptr<ports::BlobWriter>> resume(ports::UploadId id, std::uint64_t offset) override {
        const auto found = blobs_.find(id);
        if (found == blobs_.end()) return missing();
        if (found->second->size() < offset) throw storage::StorageFailure{"shorter than acknowledged"};
        found->second->resize(offset);
        return std::make_unique<Writer>(*this, found->second);
    }
    Result<> seal(ports::UploadId id) override {
        if (!blobs_.contains(id)) return missing();
        return {};
    }
    Result<std::unique_ptr<ports::BlobReader>> open(ports::UploadId id) const override {
        const auto found = blobs_.find(id);
        if (found == blobs_.end()) return missing();
        return std::make_unique<Reader>(found->second);
    }
    void remove(ports::UploadId id) override { blobs_.erase(id); }
    std::size_t sweep(UnixSeconds, const std::function<bool(ports::UploadId)>& known) override {
        return std::erase_if(blobs_, [&](const auto& one) { return !known(one.first); });
    }
    std::uint64_t free_bytes() const override {
        std::uint64_t used = 0;
        for (const auto& [id, bytes] : blobs_) used += bytes->size();
        return room_ > used ? room_ - used : 0;
    }

private:
    using Shared = std::shared_ptr<Bytes>;

    static tl::unexpected<Error> full() { return fail(ErrorCode::storage_full, "storage.full"); }
    static tl::unexpected<Error> missing() { return fail(ErrorCode::not_found, "upload.not_found"); }

    class Reader final : public ports::BlobReader {
    public:
        explicit Reader(Shared bytes) : bytes_{std::move(bytes)} {}
        std::uint64_t size() const override { return bytes_->size(); }
        std::size_t read_at(std::uint64_t offset, MutableByteView into) override {
            if (offset >= bytes_->size()) return 0;
            const auto there = ByteView{*bytes_}.subspan(offset);
            const auto count = std::min(there.size(), into.size());
            std::copy_n(there.begin(), count, into.begin());
            return count;
        }

    private:
        Shared bytes_;
    };
    class Writer final : public ports::BlobWriter {
    public:
        Writer(MemoryBlobStore& store, Shared bytes) : store_{store}, bytes_{std::move(bytes)} {}
        Result<> write(ByteView more) override {
            if (store_.free_bytes() < more.size()) return full();
            append(*bytes_, more);
            return {};
        }
        std::uint64_t position() const override { return bytes_->size(); }
        void sync() override {}
        void sync_bytes() override {}
        Result<> seal() override { return {}; }

    private:
        MemoryBlobStore& store_;
        Shared bytes_;
    };

    std::uint64_t room_;
    std::map<ports::UploadId, Shared> blobs_;
};

}  // namespace rogatory::tests
