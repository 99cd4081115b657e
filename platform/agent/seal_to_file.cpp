#include "platform/agent/seal_to_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <set>

#include "crypto/age/descriptor.hpp"
#include "crypto/age/keys.hpp"
#include "crypto/age/parallel.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/agent/descriptor.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/seal.hpp"
#include "platform/agent/tar_stream.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".tar.age";

struct Document {
    std::string name;
    fs::path path;
    std::uint64_t size = 0;
    std::string sha256;
};

tl::unexpected<Error> about(std::string key, const std::string& file) {
    return fail(Error{ErrorCode::invalid_input, std::move(key)}.with("file", file));
}

// Names that two systems take for one are told apart: an archive that is opened overwrites without a word.
Result<std::vector<Document>> documents_of(const std::vector<SourceFile>& sources) {
    ROGATORY_TRY(const auto files, outgoing_files(sources));
    std::vector<Document> documents;
    std::set<std::string> taken;
    for (const auto& file : files) {
        if (file.source.descriptor >= 0) return fail(ErrorCode::invalid_input, "seal_to_file.pipe");
        struct stat facts {};
        if (::stat(file.source.path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
            return about("file.unreadable", file.source.path.string());
        const auto name = harmless(file.file.name);
        int number = 1;
        while (!taken.insert(numbered(name, number)).second) ++number;
        documents.push_back({numbered(name, number), file.source.path, static_cast<std::uint64_t>(facts.st_size), {}});
    }
    return documents;
}

// The archive as it comes: text, then each document in pieces, then the sheet, which needs the digests of all.
class Archive final : public age::Source {
public:
    Archive(std::string folder, std::string message, std::vector<Document>& documents,
            std::function<std::string()> sheet)
        : folder_{std::move(folder)}, documents_{documents}, sheet_{std::move(sheet)} {
        ahead_ = tar_member(folder_ + "/message.txt", message);
    }

    Result<std::size_t> read(MutableByteView into) override {
        std::size_t done = 0;
        while (done < into.size()) {
            const auto room = into.subspan(done);
            if (at_ < ahead_.size()) {
                const auto count = std::min(room.size(), ahead_.size() - at_);
                std::copy_n(ahead_.begin() + static_cast<std::ptrdiff_t>(at_), count, room.begin());
                at_ += count;
                done += count;
            } else if (file_ && left_ > 0) {
                ROGATORY_TRY(const auto count, read_document(room));
                done += count;
            } else {
                ROGATORY_TRY(const bool more, next());
                if (!more) break;
            }
        }
        return done;
    }

private:
    void say(Bytes bytes) {
        ahead_ = std::move(bytes);
        at_ = 0;
    }

    Result<std::size_t> read_document(MutableByteView room) {
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), left_));
        const auto count = ::read(file_->get(), room.data(), most);
        if (count < 0) {
            if (errno == EINTR) return std::size_t{0};
            return about("file.unreadable", documents_[current_].path.string());
        }
        if (count == 0) return about("file.changed", documents_[current_].name);
        const auto got = static_cast<std::size_t>(count);
        hash_.update(ByteView{room}.first(got));
        left_ -= got;
        return got;
    }

    // What stands after what was given so far; false: nothing.
    Result<bool> next() {
        if (file_) {
            auto& document = documents_[current_];
            std::uint8_t beyond = 0;
            if (::read(file_->get(), &beyond, 1) != 0) return about("file.changed", document.name);
            document.sha256 = model::to_hex(hash_.finish());
            file_.reset();
            hash_ = {};
            say(tar_padding(document.size));
            ++current_;
            return true;
        }
        if (current_ < documents_.size()) {
            const auto& document = documents_[current_];
            file_.emplace(::open(document.path.c_str(), O_RDONLY | O_CLOEXEC));
            if (!file_->valid()) return about("file.unreadable", document.path.string());
            left_ = document.size;
            say(tar_header(folder_ + "/documents/" + document.name, document.size));
            return true;
        }
        if (ended_) return false;
        ended_ = true;
        auto last = tar_member(folder_ + "/restrictions.txt", sheet_());
        append(last, tar_end());
        say(std::move(last));
        return true;
    }

    std::string folder_;
    std::vector<Document>& documents_;
    std::function<std::string()> sheet_;
    Bytes ahead_;
    std::size_t at_ = 0;
    std::size_t current_ = 0;
    std::optional<Descriptor> file_;
    std::uint64_t left_ = 0;
    crypto::Sha256 hash_;
    bool ended_ = false;
};

Result<age::FileStart> start_for(const PaperKey& key) {
    ROGATORY_TRY(auto recipient, age::parse_recipient(key.text));
    const std::vector recipients{std::move(recipient)};
    return age::start_file(recipients, crypto::system_random());
}

