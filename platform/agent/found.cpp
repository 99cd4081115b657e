#include "platform/agent/found.hpp"

#include "platform/agent/keyring.hpp"
#include "platform/agent/monitor.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/fingerprint.hpp"

namespace rogatory::agent {

namespace {

constexpr std::size_t kMaxNoteVerbale = 200;

// The register that a State founding anew follows: the one of this code with the digits that were given, which its
// first statement must have.
Result<std::optional<record::Founded::Succeeds>> predecessor(Environment& environment, const EnrolmentOrder& order,
                                                             const model::PartyCode& code) {
    if (order.succeeds.empty()) {
        if (!order.note_verbale.empty()) return fail(ErrorCode::invalid_input, "founding.note_without_succeeds");
        return std::nullopt;
    }
    ROGATORY_TRY(const auto note, normalised(order.note_verbale));
    if (note.empty() || note.size() > kMaxNoteVerbale) return fail(ErrorCode::invalid_input, "founding.note_verbale");
    ROGATORY_TRY(const auto rows, environment.server.parties());
    for (const auto& row : rows) {
        if (row.code != code.text() || !row.founded_id || !row.register_chain) continue;
        const model::PartyId party{*row.founded_id};
        const bool meant = record::fingerprint_matches(order.succeeds, party) || model::to_hex(party) == order.succeeds;
        if (!meant) continue;
        ROGATORY_TRY(const auto page, environment.server.chain(*row.register_chain, 0, 1));
        if (page.items.empty()) return fail(ErrorCode::integrity, "register.incomplete");
        const ByteView envelope{page.items.front().envelope};
        ROGATORY_TRY(const auto first, record::SignedStatement::parse(as_text(envelope)));
        const auto* founded = first.body<record::Founded>();
        if (founded == nullptr || model::party_of(first.id()) != party || founded->code != code)
            return fail(ErrorCode::integrity, "register.not_the_founded");
        return record::Founded::Succeeds{party, note};
    }
    return fail(Error{ErrorCode::not_found, "founding.predecessor_unknown"}.with("code", code.text()));
}

}  // namespace

Result<Founding> prepare_founding(Environment& environment, const EnrolmentOrder& order,
                                  const ports::remote::Redeemed& redeemed, const record::InvitationSecrets& secrets) {
    if (order.sheet.empty()) return fail(ErrorCode::invalid_input, "founding.sheet_needed");
    ROGATORY_TRY(auto sheet, record::FoundingSheet::parse(order.sheet));
    if (sheet.server != order.server)
        return fail(Error{ErrorCode::integrity, "sheet.another_server"}.with("server", sheet.server));
    ROGATORY_TRY(auto log, LogView::make(sheet.log_policy));
    ROGATORY_TRY_VOID(log.advance(environment));
    ROGATORY_TRY_VOID(log.require_fresh(environment.clock));
    // The sheet is of a log that ended: nothing can be founded in that any more.
    if (!log.adopted()) return fail(ErrorCode::invalid_input, "sheet.log_ended");

    ROGATORY_TRY(auto code, model::PartyCode::parse(order.found_code));
    auto member = record::random_id<model::MemberId>(crypto::system_random());
    if (!redeemed.card.empty()) {
        ROGATORY_TRY(const auto card, record::open_founder_card(redeemed.card, secrets.card,
                                                                model::InvitationId{redeemed.invitation_id}));
        if (card.code != code) {
            return fail(Error{ErrorCode::invalid_input, "founding.another_code"}.with("code", card.code.text()));
        }
        member = card.member;
    }
    ROGATORY_TRY(auto succeeds, predecessor(environment, order, code));
    // No Party pins itself; a sheet that already names this code is of a Party that founds anew, and says so.
    std::vector<record::FoundingSheet::Row> to_pin;
    for (const auto& row : sheet.parties) {
        if (row.code == code && succeeds && succeeds->party == row.party) continue;
        if (row.code == code)
            return fail(Error{ErrorCode::conflict, "founding.code_on_sheet"}.with("code", code.text()));
        to_pin.push_back(row);
    }
    if (sheet.registry &&
        std::none_of(to_pin.begin(), to_pin.end(), [&](const auto& row) { return row.party == *sheet.registry; })) {
        return fail(ErrorCode::invalid_input, "sheet.registry_without_code");
    }
    auto origin = log.origin();
    return Founding{std::move(sheet), std::move(log),    std::move(origin),  std::move(code),
                    member,           std::move(to_pin), std::move(succeeds)};
}

Result<FoundedParty> found(Environment& environment, const EnrolmentOrder& order, const Founding& founding) {
    auto& random = crypto::system_random();
    ROGATORY_TRY(const auto kind, authority_kind_of(order.authority_kind));
    ROGATORY_TRY(const auto authority_text, normalised(order.authority_name));
    ROGATORY_TRY(const auto authority_name, model::DisplayName::parse(authority_text));
    ROGATORY_TRY(const auto party_text, normalised(order.party_name.empty() ? order.found_code : order.party_name));
    ROGATORY_TRY(const auto party_name, model::DisplayName::parse(party_text));
    ROGATORY_TRY(const auto shown, normalised(order.display_name.empty() ? order.user_name : order.display_name));
    ROGATORY_TRY(const auto display_name, model::DisplayName::parse(shown));
    ROGATORY_TRY(const auto server, environment.server.about());

    auto seed = crypto::Ed25519Seed::random(random);
    const auto signing = crypto::SigningKey::from_seed(seed);
    const auto key = signing.verify_key();
    auto identity = age::HybridIdentity::generate(random);
    const auto authority = record::random_id<model::AuthorityId>(random);
    record::KeyringFile keyring;
    keyring.authority = authority;
    keyring.generations.push_back(age::HybridIdentity::generate(random));
    const auto file = seal_keyring(keyring, {identity.recipient()});

    const auto chain = record::register_chain(key);
    const record::Author author{chain, authority, founding.member, record::key_digest(key)};
    const auto statement = [&](std::uint64_t seq, std::optional<model::StatementId> prev, record::Body body) {
        return record::Statement{chain,
                                 seq,
                                 prev,
                                 author,
                                 server.time,
                                 record::random_id<model::Nonce>(random),
                                 founding.log.seen(),
                                 std::move(body)};
    };
    ROGATORY_TRY(const auto founded, record::sign(statement(0, std::nullopt,
                                                            record::Founded{founding.code,
                                                                            party_name,
                                                                            founding.sheet.log_policy,
                                                                            {authority, kind, authority_name},
                                                                            keyring.generations.front().recipient(),
                                                                            file.sha256,
                                                                            founding.member,
                                                                            display_name,
                                                                            key,
                                                                            identity.recipient(),
                                                                            founding.succeeds}),
                                                  signing));
    ports::remote::Append append;
    append.envelopes.push_back(to_bytes(founded.encode()));
    append.blobs.push_back({file.sha256.value(), file.bytes});
    ROGATORY_TRY_VOID(remember_signed(environment.profile, founded.id().value()));
    auto prev = founded.id();
    std::uint64_t seq = 1;
    for (const auto& row : founding.to_pin) {
        ROGATORY_TRY(
            const auto pinned,
            record::sign(
                statement(seq++, prev, record::Pinned{row.code, row.party, record::PinSource::note_verbale, false}),
                signing));
        append.envelopes.push_back(to_bytes(pinned.encode()));
        ROGATORY_TRY_VOID(remember_signed(environment.profile, pinned.id().value()));
        prev = pinned.id();
    }
    const auto head = founding.log.head();
    return FoundedParty{{chain, authority, founding.member, model::party_of(founded.id()), head.size, head.root,
                         std::move(seed), std::move(identity)},
                        std::move(append)};
}

}  // namespace rogatory::agent
