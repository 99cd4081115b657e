#include "web/server/log_repair.hpp"

#include <cstdio>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/succession.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/try.hpp"
#include "web/client/peer.hpp"
#include "web/server/config.hpp"
#include "web/server/offline.hpp"

namespace rogatory::server {
namespace {

constexpr std::size_t kMaxBundle = tlog::kTileWidth * tlog::kBundledEntryBytes;

Result<std::string> ask_running(const Config& config) {
    if (config.management_port == 0) return fail(ErrorCode::unavailable, "storage.locked");
    ROGATORY_TRY(const auto address, client::PeerAddress::parse("http://" + config.management_address + ":" +
                                                                std::to_string(config.management_port)));
    client::Peer peer{address, {}};
    client::HttpsRequest request;
    request.path = address.path("repair");
    ROGATORY_TRY(const auto reply, peer.send(request));
    if (reply.status != 200) return fail(ErrorCode::unavailable, "storage.locked");
    return std::string{as_text(reply.body)};
}

Result<Bytes> fetch(client::Peer& peer, const client::PeerAddress& address, std::string_view what, std::size_t most) {
    client::HttpsRequest request;
    request.path = address.path(what);
    request.largest_reply = most;
    ROGATORY_TRY(auto reply, peer.send(request));
    if (reply.status != 200) return fail(ErrorCode::integrity, "repair.mirror", std::to_string(reply.status));
    return std::move(reply.body);
}

Result<std::vector<tlog::Entry>> fetch_entries(client::Peer& peer, const client::PeerAddress& address,
                                               std::uint64_t from, std::uint64_t to) {
    std::vector<tlog::Entry> entries;
    for (const auto& bundle : tlog::new_bundles(from, to)) {
        ROGATORY_TRY(const auto bytes, fetch(peer, address, bundle.path(), kMaxBundle));
        const auto decoded = tlog::decode_bundle(bytes);
        if (!decoded || decoded->size() != bundle.width) return fail(ErrorCode::integrity, "repair.mirror");
        const auto first = bundle.index * tlog::kTileWidth;
        for (std::size_t i = from > first ? from - first : 0; i < decoded->size(); ++i)
            entries.push_back((*decoded)[i]);
    }
    return entries;
}

}  // namespace

std::string repair_text(const service::LogRepair::Status& status) {
    const auto line = [](const char* name, std::uint64_t value) {
        return std::string{name} + " " + std::to_string(value) + "\n";
    };
    // In the numbers of the log itself.
    const auto in_log = [&](const char* name, std::uint64_t place) { return line(name, tlog::entry_of(place)); };
    std::string text = in_log("size", status.size);
    text += status.damaged        ? "damaged: what is stored is not what was signed\n"
            : status.contradicted ? "contradicted: this log has signed another tree; put back the newer copy\n"
            : !status.behind      ? "whole\n"
            : status.target == 0  ? "behind: nobody has shown a larger checkpoint of this log yet\n"
                                  : "behind\n";
    if (status.restored) {
        text +=
            "restored: nothing is recorded until the co-signers confirm that nothing came after the backup, or, "
            "without co-signers, you do: rogatoryd log repair nothing-newer --size N\n";
    }
    if (status.target > 0) {
        text += in_log("target", status.target) + in_log("entries", status.entries) + line("missing", status.missing);
        for (const auto& range : status.ranges) {
            const auto first = tlog::entry_of(range.first);
            const auto last = tlog::entry_of(range.last);
            text += "missing " + std::to_string(first) + (last == first ? "" : " to " + std::to_string(last)) + "\n";
        }
    }
    if (status.lost > 0) text += line("lost", status.lost);
    return text;
}

Result<> repair_status(const std::filesystem::path& file) {
    ROGATORY_TRY(const auto config, read_config(file));
    OfflineServer server;
    std::string text;
    if (auto opened = server.open(config); opened) {
        text = repair_text(server.services->repair.status());
    } else if (opened.error().key() == "storage.locked") {
        ROGATORY_TRY(text, ask_running(config));
    } else {
        return opened;
    }
    std::fputs(text.c_str(), stdout);
    return {};
}

Result<> repair_nothing_newer(const std::filesystem::path& file, std::uint64_t size) {
    ROGATORY_TRY(const auto config, read_config(file));
    OfflineServer server;
    ROGATORY_TRY_VOID(server.open(config));
    ROGATORY_TRY_VOID(server.services->repair.nothing_newer(size));
    std::fputs(repair_text(server.services->repair.status()).c_str(), stdout);
    return {};
}

Result<> repair_from_mirror(const std::filesystem::path& file, const std::string& url) {
    ROGATORY_TRY(const auto config, read_config(file));
    ROGATORY_TRY(const auto address, client::PeerAddress::parse(url));
    OfflineServer server;
    ROGATORY_TRY_VOID(server.open(config));
    client::PeerOptions options;
    options.deadline_seconds = 60;
    client::Peer peer{address, std::move(options)};
    ROGATORY_TRY(const auto note, fetch(peer, address, "checkpoint", tlog::kMaxNoteBytes));
    const auto checkpoint = tlog::SignedCheckpoint::parse(as_text(note));
    if (!checkpoint) return fail(ErrorCode::integrity, "repair.mirror");
    // With this log's own signature it shows that the log is behind; otherwise it shows nothing.
    static_cast<void>(server.services->log.offer(note));
    const auto before = server.services->repair.status();
    if (before.target == 0) return fail(ErrorCode::unavailable, "repair.not_behind");
    const auto held = checkpoint->checkpoint.head.size;
    const auto target = tlog::entry_of(before.target);
    if (held < target) {
        return fail(Error{ErrorCode::unavailable, "repair.mirror_short"}
                        .with("size", std::to_string(held))
                        .with("target", std::to_string(target)));
    }
    if (before.entries < before.target) {
        ROGATORY_TRY(const auto entries, fetch_entries(peer, address, tlog::entry_of(before.entries), target));
        // Up to the very tree that was signed: it needs no proof beside itself.
        ROGATORY_TRY_VOID(server.services->repair.entries(before.entries, entries, {}));
    }
    std::fputs(repair_text(server.services->repair.status()).c_str(), stdout);
    return {};
}

}  // namespace rogatory::server
