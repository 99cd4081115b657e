#include "platform/record/sealed_body.hpp"

#include <algorithm>
#include <utility>

#include "crypto/encoding/padme.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "platform/record/schema_casebook.hpp"
#include "platform/record/schema_content.hpp"
#include "platform/record/schema_report.hpp"
#include "platform/record/schema_sealed.hpp"
#include "platform/record/schema_statement.hpp"

namespace rogatory::record {

namespace codec {

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

template <>
struct Schema<SealedBody::RowAnswered> {
    using B = SealedBody::RowAnswered;
    static constexpr auto fields() { return std::tuple{field("answer", &B::answer), field("row", &B::row)}; }
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
    std::optional<DraftText> draft;
    std::optional<SealedBody::SealedRouting> routing;
    std::optional<ContentText> request;
    std::vector<model::ObstacleWords> obstacles;
    std::optional<std::string> decision;
    std::optional<NoteText> note;
    std::optional<model::LibraryVersion> library;
    std::optional<model::ReportRow> report_row;
    std::optional<SealedBody::RowAnswered> row_answer;
    std::optional<std::string> language;
    std::optional<model::LanguageVersion> language_version;
    std::optional<model::Enquiry> enquiry;
    std::optional<model::EnquiryAnswer> enquiry_answer;
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
                          field("caveats", &B::caveats),
                          field("draft", &B::draft),
                          field("routing", &B::routing),
                          field("request", &B::request),
                          field("obstacles", &B::obstacles, 0, 17),
                          field("decision", &B::decision, 1, 200),
                          field("note", &B::note),
                          field("library", &B::library),
                          field("report_row", &B::report_row),
                          field("row_answer", &B::row_answer),
                          field("language", &B::language, 2, 3),
                          field("language_version", &B::language_version),
                          field("enquiry", &B::enquiry),
                          field("enquiry_answer", &B::enquiry_answer)};
    }
    // One that is asked for has no text yet; one that is there has some. Neither is anything else.
    static bool version_stands(const B& body) {
        if (body.language && !model::is_language(*body.language)) return false;
        if (!body.language_version) return true;
        const bool text = !body.files.empty() || body.message || body.request;
        const bool asked = body.language_version->state == model::VersionState::asked;
        return (asked ? !text && !body.title : text) && !body.draft && !body.routing && !body.library &&
               !body.report_row && !body.row_answer && !body.language && body.obstacles.empty() && !body.decision &&
               !body.enquiry && !body.enquiry_answer;
    }
    // A question about persons, entities, accounts and assets, and nothing that would be a request.
    static bool enquiry_stands(const B& body) {
        if (!body.enquiry && !body.enquiry_answer) return true;
        if (body.enquiry && body.enquiry_answer) return false;
        if (body.draft || body.routing || body.library || !body.obstacles.empty() || body.decision) return false;
        if (body.report_row || body.row_answer) return false;
        if (!body.enquiry || !body.request) return true;
        ContentText rows{};
        rows.v = body.request->v;
        rows.persons = body.request->persons;
        rows.entities = body.request->entities;
        rows.accounts = body.request->accounts;
        rows.assets = body.request->assets;
        return write_object(rows) == write_object(*body.request);
    }
    static bool valid(const B& body) {
        // A note stands alone.
        const bool other = !body.files.empty() || body.title || body.message || body.legal_basis || body.purpose ||
                           body.reason || body.caveats || body.draft || body.routing || body.request ||
                           !body.obstacles.empty() || body.decision || body.library || body.report_row ||
                           body.row_answer || body.language || body.language_version || body.enquiry ||
                           body.enquiry_answer;
        // Each document of a work says its language.
        const bool languages = !body.library || body.library->languages.size() == body.files.size();
        return body.v == 1 && !(body.note && other) && languages && !(body.report_row && body.row_answer) &&
               version_stands(body) && enquiry_stands(body) &&
               strictly_rising(body.obstacles, [](const model::ObstacleWords& words) { return words.code; });
    }
};

}  // namespace codec

