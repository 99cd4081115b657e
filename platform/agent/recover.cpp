#include <algorithm>

#include "crypto/age/file.hpp"
#include "crypto/encoding/crockford.hpp"
#include "platform/agent/invitation_code.hpp"
#include "platform/agent/recovery_candidates.hpp"
#include "platform/agent/recovery_parts.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/invitation.hpp"

namespace rogatory::agent {
namespace {

std::string digits_alone(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
}

}  // namespace

Result<InvitationMade> begin_recovery(Agent& agent, std::string_view authority_text, std::int64_t hours) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_may_sign());
    ROGATORY_TRY(const auto authority, held_authority(state, authority_text));
    if (hours < 1 || hours * kHour > record::Register::kMaxInvitation)
        return fail(ErrorCode::invalid_input, "invitation.hours");
    const auto& reg = state.own();
    if (!reg.log_policy().witnessed()) return fail(ErrorCode::forbidden, "void.recovery_needs_witnesses");
    auto& random = crypto::system_random();
    const auto code = record::InvitationCode::random(random);
    const auto secrets = record::derive_invitation(code);
    const auto invitation = record::random_id<model::InvitationId>(random);
    const auto member = record::random_id<model::MemberId>(random);
    const auto not_after = state.now() + hours * kHour;
    const auto& description = reg.authority(authority)->description;
    const record::WelcomeCard card{reg.party(),
                                   reg.code(),
                                   reg.chain(),
                                   reg.head().length,
                                   *reg.head().last,
                                   authority,
                                   description.name,
                                   member,
                                   model::Role::custodian,
                                   false,
                                   reg.log_policy().text()};
    ports::remote::RecoveryOrder order;
    order.authority = authority.value();
    order.invitation_id = invitation.value();
    order.member_id = member.value();
    order.not_after = not_after;
    order.redeem_sha256 = secrets.redeem_digest().value();
    order.card = record::seal_card(card, secrets.card, invitation, random);
    order.kept_code =
        seal_kept_code({code.duplicate(), description.kind, description.name}, state.membership().identity.recipient());
    ROGATORY_TRY_VOID(state.environment.server.begin_recovery(order));
    return InvitationMade{invitation.value(), std::string{encoding::code_encode(code).expose_secret()}, not_after};
}

Result<> approve_recovery(Agent& agent, std::string_view authority_text, std::string_view candidate_text,
                          std::string_view digits) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto authority, held_authority(state, authority_text));
    ROGATORY_TRY(const auto chosen, choose_candidate(state, authority, candidate_text));
    const auto& record = chosen.record.record;
    // Nobody but the candidate can say whether this is his record: the server brought it.
    if (digits.empty()) return fail(ErrorCode::invalid_input, "invitation.digits_needed");
    if (digits_alone(digits) != digits_alone(record::comparison_digits(record)))
        return fail(ErrorCode::integrity, "invitation.digits_differ");
    ROGATORY_TRY(const auto share, own_share(state, authority));
    const auto text = share.encode();
    SealedFile file;
    file.bytes = age::seal(record.recipient, text.expose_secret_bytes(), crypto::system_random());
    file.sha256 = crypto::sha256(file.bytes);
    return append_to_register(state, [&]() -> Result<RegisterBody> {
        // The whole register stands behind this word: what it says of the authority must count.
        ROGATORY_TRY_VOID(state.require_settled(state.book.known(state.own().chain())->copy));
        return RegisterBody{record::RecoveryApproved{authority, record.digest(), file.sha256}, {file}};
    });
}