// A file that is under its name only when it is whole.
class NewFile {
public:
    explicit NewFile(const fs::path& path)
        : path_{path},
          temporary_{path.parent_path() / ("." + encoding::hex_encode(crypto::system_random().bytes<8>()) + ".part")},
          file_{::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)} {}
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (!kept_ && file_.valid()) ::unlink(temporary_.c_str());
    }

    [[nodiscard]] int descriptor() const noexcept { return file_.get(); }
    [[nodiscard]] tl::unexpected<Error> cannot_write() const {
        const bool full = errno == ENOSPC || errno == EDQUOT;
        return fail(Error{full ? ErrorCode::storage_full : ErrorCode::invalid_input,
                          full ? "output.full" : "output.not_writable"}
                        .with("file", path_.string()));
    }
    Result<> write(std::string_view text) {
        const auto sink = age::sink_of_descriptor(file_.get());
        return sink->positioned() ? sink->write_at(0, as_bytes(text)) : sink->write(as_bytes(text));
    }
    Result<> keep() {
        if (::fsync(file_.get()) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_write();
        kept_ = true;
        return {};
    }

private:
    fs::path path_;
    fs::path temporary_;
    Descriptor file_;
    bool kept_ = false;
};

Result<age::Totals> seal_archive(Environment& environment, const PaperKey& key, Archive& archive, int file,
                                 const std::string& name, std::uint64_t total) {
    ROGATORY_TRY(auto start, start_for(key));
    const auto sink = age::sink_of_descriptor(file);
    std::atomic<bool> cancelled{false};
    age::ParallelOptions options;
    options.cancelled = &cancelled;
    options.progress = [&](std::uint64_t done) {
        if (environment.observer.cancelled()) cancelled = true;
        environment.observer.on_transfer({"seal", name, std::min(done, total), total});
    };
    return age::seal_stream(std::move(start), archive, *sink, options);
}

}  // namespace

Result<PaperKey> read_paper_key(std::string_view typed) {
    std::string text;
    for (const char c : typed) {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\v' && c != '\f') text += c;
    }
    if (std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; })) {
        for (auto& c : text) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
    }
    if (text.starts_with("age-secret-key-")) return fail(ErrorCode::invalid_input, "paper_key.secret");
    if (text.starts_with("age1pq1")) {
        ROGATORY_TRY(const auto hybrid, age::HybridRecipient::parse(text));
        return PaperKey{"hybrid", hybrid.text()};
    }
    ROGATORY_TRY(const auto older, age::X25519Recipient::parse(text));
    return PaperKey{"x25519", older.text()};
}

Result<SealedToFile> seal_to_file(Agent& agent, const SealToFileOrder& order) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(state.require_role(model::Role::officer));
    ROGATORY_TRY(const auto key, read_paper_key(order.key));
    ROGATORY_TRY(const auto name, normalised(order.out.filename().string()));
    if (!record::is_file_name(name)) return about("file.name", name);
    if (!name.ends_with(kSuffix) || name.size() == kSuffix.size() || name.front() == '.')
        return about("seal_to_file.name", name);
    ROGATORY_TRY(const auto title, normalised(order.title));
    ROGATORY_TRY(const auto message, normalised(order.message));
    if (order.files.empty() && message.empty()) return fail(ErrorCode::invalid_input, "send.nothing");
    ROGATORY_TRY(const auto halves, policy_of(order.policy));
    ROGATORY_TRY(auto documents, documents_of(order.files));
    const fs::path sheet_path = order.out.string() + std::string{kSheetSuffix};
    std::error_code ignored;
    for (const auto& path : {order.out, sheet_path}) {
        if (!order.overwrite && fs::exists(fs::symlink_status(path, ignored)))
            return fail(Error{ErrorCode::conflict, "seal_to_file.exists"}.with("file", path.string()));
    }

    SealedFileFacts facts{
        {}, text_of(label_of(state, state.authority())), state.now(), view_of(halves.clear, &halves.sealed)};
    std::uint64_t total = 0;
    for (const auto& document : documents) total += document.size;
    Archive archive{name.substr(0, name.size() - kSuffix.size()),
                    title + (title.empty() || message.empty() ? "" : "\n\n") + message + "\n", documents, [&] {
                        auto inside = facts;
                        for (const auto& document : documents)
                            inside.files.emplace_back(document.name, document.sha256);
                        return sealed_file_sheet(inside);
                    }};
    NewFile file{order.out};
    if (file.descriptor() < 0) return file.cannot_write();
    ROGATORY_TRY(const auto totals, seal_archive(state.environment, key, archive, file.descriptor(), name, total));
    facts.files = {{name, model::to_hex(*totals.file_sha256)}};
    NewFile sheet{sheet_path};
    if (sheet.descriptor() < 0) return sheet.cannot_write();
    ROGATORY_TRY_VOID(sheet.write(sealed_file_sheet(facts)));
    // The sheet first: nothing lies there without it.
    ROGATORY_TRY_VOID(sheet.keep());
    ROGATORY_TRY_VOID(file.keep());
    return SealedToFile{order.out, totals.file_bytes, totals.file_sha256->value(), key.kind, sheet_path};
}

}  // namespace rogatory::agent