namespace {

codec::BodyText to_text_form(const SealedBody& body) {
    codec::BodyText out{1,
                        body.chain,
                        body.author,
                        body.nonce,
                        {},
                        body.title,
                        body.message,
                        body.legal_basis,
                        body.purpose,
                        body.reason,
                        std::nullopt,
                        std::nullopt,
                        body.routing,
                        std::nullopt,
                        body.obstacles,
                        body.decision,
                        std::nullopt,
                        body.library,
                        body.report_row,
                        body.row_answer,
                        body.language,
                        body.language_version,
                        body.enquiry,
                        body.enquiry_answer};
    for (const auto& file : body.files) out.files.push_back(codec::text_of(file));
    if (body.caveats) out.caveats = codec::text_of(*body.caveats);
    if (body.draft) out.draft = codec::text_of(*body.draft);
    if (body.request) out.request = codec::text_of(*body.request);
    if (body.note) out.note = codec::text_of(*body.note);
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
                   std::nullopt,
                   std::nullopt,
                   std::move(text.routing),
                   std::nullopt,
                   std::move(text.obstacles),
                   std::move(text.decision),
                   std::nullopt,
                   std::move(text.library),
                   std::move(text.report_row),
                   text.row_answer,
                   std::move(text.language),
                   std::move(text.language_version),
                   std::move(text.enquiry),
                   text.enquiry_answer};
    for (auto& file : text.files) out.files.push_back(codec::value_of(std::move(file)));
    if (text.caveats) out.caveats = codec::value_of(*std::move(text.caveats));
    if (text.draft) out.draft = codec::value_of(*std::move(text.draft));
    if (text.request) out.request = codec::value_of(*std::move(text.request));
    if (text.note) out.note = codec::value_of(*std::move(text.note));
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
                 files.size() == lines.size() && note.has_value() == std::holds_alternative<Note>(statement.body);
    for (std::size_t i = 0; equal && i < files.size(); ++i) {
        equal = files[i].id == lines[i].id && files[i].commit() == lines[i].commit;
    }
    // What is withheld from the server is told to the readers, and it is what was committed to.
    const auto* committed =
        entry != nullptr && entry->routing && entry->routing->commit ? &*entry->routing->commit : nullptr;
    equal = equal && routing.has_value() == (committed != nullptr) &&
            (committed == nullptr || routing_commit(routing->routing, routing->salt) == *committed);
    if (!equal) return fail(ErrorCode::integrity, "body.mismatch");
    return {};
}

namespace {

// Whether a character begins at `at` that is not seen and changes how the others read: C1 controls (U+0080 to U+009F),
// the controls of writing direction (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), line and paragraph
// separators (U+2028, U+2029), the byte order mark (U+FEFF). With U+202E "rapport<>fdp.exe" reads "rapportexe.pdf".
bool misleads(std::string_view name, std::size_t at) noexcept {
    const auto byte = [&](std::size_t offset) {
        return at + offset < name.size() ? static_cast<std::uint8_t>(name[at + offset]) : std::uint8_t{0};
    };
    const auto second = byte(1);
    const auto third = byte(2);
    switch (byte(0)) {
        case 0xC2:
            return second >= 0x80 && second <= 0x9F;
        case 0xD8:
            return second == 0x9C;
        case 0xE2:
            return (second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xA8 && third <= 0xAE))) ||
                   (second == 0x81 && third >= 0xA6 && third <= 0xA9);
        case 0xEF:
            return second == 0xBB && third == 0xBF;
        default:
            return false;
    }
}

}  // namespace

bool is_file_name(std::string_view name) noexcept {
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (misleads(name, at)) return false;
    }
    const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
        return static_cast<std::uint8_t>(c) < 0x20 || c == '\x7F' || c == '/' || c == '\\';
    });
    return plain && !name.empty() && name.size() <= 255 && name != "." && name != ".." && encoding::is_utf8(name);
}

}  // namespace rogatory::record