Result<> refuse_recovery(Agent& agent, std::string_view candidate_text) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto authority = state.membership().authority;
    // By what the register says first: a server that hides the row must not keep a custodian from saying no.
    std::vector<model::Digest> approved;
    for (const auto& candidacy : state.own().candidacies(authority)) {
        const auto hex = model::to_hex(candidacy.record);
        const bool meant = candidate_text.empty() || (candidate_text.size() >= 4 && hex.starts_with(candidate_text));
        if (!candidacy.refused && meant) approved.push_back(candidacy.record);
    }
    auto record = approved.size() == 1 ? std::optional{approved.front()} : std::nullopt;
    if (!record) {
        ROGATORY_TRY(const auto chosen, choose_candidate(state, authority, candidate_text));
        record = chosen.record.record.digest();
    }
    return append_to_register(state, [&]() -> Result<RegisterBody> {
        return RegisterBody{record::RecoveryRefused{authority, *record}, {}};
    });
}

namespace {

// What the candidate has gathered; nothing of it is used before all of it holds.
struct Gathered {
    record::SignedRecord record;
    std::vector<record::AuthorityRecovered::Reference> references;
    record::KeyringFile keyring;
};

Result<record::SignedRecord> own_record(Agent::State& state) {
    const auto& mine = state.membership();
    ROGATORY_TRY(const auto rows, state.environment.server.recoveries(mine.authority.value()));
    for (const auto& row : rows) {
        auto answer = candidate_record(state.own(), mine.authority, row);
        if (!answer) continue;
        const auto& said = answer->record;
        if (said.member == mine.member && said.key == state.signing_key().verify_key() &&
            said.recipient == mine.identity.recipient()) {
            return answer;
        }
    }
    return fail(ErrorCode::not_found, "recovery.no_candidacy");
}

Error not_enough(std::size_t have, std::uint64_t need) {
    return Error{ErrorCode::unavailable, "recovery.not_enough"}
        .with("have", std::to_string(have))
        .with("need", std::to_string(need));
}

Result<std::vector<record::ShareFile>> open_parts(Agent::State& state, const record::Register::Recovery& set,
                                                  const record::Register::Candidacy& candidacy,
                                                  const std::vector<std::string>& envelopes, RecoveryDone& done) {
    const auto& reg = state.own();
    const auto authority = state.membership().authority;
    std::vector<record::ShareFile> parts;
    for (const auto& text : envelopes) {
        ROGATORY_TRY(auto share, read_envelope(reg, authority, text));
        parts.push_back(std::move(share));
    }
    const auto& items = state.book.known(reg.chain())->copy.items();
    for (const auto& approval : candidacy.approvals) {
        const auto said = std::find_if(items.begin(), items.end(),
                                       [&](const auto& item) { return item.statement.id() == approval.statement; });
        const auto& author = said->statement.statement().author;
        const record::RecoveryShare::Holder holder{author.authority, author.member};
        auto opened = [&]() -> Result<record::ShareFile> {
            ROGATORY_TRY(const auto file, fetch_blob(state.environment, reg.chain(),
                                                     said->statement.body<record::RecoveryApproved>()->share));
            ROGATORY_TRY(auto share, open_share(file, state.membership().identity, authority));
            const auto* part = part_of(set, share.share);
            if (part == nullptr || part->holder != holder) return fail(ErrorCode::integrity, "share.mismatch");
            return share;
        }();
        if (opened) {
            parts.push_back(*std::move(opened));
        } else if (opened.error().code() != ErrorCode::integrity || opened.error().key() == "blob.digest") {
            // The server's doing, not the holder's.
            return fail(std::move(opened).error());
        } else {
            done.unreadable.push_back(holder_name(reg, holder));
            state.environment.observer.on_notice({"recovery.part_unreadable", {{"name", done.unreadable.back()}}});
        }
    }
    if (parts.size() < set.threshold) {
        std::string names;
        for (const auto& name : done.unreadable) names += (names.empty() ? "" : ", ") + name;
        return fail(Error{ErrorCode::integrity, "recovery.parts_missing"}
                        .with("have", std::to_string(parts.size()))
                        .with("need", std::to_string(set.threshold))
                        .with("holders", names));
    }
    return parts;
}

Result<Gathered> gather(Agent::State& state, const std::vector<std::string>& envelopes, RecoveryDone& done) {
    const auto& reg = state.own();
    const auto authority = state.membership().authority;
    const auto set = reg.recovery(authority);
    if (!set) return fail(ErrorCode::not_found, "void.recovery_unknown");
    if (!reg.log_policy().witnessed()) return fail(ErrorCode::forbidden, "void.recovery_needs_witnesses");
    ROGATORY_TRY(auto answer, own_record(state));
    const auto digest = answer.record.digest();
    const auto all = reg.candidacies(authority);
    const auto candidacy = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.record == digest; });
    if (candidacy == all.end()) return fail(not_enough(0, set->threshold));
    if (candidacy->refused) return fail(ErrorCode::forbidden, "recovery.refused");
    if (candidacy->approvals.size() < set->threshold)
        return fail(not_enough(candidacy->approvals.size(), set->threshold));
    ROGATORY_TRY(auto covered, covered_approvals(state, *candidacy));
    if (covered.references.size() < set->threshold) return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
    const auto from = *covered.first + record::Register::kRecoveryDelay;
    if (state.now() < from) {
        return fail(Error{ErrorCode::unavailable, "recovery.too_early"}.with("at", std::to_string(from)));
    }
    ROGATORY_TRY(const auto parts, open_parts(state, *set, *candidacy, envelopes, done));
    ROGATORY_TRY(const auto identity, combine_parts(*set, parts));
    ROGATORY_TRY(auto opened, open_keyring(state.environment, *state.book.known(reg.chain()), authority, identity));
    if (opened.keyring.generations.size() != reg.generations(authority).size())
        return fail(ErrorCode::integrity, "keyring.incomplete");
    return Gathered{std::move(answer), std::move(covered.references), std::move(opened.keyring)};
}

}  // namespace

