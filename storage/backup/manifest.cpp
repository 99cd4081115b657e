#include "storage/backup/manifest.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <tuple>

#include "crypto/encoding/hex.hpp"
#include "platform/base/try.hpp"

namespace rogatory::storage {
namespace {

constexpr std::string_view kFirstLine = "rogatory backup 1";
constexpr std::string_view kNone = "-";

tl::unexpected<Error> damaged() { return fail(ErrorCode::integrity, "backup.manifest_damaged"); }

std::optional<std::uint64_t> number(std::string_view text) {
    if (text.empty() || text.size() > 18 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = 10 * value + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

std::optional<crypto::Digest> digest(std::string_view text) {
    const auto bytes = encoding::hex_decode_array<32>(text);
    return bytes ? std::optional{crypto::Digest{*bytes}} : std::nullopt;
}

// "example.org/log/<number>+<key>".
std::uint64_t log_number(std::string_view verifier_key) {
    verifier_key = verifier_key.substr(0, verifier_key.find('+'));
    const auto slash = verifier_key.rfind('/');
    return slash == std::string_view::npos ? 0 : number(verifier_key.substr(slash + 1)).value_or(0);
}

// Words with exactly one space between them.
std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> found;
    while (true) {
        const auto space = line.find(' ');
        found.push_back(line.substr(0, space));
        if (space == std::string_view::npos) return found;
        line.remove_prefix(space + 1);
    }
}

bool plain_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '-';
           });
}

// Takes the lines of a manifest in their one order.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_{text} {}

    // The words behind `name`; empty when that is not the next line.
    std::vector<std::string_view> after(std::string_view name, std::size_t count) {
        const auto line = peek();
        if (!line) return {};
        auto found = words(*line);
        if (found.size() != count + 1 || found.front() != name) return {};
        rest_.remove_prefix(line->size() + 1);
        found.erase(found.begin());
        return found;
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }

private:
    [[nodiscard]] std::optional<std::string_view> peek() const {
        const auto end = rest_.find('\n');
        return end == std::string_view::npos ? std::nullopt : std::optional{rest_.substr(0, end)};
    }
    std::string_view rest_;
};

}  // namespace

const BackupPart* Manifest::part(std::string_view wanted) const {
    const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& one) { return one.name == wanted; });
    return found == parts.end() ? nullptr : &*found;
}

bool Manifest::before(const Manifest& other) const {
    const auto place = [](const Manifest& one) {
        return std::tuple{log_number(one.log), one.tree.size, one.taken_at, std::string_view{one.name}};
    };
    return place(*this) < place(other);
}

std::string Manifest::text() const {
    std::string out = std::string{kFirstLine} + "\n";
    const auto line = [&out](std::string_view key, const std::string& value) {
        out += std::string{key} + " " + value + "\n";
    };
    line("name", name);
    line("signer", signer);
    line("log", log);
    line("tree", std::to_string(tree.size) + " " + encoding::hex_encode(tree.root.value()));
    line("taken", std::to_string(taken_at));
    line("previous", previous.empty() ? std::string{kNone} : previous);
    line("recipients", recipients);
    line("blobs", std::to_string(blobs) + " " + std::to_string(blob_bytes));
    for (const auto& one : parts) {
        line("part", one.name + " " + std::to_string(one.bytes) + " " + encoding::hex_encode(one.sha256.value()));
    }
    return out;
}

