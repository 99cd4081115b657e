#include "web/witness/mirror.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "crypto/tlog/entry.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "web/client/peer.hpp"
#include "web/witness/files.hpp"

namespace rogatory::witness {

namespace {

constexpr std::size_t kMaxBundle = tlog::kTileWidth * tlog::kBundledEntryBytes;
constexpr std::chrono::seconds kEvery{60};  // after a failure, or when nobody said that there is something new

// The tiles of the copy itself: what is within its checkpoint was verified when it was written.
class OwnTiles final : public tlog::TileReader {
public:
    explicit OwnTiles(std::filesystem::path folder) : folder_{std::move(folder)} {}
    Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override {
        auto text = read_file(folder_ / tile.path(), tlog::kTileWidth * tlog::kHashBytes);
        if (!text && !tile.full()) {
            auto whole = tile;
            whole.width = tlog::kTileWidth;
            text = read_file(folder_ / whole.path(), tlog::kTileWidth * tlog::kHashBytes);
        }
        if (!text) return fail(text.error());
        return to_bytes(*text);
    }

private:
    std::filesystem::path folder_;
};

class RemoteBundles final : public tlog::BundleReader {
public:
    RemoteBundles(const client::PeerAddress& address, client::PeerOptions options)
        : address_{address}, peer_{address_, std::move(options)} {}
    Result<Bytes> read_bundle(const tlog::BundleCoordinate& bundle) override {
        client::HttpsRequest request;
        request.path = address_.path(bundle.path());
        request.largest_reply = kMaxBundle;
        ROGATORY_TRY(auto reply, peer_.send(request));
        if (reply.status != 200) {
            return fail(ErrorCode::unavailable, "witness.refused", std::to_string(reply.status));
        }
        return std::move(reply.body);
    }

private:
    const client::PeerAddress address_;
    client::Peer peer_;
};

Result<> put(const std::filesystem::path& path, ByteView bytes) {
    std::error_code failed;
    std::filesystem::create_directories(path.parent_path(), failed);
    if (failed) {
        return fail(Error{ErrorCode::unavailable, "witness.not_durable"}.with("file", path.filename().string()));
    }
    return replace_file(path, bytes, Readers::all);
}

// The entries of a bundle that grew, which stand in the copy already: their hashes are there, verified.
Result<> require_same(OwnTiles& own, std::uint64_t index, std::span<const tlog::Entry> entries) {
    if (entries.empty()) return {};
    ROGATORY_TRY(const auto hashes, own.read_tile({0, index, static_cast<std::uint16_t>(entries.size())}));
    if (hashes.size() < entries.size() * tlog::kHashBytes) {
        return fail(ErrorCode::integrity, "witness.mirror_damaged");
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto hash = entries[i].leaf_hash();
        const auto kept = ByteView{hashes}.subspan(i * tlog::kHashBytes, tlog::kHashBytes);
        if (!std::equal(kept.begin(), kept.end(), hash.value().begin())) {
            return fail(ErrorCode::integrity, "log.inconsistent");
        }
    }
    return {};
}

}  // namespace

Result<std::optional<tlog::SignedCheckpoint>> Mirror::held(const std::filesystem::path& folder) {
    const auto text = read_file(folder / "checkpoint", tlog::kMaxNoteBytes);
    if (!text && text.error().code() == ErrorCode::not_found) return std::nullopt;
    if (!text) return fail(text.error());
    ROGATORY_TRY(auto checkpoint, tlog::SignedCheckpoint::parse(*text));
    return std::optional{std::move(checkpoint)};
}

Result<> Mirror::copy(const std::filesystem::path& folder, const tlog::SignedCheckpoint& cosigned,
                      tlog::BundleReader& source) {
    ROGATORY_TRY(const auto have, held(folder));
    const auto from = have ? have->checkpoint.head : tlog::empty_tree();
    const auto& to = cosigned.checkpoint.head;
    if (to.size <= from.size) return {};
    OwnTiles own{folder};
    ROGATORY_TRY(auto builder, tlog::TileBuilder::restore(from.size, own));
    if (builder.head() != from) return fail(ErrorCode::integrity, "witness.mirror_damaged");
    std::map<std::pair<std::uint8_t, std::uint64_t>, tlog::TileBuilder::Tile> partial;
    for (const auto& bundle : tlog::new_bundles(from.size, to.size)) {
        ROGATORY_TRY(const auto bytes, source.read_bundle(bundle));
        ROGATORY_TRY(const auto entries, tlog::decode_bundle(bytes));
        if (entries.size() != bundle.width) return fail(ErrorCode::integrity, "log.bundle_malformed");
        const auto first = bundle.index * tlog::kTileWidth;
        const auto known = first < from.size ? static_cast<std::size_t>(from.size - first) : 0;
        ROGATORY_TRY_VOID(require_same(own, bundle.index, std::span{entries}.first(known)));
        for (std::size_t i = known; i < entries.size(); ++i) builder.append(entries[i].leaf_hash());
        ROGATORY_TRY_VOID(put(folder / bundle.path(), bytes));
        for (auto& tile : builder.take_changed()) {
            // A partial one on the way is of no use; the last of its place is written below.
            const std::pair place{tile.coordinate.level, tile.coordinate.index};
            if (tile.coordinate.full()) {
                partial.erase(place);
                ROGATORY_TRY_VOID(put(folder / tile.coordinate.path(), tile.hashes));
            } else {
                partial.insert_or_assign(place, std::move(tile));
            }
        }
    }
    if (builder.head() != to) return fail(ErrorCode::integrity, "log.inconsistent");
    for (const auto& [place, tile] : partial) ROGATORY_TRY_VOID(put(folder / tile.coordinate.path(), tile.hashes));
    return put(folder / "checkpoint", as_bytes(cosigned.format()));
}

Mirror::Mirror(Witness& witness, std::filesystem::path folder, std::optional<std::filesystem::path> trust_anchors)
    : witness_{witness}, folder_{std::move(folder)}, trust_anchors_{std::move(trust_anchors)} {
    for (const auto& log : witness_.logs()) {
        const auto have = held(folder_ / path_name(log.key.name()));
        sizes_[log.key.name()] = have && *have ? (*have)->checkpoint.head.size : 0;
    }
    thread_ = std::thread{[this] { run(); }};
}

Mirror::~Mirror() {
    {
        const std::lock_guard lock{guard_};
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Mirror::notify() {
    {
        const std::lock_guard lock{guard_};
        pending_ = true;
    }
    changed_.notify_all();
}

std::uint64_t Mirror::size(const std::string& origin) const {
    const std::lock_guard lock{guard_};
    const auto found = sizes_.find(origin);
    return found == sizes_.end() ? 0 : found->second;
}

Result<Bytes> Mirror::read(const std::string& origin, std::string_view path) const {
    const auto absent = [] { return fail(ErrorCode::not_found, "witness.not_mirrored"); };
    const auto known = size(origin);
    if (known == 0) return absent();
    const auto folder = folder_ / path_name(origin);
    if (path == "checkpoint") {
        ROGATORY_TRY(const auto checkpoint, held(folder));
        if (!checkpoint) return absent();
        return to_bytes(checkpoint->format());
    }
    // Parsed and written anew: nothing that a caller sends is ever a path.
    if (const auto tile = tlog::TileCoordinate::parse(path)) {
        if (tile->index * tlog::kTileWidth + tile->width > tlog::hashes_at_level(known, tile->level)) return absent();
        OwnTiles own{folder};
        ROGATORY_TRY(auto hashes, own.read_tile(*tile));
        if (hashes.size() < tile->width * tlog::kHashBytes) return absent();
        hashes.resize(tile->width * tlog::kHashBytes);
        return hashes;
    }
    const auto bundle = tlog::BundleCoordinate::parse(path);
    if (!bundle || bundle->index * tlog::kTileWidth + bundle->width > known) return absent();
    for (const auto width : {bundle->width, static_cast<std::uint16_t>(tlog::kTileWidth)}) {
        const auto text = read_file(folder / tlog::BundleCoordinate{bundle->index, width}.path(), kMaxBundle);
        const auto wanted = bundle->width * tlog::kBundledEntryBytes;
        if (text && text->size() >= wanted) return to_bytes(as_bytes(*text).first(wanted));
    }
    return absent();
}

// One of the runners of background tasks, where exceptions end.
void Mirror::run() {
    std::unique_lock lock{guard_};
    while (!stopping_) {
        changed_.wait_for(lock, kEvery, [this] { return stopping_ || pending_; });
        if (stopping_) return;
        pending_ = false;
        lock.unlock();
        for (const auto& log : witness_.logs()) {
            try {
                catch_up(log);
            } catch (const std::exception& broken) {
                log::Line{log::Level::error, "mirroring failed"}.add(log::Field::error, broken.what());
            }
        }
        lock.lock();
    }
}

void Mirror::catch_up(const tlog::PolicyLog& log) {
    const auto& origin = log.key.name();
    const auto cosigned = witness_.newest(origin);
    if (log.url.empty() || !cosigned || cosigned->checkpoint.head.size <= size(origin)) return;
    client::PeerOptions options;
    options.trust_anchors = trust_anchors_;
    options.deadline_seconds = 60;
    options.cancelled = [this] {
        const std::lock_guard lock{guard_};
        return stopping_;
    };
    const auto copied = [&]() -> Result<> {
        ROGATORY_TRY(const auto address, client::PeerAddress::parse(log.url));
        RemoteBundles source{address, std::move(options)};
        return copy(folder_ / path_name(origin), *cosigned, source);
    }();
    const auto failure = copied ? std::string{} : copied.error().key();
    if (copied) {
        const std::lock_guard lock{guard_};
        sizes_[origin] = cosigned->checkpoint.head.size;
    } else if (failure != last_failure_[origin]) {
        log::Line{log::Level::error, "the log could not be mirrored"}
            .add(log::Field::key, failure)
            .add(log::Field::detail, copied.error().log_detail());
    }
    last_failure_[origin] = failure;
}

}  // namespace rogatory::witness