Result<RecoveryDone> finish_recovery(Environment& environment, Unlocked unlocked,
                                     const std::vector<std::string>& envelopes) {
    RecoveryDone done;
    std::string acting_as;
    ROGATORY_TRY(auto kept, Unlocked::from_secret(unlocked.to_secret()));
    auto candidate = Agent::open_as_candidate(environment, std::move(unlocked));
    if (candidate) {
        auto& state = candidate->state();
        acting_as = state.own().code().text() + "/" + model::to_hex(state.membership().authority);
        ROGATORY_TRY_VOID(append_to_register(state, [&]() -> Result<RegisterBody> {
            done.unreadable.clear();
            ROGATORY_TRY(auto gathered, gather(state, envelopes, done));
            const auto& reg = state.own();
            const auto authority = state.membership().authority;
            auto& grown = gathered.keyring;
            grown.generations.push_back(age::HybridIdentity::generate(crypto::system_random()));
            // The recovery identity has been put together: it is spent, and no later keyring goes to it.
            std::vector<age::HybridRecipient> audience;
            for (const auto& member : reg.members(authority)) audience.push_back(member.recipient);
            audience.push_back(state.membership().identity.recipient());
            auto file = seal_keyring(grown, audience);
            record::AuthorityRecovered body{gathered.record,
                                            {grown.generations.size(), grown.generations.back().recipient()},
                                            file.sha256,
                                            std::move(gathered.references)};
            return RegisterBody{std::move(body), {std::move(file)}};
        }));
    } else if (candidate.error().key() != "recovery.no_candidacy") {
        return fail(std::move(candidate).error());
    } else {
        done.again = true;
    }
    // From here on he is its custodian like any other.
    auto opened = Agent::open(environment, std::move(kept), acting_as);
    // Another one took it over, or he never answered: there is nothing for him to finish.
    if (!opened && done.again && opened.error().key() == "member.not_in_register")
        return fail(ErrorCode::not_found, "recovery.no_candidacy");
    if (!opened) return fail(std::move(opened).error());
    auto& agent = *opened;
    const auto& reg = agent.state().own();
    const auto authority = agent.state().membership().authority;
    done.authority_name = reg.authority(authority)->description.name.text();
    done.generation = reg.generation(authority)->number;
    ROGATORY_TRY(done.epochs, start_epochs(agent));
    return done;
}

}  // namespace rogatory::agent
