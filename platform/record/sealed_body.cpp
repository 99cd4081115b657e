#include "platform/record/sealed_body.hpp"

#include <algorithm>
#include <utility>

#include "crypto/encoding/padme.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "platform/record/schema_statement.hpp"

namespace rogatory::record {

namespace codec {

struct SaltTag;
using Salt = Strong<SaltTag, ByteArray<32>>;

struct FileLine {
    model::AttachmentId id;
    std::string name;
    std::string type;
    std::uint64_t size = 0;
    model::Digest sha256;
    Salt salt;
};
template <>
struct Schema<FileLine> {
    using B = FileLine;
    static constexpr auto fields() {
        return std::tuple{field("id", &B::id),     field("name", &B::name, 1, 255), field("type", &B::type, 0, 127),
                          field("size", &B::size), field("sha256", &B::sha256),     field("salt", &B::salt)};
    }
    static bool valid(const B& file) {
        return is_file_name(file.name) &&
               std::all_of(file.type.begin(), file.type.end(), [](char c) { return c > ' ' && c < '\x7F'; });
    }
};

// The part of a file's line that its `commit` covers.
struct Committed {
    std::string name;
    model::Digest sha256;
    std::uint64_t size = 0;
    std::string type;
};
template <>
struct Schema<Committed> {
    using B = Committed;
    static constexpr auto fields() {
        return std::tuple{field("name", &B::name, 1, 255), field("sha256", &B::sha256), field("size", &B::size),
                          field("type", &B::type, 0, 127)};
    }
};

struct CaveatsText {
    std::vector<std::string> articles;
    std::vector<std::string> handling;
    std::optional<std::string> evaluation;
    std::optional<std::string> words;
};
template <>
struct Schema<CaveatsText> {
    using B = CaveatsText;
    static constexpr auto fields() {
        return std::tuple{field("articles", &B::articles, 0, 32), field("handling", &B::handling, 0, 4),
                          field("evaluation", &B::evaluation, 2, 2), field("words", &B::words, 1, 16 * 1024)};
    }
    static bool valid(const B& body) {
        const auto itself = [](const std::string& text) -> const std::string& { return text; };
        return strictly_rising(body.articles, itself) && strictly_rising(body.handling, itself) &&
               std::all_of(body.articles.begin(), body.articles.end(), model::is_caveat_article) &&
               std::all_of(body.handling.begin(), body.handling.end(), model::is_handling_code) &&
               (!body.evaluation || model::is_evaluation(*body.evaluation));
    }
};

struct BodyText {
    std::uint64_t v = 0;
    model::ChainId chain;
    Author author;
    model::Nonce nonce;
    std::vector<FileLine> files;
    std::optional<std::string> title;
    std::optional<std::string> message;
    std::optional<std::string> legal_basis;
    std::optional<std::string> purpose;
    std::optional<std::string> reason;
    std::optional<CaveatsText> caveats;
};
template <>
struct Schema<BodyText> {
    using B = BodyText;
    static constexpr auto fields() {
        return std::tuple{field("v", &B::v),
                          field("chain", &B::chain),
                          field("author", &B::author),
                          field("nonce", &B::nonce),
                          field("files", &B::files, 0, 1000),
                          field("title", &B::title, 1, 1024),
                          field("message", &B::message, 1, SealedBody::kMaxMessageBytes),
                          field("legal_basis", &B::legal_basis, 1, 4096),
                          field("purpose", &B::purpose, 1, 4096),
                          field("reason", &B::reason, 1, 4096),
                          field("caveats", &B::caveats)};
    }
    static bool valid(const B& body) { return body.v == 1; }
};

}  // namespace codec

namespace {

codec::BodyText to_text_form(const SealedBody& body) {
    codec::BodyText out{1,           body.chain,   body.author,      body.nonce,   {},
                        body.title,  body.message, body.legal_basis, body.purpose, body.reason,
                        std::nullopt};
    for (const auto& file : body.files) {
        out.files.push_back({file.id, file.name, file.type, file.size, file.sha256, codec::Salt{file.salt}});
    }
    if (body.caveats) {
        const auto& caveats = *body.caveats;
        out.caveats = codec::CaveatsText{{caveats.articles.begin(), caveats.articles.end()},
                                         {caveats.handling.begin(), caveats.handling.end()},
                                         caveats.evaluation,
                                         caveats.words.empty() ? std::nullopt : std::optional{caveats.words}};
    }
    return out;
}

SealedBody from_text_form(codec::BodyText&& text) {
    SealedBody out{text.chain,
                   text.author,
                   text.nonce,
                   {},
                   std::move(text.title),
                   std::move(text.message),
                   std::move(text.legal_basis),
                   std::move(text.purpose),
                   std::move(text.reason),
                   std::nullopt};
    for (auto& file : text.files) {
        out.files.push_back(
            {file.id, std::move(file.name), std::move(file.type), file.size, file.sha256, file.salt.value()});
    }
    if (text.caveats) {
        out.caveats = model::Caveats{{text.caveats->articles.begin(), text.caveats->articles.end()},
                                     {text.caveats->handling.begin(), text.caveats->handling.end()},
                                     text.caveats->evaluation,
                                     text.caveats->words.value_or("")};
    }
    return out;
}

std::size_t padded_length(std::size_t length) {
    return std::max<std::size_t>(SealedBody::kMinBytes, encoding::padme_length(length));
}

}  // namespace

model::Digest SealedBody::File::commit() const {
    const auto text = encoding::encode_canonical_json(codec::write_object(codec::Committed{name, sha256, size, type}));
    return crypto::sha256({salt, as_bytes(text)});
}

Result<Bytes> SealedBody::encode() const {
    const auto json = codec::write_object(to_text_form(*this));
    if (!codec::read_object<codec::BodyText>(json)) return fail(ErrorCode::invalid_input, "body.malformed");
    auto out = to_bytes(encoding::encode_canonical_json(json));
    const auto padded = padded_length(out.size());
    if (padded > kMaxBytes) return fail(ErrorCode::too_large, "body.too_large");
    out.resize(padded, ' ');
    return out;
}

Result<SealedBody> SealedBody::parse(ByteView plaintext) {
    const auto malformed = [] { return fail(ErrorCode::integrity, "body.malformed"); };
    const auto text = as_text(plaintext);
    const auto last = text.find_last_not_of(' ');
    const auto length = last == std::string_view::npos ? 0 : last + 1;
    // The padding is exactly what a writer adds: no other length can carry a hidden word.
    if (text.size() > kMaxBytes || text.size() != padded_length(length)) return malformed();
    const auto json = encoding::parse_canonical_json(text.substr(0, length), kMaxBytes);
    if (!json) return malformed();
    auto body = codec::read_object<codec::BodyText>(*json);
    if (!body) return malformed();
    return from_text_form(*std::move(body));
}

Result<> SealedBody::check(const Statement& statement) const {
    const auto* entry = std::get_if<Entry>(&statement.body);
    const std::vector<AttachmentLine> none;
    const auto& lines = entry == nullptr ? none : entry->attachments;
    bool equal = chain == statement.chain && author == statement.author && nonce == statement.nonce &&
                 files.size() == lines.size();
    for (std::size_t i = 0; equal && i < files.size(); ++i) {
        equal = files[i].id == lines[i].id && files[i].commit() == lines[i].commit;
    }
    if (!equal) return fail(ErrorCode::integrity, "body.mismatch");
    return {};
}

bool is_file_name(std::string_view name) noexcept {
    const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<std::uint8_t>(c) < 0x20 || c == '\x7F' || c == '/' || c == '\\';
    });
    return plain && !name.empty() && name.size() <= 255 && name != "." && name != ".." && encoding::is_utf8(name);
}

}  // namespace rogatory::record