Result<Manifest> Manifest::parse(std::string_view text) {
    const auto first = std::string{kFirstLine} + "\n";
    if (text.starts_with("rogatory backup ") && !text.starts_with(first)) {
        return fail(ErrorCode::unsupported, "backup.format");
    }
    if (!text.starts_with(first)) return damaged();
    Lines lines{text.substr(first.size())};
    Manifest made;
    const auto one = [&lines](std::string_view key) {
        const auto found = lines.after(key, 1);
        return found.empty() ? std::string{} : std::string{found.front()};
    };
    made.name = one("name");
    made.signer = one("signer");
    made.log = one("log");
    const auto tree = lines.after("tree", 2);
    const auto taken = number(one("taken"));
    made.previous = one("previous");
    made.recipients = one("recipients");
    const auto blobs = lines.after("blobs", 2);
    if (!is_backup_name(made.name) || made.signer.empty() || made.log.empty() || tree.empty() || !taken ||
        blobs.empty())
        return damaged();
    if (made.previous != kNone && !is_backup_name(made.previous)) return damaged();
    if (made.previous == kNone) made.previous.clear();
    const auto size = number(tree[0]);
    const auto root = digest(tree[1]);
    const auto count = number(blobs[0]);
    const auto bytes = number(blobs[1]);
    if (!size || !root || !count || !bytes || !encoding::hex_decode_array<8>(made.recipients)) return damaged();
    made.tree = {*size, *root};
    made.taken_at = static_cast<UnixSeconds>(*taken);
    made.blobs = *count;
    made.blob_bytes = *bytes;
    while (!lines.done()) {
        const auto part = lines.after("part", 3);
        if (part.empty() || !plain_name(part[0]) || made.part(part[0]) != nullptr) return damaged();
        const auto length = number(part[1]);
        const auto sha256 = digest(part[2]);
        if (!length || !sha256) return damaged();
        made.parts.push_back({std::string{part[0]}, *length, *sha256});
    }
    for (const auto needed : {kDatabasePart, kKeysPart, kLogKeyPart, kCheckpointPart, kBlobListPart}) {
        if (made.part(needed) == nullptr) return damaged();
    }
    return made;
}

std::string BackupBlob::path() const {
    const auto name = encoding::hex_encode(id.value());
    return "blobs/" + name.substr(0, 2) + "/" + name + "-" + encoding::hex_encode(sha256.value()).substr(0, 16) +
           ".age";
}

std::string format_blob_list(const std::vector<BackupBlob>& blobs) {
    std::string out;
    for (const auto& blob : blobs) {
        out += encoding::hex_encode(blob.id.value()) + " " + std::to_string(blob.bytes) + " " +
               encoding::hex_encode(blob.sha256.value()) + " " + std::to_string(blob.content_bytes) + " " +
               encoding::hex_encode(blob.content_sha256.value()) + "\n";
    }
    return out;
}

Result<std::vector<BackupBlob>> parse_blob_list(std::string_view text) {
    const auto refuse = [] { return fail(ErrorCode::integrity, "backup.list_damaged"); };
    std::vector<BackupBlob> blobs;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return refuse();
        const auto line = words(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (line.size() != 5) return refuse();
        const auto id = encoding::hex_decode_array<16>(line[0]);
        const auto bytes = number(line[1]);
        const auto sha256 = digest(line[2]);
        const auto content = number(line[3]);
        const auto content_sha256 = digest(line[4]);
        if (!id || !bytes || !sha256 || !content || !content_sha256) return refuse();
        blobs.push_back({ports::UploadId{*id}, *bytes, *sha256, *content, *content_sha256});
        if (blobs.size() > 1 && !(blobs[blobs.size() - 2].id < blobs.back().id)) return refuse();
    }
    return blobs;
}

std::string format_absent_list(const std::vector<ports::UploadId>& ids) {
    std::string out;
    for (const auto& id : ids) out += encoding::hex_encode(id.value()) + "\n";
    return out;
}

Result<std::vector<ports::UploadId>> parse_absent_list(std::string_view text) {
    const auto refuse = [] { return fail(ErrorCode::integrity, "backup.list_damaged"); };
    std::vector<ports::UploadId> ids;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return refuse();
        const auto id = encoding::hex_decode_array<16>(text.substr(0, end));
        text.remove_prefix(end + 1);
        if (!id || (!ids.empty() && !(ids.back() < ports::UploadId{*id}))) return refuse();
        ids.emplace_back(*id);
    }
    return ids;
}

std::string backup_name(UnixSeconds at) {
    const auto time = static_cast<std::time_t>(at);
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
    return {text.data(), size};
}

bool is_backup_name(std::string_view name) {
    constexpr std::string_view kShape = "00000000T000000Z";
    if (name.size() < kShape.size() || name.size() > kShape.size() + 4) return false;
    for (std::size_t i = 0; i < kShape.size(); ++i) {
        const bool fits = kShape[i] == '0' ? name[i] >= '0' && name[i] <= '9' : name[i] == kShape[i];
        if (!fits) return false;
    }
    name.remove_prefix(kShape.size());
    return name.empty() || (name.front() == '-' && number(name.substr(1)).has_value());
}

}  // namespace rogatory::storage
