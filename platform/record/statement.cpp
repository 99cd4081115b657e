#include "platform/record/statement.hpp"

#include <array>
#include <utility>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/try.hpp"
#include "platform/record/schema_casebook.hpp"
#include "platform/record/schema_notices.hpp"
#include "platform/record/schema_statement.hpp"

namespace rogatory::record {

namespace codec {

// Everything but the body, whose type depends on the kind.
struct Common {
    model::ChainId chain;
    std::uint64_t seq = 0;
    std::optional<model::StatementId> prev;
    Author author;
    UnixSeconds at = 0;
    model::Nonce nonce;
    Seen seen;
};

template <>
struct Schema<Common> {
    static constexpr auto fields() {
        return std::tuple{field("chain", &Common::chain),   field("seq", &Common::seq), field("prev", &Common::prev),
                          field("author", &Common::author), field("at", &Common::at),   field("nonce", &Common::nonce),
                          field("seen", &Common::seen)};
    }
    static bool valid(const Common& common) { return common.prev.has_value() == (common.seq != 0); }
};

}  // namespace codec

namespace {

using encoding::Json;
using BodyReader = std::optional<Body> (*)(const Json&);

template <std::size_t... I>
constexpr std::array<BodyReader, sizeof...(I)> body_readers(std::index_sequence<I...>) {
    return {+[](const Json& json) -> std::optional<Body> {
        auto body = codec::read_object<std::variant_alternative_t<I, Body>>(json);
        if (!body) return std::nullopt;
        return Body{std::in_place_index<I>, *std::move(body)};
    }...};
}
constexpr auto kBodyReaders = body_readers(std::make_index_sequence<std::variant_size_v<Body>>{});
static_assert(kBodyReaders.size() == static_cast<std::size_t>(Kind::note) + 1, "a body for every kind, in order");

tl::unexpected<Error> malformed(std::string where) {
    return fail(ErrorCode::invalid_input, "statement.malformed", std::move(where));
}

Result<Statement> parse_payload(Kind kind, std::string_view payload) {
    // Canonical or not at all: the parser accepts one spelling only, so what is verified is what is understood.
    auto json = encoding::parse_canonical_json(payload, kMaxPayloadBytes);
    if (!json) return malformed("payload: " + json.error().log_detail());
    const auto* object = json->object();
    if (object == nullptr) return malformed("payload");
    auto fields = *object;
    const auto body_field = fields.find("body");
    if (body_field == fields.end()) return malformed("body");
    const auto body_json = std::move(body_field->second);
    fields.erase(body_field);
    const auto common = codec::read_object<codec::Common>(Json{std::move(fields)});
    if (!common) return malformed("common fields");
    auto body = kBodyReaders[static_cast<std::size_t>(kind)](body_json);
    if (!body) return malformed("body of " + std::string{to_text(kind)});
    return Statement{common->chain, common->seq,   common->prev, common->author,
                     common->at,    common->nonce, common->seen, *std::move(body)};
}

}  // namespace

model::Digest key_digest(const model::VerifyKey& key) { return key.digest(); }

std::string_view to_text(DossierKind kind) noexcept {
    return codec::Names<DossierKind>::list[static_cast<std::size_t>(kind)];
}

std::string Statement::encode() const {
    const auto common = codec::write_object(codec::Common{chain, seq, prev, author, at, nonce, seen});
    auto object = *common.object();
    object.emplace("body", std::visit([](const auto& value) { return codec::write_object(value); }, body));
    return encoding::encode_canonical_json(Json{std::move(object)});
}

SignedStatement::SignedStatement(Envelope envelope, Statement statement)
    : envelope_{std::move(envelope)}, statement_{std::move(statement)}, id_{envelope_.id()} {}

Result<SignedStatement> SignedStatement::parse(std::string_view envelope_json) {
    ROGATORY_TRY(auto envelope, Envelope::parse(envelope_json));
    const auto kind = kind_of(envelope.payload_type);
    if (!kind) return fail(ErrorCode::unsupported, "statement.unsupported");
    ROGATORY_TRY(auto statement, parse_payload(*kind, envelope.payload));
    return SignedStatement{std::move(envelope), std::move(statement)};
}

Result<SignedStatement> sign(const Statement& statement, const crypto::SigningKey& key) {
    Envelope envelope{payload_type(statement.kind()), statement.encode(), {}};
    if (envelope.payload.size() > kMaxPayloadBytes) return fail(ErrorCode::too_large, "statement.too_large");
    // What a reader would refuse is a bug or a too long text of ours: found here, before it is signed.
    ROGATORY_TRY(auto read_back, parse_payload(statement.kind(), envelope.payload));
    envelope.signature = key.sign(as_bytes(envelope.pre_authentication_encoding()));
    return SignedStatement{std::move(envelope), std::move(read_back)};
}

}  // namespace rogatory::record
