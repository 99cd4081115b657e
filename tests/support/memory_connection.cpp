#include "tests/support/memory_connection.hpp"

#include <algorithm>

#include "crypto/password.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/sign.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/statement.hpp"
#include "tests/support/naive_log.hpp"

namespace rogatory::test {

using namespace ports::remote;  // NOLINT: every name here is the port's

namespace {

tl::unexpected<Error> refused_sign_in() { return fail(ErrorCode::unauthenticated, "sign_in.refused"); }
tl::unexpected<Error> not_there() { return fail(ErrorCode::not_found, "not_found"); }
tl::unexpected<Error> timed_out() { return fail(ErrorCode::unavailable, "server.unreachable"); }

Hash receipts_chain(const Hash& dossier, const Id& authority) {
    const std::uint8_t zero[] = {0};
    return crypto::sha256({as_bytes("rogatory/v1/receipts"), zero, dossier, authority}).value();
}

}  // namespace

std::unique_ptr<ports::Server> MemoryPlatform::connect() { return std::make_unique<MemoryConnection>(*this); }

std::unique_ptr<ports::Server> MemoryPlatform::connect_as(const std::string& user_name) {
    const auto token = "session-" + std::to_string(next_token_++);
    sessions[token] = {SessionScope::full, user_name, std::nullopt, {}};
    auto connection = connect();
    connection->use_session(token);
    return connection;
}

Result<MemorySession*> MemoryConnection::session(SessionScope scope) {
    const auto found = platform_.sessions.find(token_);
    if (found == platform_.sessions.end()) return fail(ErrorCode::unauthenticated, "session.ended");
    if (scope == SessionScope::full && found->second.scope != SessionScope::full) return not_there();
    return &found->second;
}

Result<MemoryAccount*> MemoryConnection::account(SessionScope scope) {
    ROGATORY_TRY(auto* const mine, session(scope));
    const auto found = platform_.accounts.find(mine->user_name);
    if (found == platform_.accounts.end()) return not_there();
    return &found->second;
}

std::string MemoryConnection::start_session(MemorySession session) {
    auto token = "session-" + std::to_string(platform_.next_token_++);
    platform_.sessions[token] = std::move(session);
    return token;
}

Result<ServerInfo> MemoryConnection::about() {
    auto time = platform_.now;
    if (platform_.misbehave.clock) platform_.misbehave.clock(time);
    return ServerInfo{"rogatory in memory", "1", platform_.log_origin(), platform_.log_key(), time};
}

Result<Challenge> MemoryConnection::challenge(std::string_view) {
    const auto nonce = crypto::system_random().bytes<64>();
    return Challenge{{nonce.begin(), nonce.end()}, platform_.now + 300};
}

Result<SignInAnswer> MemoryConnection::sign_in(const SignIn& request) {
    const auto found = platform_.accounts.find(request.user_name);
    if (found == platform_.accounts.end()) return refused_sign_in();
    auto& account = found->second;
    const auto& key = request.with == SignInKey::kit ? account.kit_key : account.sign_in_key;
    const auto text = crypto::sign_in_text(platform_.origin(), request.user_name, request.challenge);
    if (!crypto::VerifyKey{key}.verify(text, crypto::Signature{request.signature})) return refused_sign_in();
    if (!request.totp && request.with == SignInKey::kit) {
        if (account.kit_waiting_since == 0) account.kit_waiting_since = platform_.now;
        const auto until = account.kit_waiting_since + 72 * kHour;
        if (platform_.now < until) return SignInAnswer{std::nullopt, until};
        token_ = start_session({SessionScope::kit, request.user_name, std::nullopt, {}});
        return SignInAnswer{SignedIn{SessionScope::kit, platform_.now + 12 * kHour}, 0};
    }
    if (request.with != SignInKey::service && request.totp != platform_.totp_of(account.totp_secret))
        return refused_sign_in();
    const auto scope = request.with == SignInKey::kit ? SessionScope::kit : SessionScope::full;
    token_ = start_session({scope, request.user_name, std::nullopt, {}});
    return SignInAnswer{SignedIn{scope, platform_.now + 12 * kHour}, 0};
}

Result<Redeemed> MemoryConnection::redeem(ByteView redeem) {
    const auto digest = crypto::sha256(redeem).value();
    for (auto& [id, invitation] : platform_.invitations) {
        if (invitation.redeem_sha256 != digest || invitation.not_after < platform_.now ||
            (invitation.state != "open" && invitation.state != "answered"))
            continue;
        std::erase_if(platform_.sessions, [&](const auto& row) { return row.second.invitation == id; });
        token_ = start_session({SessionScope::enrolment, {}, id, {}});
        auto card = invitation.card;
        if (platform_.misbehave.card) platform_.misbehave.card(card);
        return Redeemed{id, invitation.kind, card, platform_.now + kHour};
    }
    return fail(ErrorCode::not_found, "invitation.unknown");
}

Result<Bytes> MemoryConnection::checkpoint(std::uint64_t number) {
    auto note = number < platform_.ended.size() ? platform_.ended[number].note : platform_.cosigned_checkpoint();
    if (platform_.misbehave.checkpoint) platform_.misbehave.checkpoint(note);
    return note;
}

Result<Bytes> MemoryConnection::witnessed_checkpoint(std::uint64_t number) {
    if (number < platform_.ended.size()) return platform_.ended[number].note;
    static_cast<void>(platform_.cosigned_checkpoint());
    auto note = platform_.witnessed;
    if (platform_.misbehave.witnessed) platform_.misbehave.witnessed(note);
    if (note.empty()) return not_there();
    return note;
}

Result<Bytes> MemoryConnection::successor(std::uint64_t number) {
    if (number >= platform_.ended.size()) return not_there();
    const auto next = number + 1;
    auto key = next < platform_.ended.size() ? platform_.ended[next].key : platform_.log_key();
    auto text = to_bytes(key + "\n");
    if (platform_.misbehave.successor) platform_.misbehave.successor(text);
    return text;
}

Result<> MemoryConnection::offer_checkpoint(std::uint64_t, ByteView note) {
    platform_.offered.push_back(to_bytes(note));
    return {};
}

Result<Bytes> MemoryConnection::first_witnessed_checkpoint(std::uint64_t, std::uint64_t covers) {
    static_cast<void>(platform_.cosigned_checkpoint());
    for (const auto& [size, note] : platform_.first_witnessed) {
        if (size >= covers) return note;
    }
    return not_there();
}

Result<Bytes> MemoryConnection::tile(std::uint64_t, unsigned, std::uint64_t, unsigned) { return not_there(); }

Result<Bytes> MemoryConnection::entry_bundle(std::uint64_t number, std::uint64_t index, unsigned width) {
    const auto& log = number < platform_.ended.size() ? platform_.ended[number].log : platform_.log;
    if (index * 256 + width > log.size()) return not_there();
    auto bytes = naive_log::bundle(log, index, width);
    if (platform_.misbehave.entries) platform_.misbehave.entries(index, bytes);
    return bytes;
}

Result<Bytes> MemoryConnection::totp_secret() {
    ROGATORY_TRY(auto* const mine, session(SessionScope::enrolment));
    const auto secret = crypto::system_random().bytes<20>();
    mine->totp_secret = {secret.begin(), secret.end()};
    return mine->totp_secret;
}

Result<std::vector<Appended>> MemoryConnection::enrol(const Enrolment& enrolment) {
    ROGATORY_TRY(auto* const mine, session(SessionScope::enrolment));
    if (!mine->invitation) return not_there();
    auto& invitation = platform_.invitations.at(*mine->invitation);
    if (invitation.state != "open") return fail(ErrorCode::conflict, "enrolment.answered");
    if (enrolment.totp != platform_.totp_of(mine->totp_secret)) return fail(ErrorCode::invalid_input, "enrolment.totp");
    if (invitation.kind != InvitationKind::rekey && platform_.accounts.contains(enrolment.user_name)) {
        return fail(ErrorCode::conflict, "enrolment.user_name_taken");
    }
    MemoryAccount account;
    if (invitation.kind == InvitationKind::administrator) account.kind = "administrator";
    account.language = enrolment.language;
    account.sign_in_key = enrolment.sign_in_key;
    account.kit_key = enrolment.kit_key.value_or(ByteArray<32>{});
    account.totp_secret = mine->totp_secret;
    account.bundle_version = 1;
    account.bundle = enrolment.bundle;
    platform_.accounts[enrolment.user_name] = account;
    mine->user_name = enrolment.user_name;
    invitation.state = "answered";
    invitation.answered_by = enrolment.user_name;
    invitation.record = enrolment.record;
    invitation.mac = enrolment.mac;
    std::vector<Appended> appended;
    if (enrolment.append) {
        auto stored = store(*enrolment.append, enrolment.user_name);
        if (!stored) {
            platform_.accounts.erase(enrolment.user_name);
            invitation.state = "open";
            return stored;
        }
        appended = *std::move(stored);
        if (!enrolment.append->envelopes.empty()) invitation.state = "spent";
    }
    if (platform_.misbehave.lose_enrolment_answer) {
        platform_.misbehave.lose_enrolment_answer = false;
        return timed_out();
    }
    return appended;
}

Result<EnrolmentState> MemoryConnection::enrolment_state() {
    ROGATORY_TRY(auto* const mine, session(SessionScope::enrolment));
    if (!mine->invitation) return not_there();
    const auto& invitation = platform_.invitations.at(*mine->invitation);
    if (invitation.state == "spent") return EnrolmentState::live;
    return invitation.state == "answered" ? EnrolmentState::answered : EnrolmentState::open;
}

Result<Me> MemoryConnection::me() {
    ROGATORY_TRY(const auto* const mine, account(SessionScope::full));
    Me me;
    me.user_name = platform_.sessions.at(token_).user_name;
    me.kind = mine->kind == "administrator" ? AccountKind::administrator : AccountKind::member;
    me.memberships = mine->memberships;
    me.bundle_version = mine->bundle_version;
    me.language = mine->language;
    me.second_factors = {"totp"};
    me.kit_tried_at = mine->kit_waiting_since;
    return me;
}

Result<StoredBundle> MemoryConnection::bundle() {
    ROGATORY_TRY(const auto* const mine, account(SessionScope::kit));
    if (mine->bundle.empty()) return not_there();
    StoredBundle stored{mine->bundle_version, mine->bundle};
    if (platform_.misbehave.bundle) platform_.misbehave.bundle(stored.bundle, stored.version);
    return stored;
}

Result<> MemoryConnection::replace_bundle(const BundleChange& change) {
    ROGATORY_TRY(auto* const mine, account(SessionScope::kit));
    if (change.expected_version != mine->bundle_version) return fail(ErrorCode::precondition_failed, "bundle.version");
    const auto& key = change.signed_with == SignInKey::kit ? mine->kit_key : mine->sign_in_key;
    const crypto::VerifyKey sign_in_key{change.sign_in_key};
    const crypto::VerifyKey kit_key{change.kit_key};
    const auto text = crypto::credential_change_text(
        platform_.origin(), platform_.sessions.at(token_).user_name, change.challenge,
        {change.expected_version, change.bundle, sign_in_key, kit_key, change.totp_secret});
    if (!crypto::VerifyKey{key}.verify(text, crypto::Signature{change.signature})) return refused_sign_in();
    if (!change.totp_secret.empty()) {
        if (mine->kit_waiting_since == 0) return fail(ErrorCode::forbidden, "kit.factor_stays");
        if (change.totp != platform_.totp_of(change.totp_secret))
            return fail(ErrorCode::invalid_input, "enrolment.totp");
        mine->totp_secret = change.totp_secret;
        mine->kit_used_at = platform_.now;
    }
    mine->kit_waiting_since = 0;
    mine->bundle = change.bundle;
    mine->sign_in_key = change.sign_in_key;
    mine->kit_key = change.kit_key;
    ++mine->bundle_version;
    return {};
}

Result<> MemoryConnection::end_kit_attempt() {
    ROGATORY_TRY(auto* const mine, account(SessionScope::full));
    if (mine->kit_waiting_since == 0) return not_there();
    mine->kit_waiting_since = 0;
    return {};
}

Result<std::vector<KitAttempt>> MemoryConnection::kit_attempts(const Id& authority) {
    ROGATORY_TRY_VOID(session(SessionScope::full));
    std::vector<KitAttempt> attempts;
    for (const auto& [name, account] : platform_.accounts) {
        for (const auto& held : account.memberships) {
            if (held.authority != authority) continue;
            const auto since = account.kit_waiting_since;
            if (since != 0) attempts.push_back({held.member, since, since + 72 * kHour, 0});
            if (account.kit_used_at != 0) attempts.push_back({held.member, 0, 0, account.kit_used_at});
        }
    }
    return attempts;
}

Result<std::optional<StoredState>> MemoryConnection::state() {
    ROGATORY_TRY(const auto* const mine, account(SessionScope::full));
    if (platform_.misbehave.refuse) {
        if (auto refused = platform_.misbehave.refuse({})) return fail(*std::move(refused));
    }
    if (mine->state_version == 0) return std::nullopt;
    return StoredState{std::to_string(mine->state_version), mine->state};
}

Result<std::string> MemoryConnection::replace_state(std::string_view expected_tag, ByteView state) {
    ROGATORY_TRY(auto* const mine, account(SessionScope::full));
    const auto expected = expected_tag.empty() ? "0" : std::string{expected_tag};
    if (expected != std::to_string(mine->state_version)) return fail(ErrorCode::precondition_failed, "state.version");
    mine->state = to_bytes(state);
    return std::to_string(++mine->state_version);
}

Result<std::vector<SessionRow>> MemoryConnection::sessions() {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    std::vector<SessionRow> rows;
    for (const auto& [token, row] : platform_.sessions) {
        if (row.user_name == mine->user_name)
            rows.push_back({token, "full", "", platform_.now, platform_.now, token == token_});
    }
    return rows;
}

Result<> MemoryConnection::end_session(std::string_view id) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    const auto found = platform_.sessions.find(std::string{id});
    if (found == platform_.sessions.end() || found->second.user_name != mine->user_name) return not_there();
    platform_.sessions.erase(found);
    return {};
}

Result<> MemoryConnection::sign_out() {
    platform_.sessions.erase(token_);
    token_.clear();
    return {};
}

Result<std::vector<PartyRow>> MemoryConnection::parties() {
    ROGATORY_TRY([[maybe_unused]] const auto* const mine, session(SessionScope::enrolment));
    std::vector<PartyRow> rows;
    for (const auto& party : platform_.parties) {
        rows.push_back({party.code, party.name, party.register_chain, party.founded_id,
                        party.succeeded    ? "succeeded"
                        : party.founded_id ? "founded"
                                           : "empty"});
    }
    if (platform_.misbehave.parties) platform_.misbehave.parties(rows);
    return rows;
}

bool MemoryConnection::may_read(const MemoryAccount& account, const Hash& chain) const {
    if (platform_.misbehave.closed_chain == chain) return false;
    const auto is_mine = [&](const Id& authority) {
        return std::any_of(account.memberships.begin(), account.memberships.end(),
                           [&](const auto& membership) { return membership.authority == authority; });
    };
    for (const auto& party : platform_.parties) {
        if (party.register_chain == chain) return true;
        // A notice board is for everybody.
        if (party.founded_id && record::notices_chain(model::PartyId{*party.founded_id}).value() == chain) return true;
    }
    if (const auto found = platform_.readers.find(chain); found != platform_.readers.end()) {
        return std::any_of(found->second.begin(), found->second.end(), is_mine);
    }
    for (const auto& [dossier, readers] : platform_.readers) {
        if (!std::any_of(readers.begin(), readers.end(), is_mine)) continue;
        if (std::any_of(readers.begin(), readers.end(),
                        [&](const Id& reader) { return receipts_chain(dossier, reader) == chain; })) {
            return true;
        }
    }
    return false;
}

Result<ChainPage> MemoryConnection::chain(const Hash& chain, std::uint64_t from_seq, unsigned limit) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::enrolment));
    if (mine->scope == SessionScope::full && !may_read(platform_.accounts.at(mine->user_name), chain))
        return not_there();
    ChainPage page;
    const auto found = platform_.chains.find(chain);
    if (found != platform_.chains.end()) {
        const auto& statements = found->second;
        page.head_seq = static_cast<std::int64_t>(statements.size()) - 1;
        for (auto seq = from_seq; seq < statements.size() && page.items.size() < limit; ++seq) {
            page.items.push_back({seq, statements[seq].id, statements[seq].index, statements[seq].envelope});
        }
    }
    if (platform_.misbehave.chain) platform_.misbehave.chain(chain, page);
    return page;
}

Result<std::vector<Appended>> MemoryConnection::store(const Append& append, const std::string& user_name) {
    // Whole or not at all: work on a copy of what changes, take it over at the end.
    std::map<Hash, Bytes> blobs;
    for (const auto& blob : append.blobs) {
        if (crypto::sha256(blob.data).value() != blob.sha256) return fail(ErrorCode::invalid_input, "blob.digest");
        blobs[blob.sha256] = blob.data;
    }
    std::vector<record::SignedStatement> fresh;
    std::map<Hash, std::vector<Hash>> heads;  // ids appended by this request, by chain
    std::vector<Hash> ids;
    for (const auto& envelope : append.envelopes) {
        ROGATORY_TRY(auto statement, record::SignedStatement::parse(as_text(envelope)));
        const auto& content = statement.statement();
        const auto& known = platform_.chains[content.chain.value()];
        const auto id = statement.id().value();
        ids.push_back(id);
        if (content.seq < known.size() && known[content.seq].id == id) continue;
        auto& added = heads[content.chain.value()];
        const auto length = known.size() + added.size();
        const Hash* last = !added.empty() ? &added.back() : known.empty() ? nullptr : &known.back().id;
        const bool follows = content.prev ? last != nullptr && content.prev->value() == *last : last == nullptr;
        if (content.seq != length || !follows) {
            return fail(Error{ErrorCode::conflict, "statement.seq_taken"}
                            .with("chain", model::to_hex(content.chain))
                            .with("head_seq", std::to_string(static_cast<std::int64_t>(known.size()) - 1)));
        }
        if (content.at > platform_.now + 10 * kMinute || content.at < platform_.now - 10 * kMinute) {
            return fail(ErrorCode::invalid_input, "statement.clock");
        }
        if (const auto* entry = statement.body<record::Entry>()) {
            for (const auto& line : entry->attachments) {
                const auto found = platform_.attachments.find(line.id.value());
                if (found == platform_.attachments.end() || found->second.bytes.size() != line.size ||
                    crypto::sha256(found->second.bytes) != line.sha256) {
                    return fail(ErrorCode::invalid_input, "blob.missing");
                }
            }
        }
        added.push_back(id);
        fresh.push_back(std::move(statement));
    }
    for (const auto& [digest, data] : blobs) platform_.blobs[digest] = data;
    for (const auto& statement : fresh) {
        const auto& content = statement.statement();
        platform_.force_append(content.chain.value(), content.seq, statement.id().value(),
                               to_bytes(statement.encode()));
        platform_.take_effect(statement, user_name);
    }
    const auto note = platform_.sign_checkpoint();
    std::vector<Appended> answers;
    for (const auto& envelope : append.envelopes) {
        ROGATORY_TRY(const auto statement, record::SignedStatement::parse(as_text(envelope)));
        const auto& stored = platform_.chains.at(statement.statement().chain.value()).at(statement.statement().seq);
        answers.push_back(
            {stored.id, stored.index, naive_log::proof(platform_.log, tlog::entry_of(stored.index), note)});
    }
    return answers;
}

Result<std::vector<Appended>> MemoryConnection::append(const Append& append) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    const auto user_name = mine->user_name;
    auto& misbehave = platform_.misbehave;
    if (misbehave.before_append) std::exchange(misbehave.before_append, nullptr)();
    if (std::exchange(misbehave.refuse_next_append, false)) return timed_out();
    if (misbehave.refuse) {
        if (auto refused = misbehave.refuse(append)) return fail(*std::move(refused));
    }
    if (misbehave.lying_refusal) {
        misbehave.lying_refusal = false;
        ROGATORY_TRY([[maybe_unused]] const auto stored, store(append, user_name));
        return fail(ErrorCode::forbidden, "statement.refused");
    }
    if (misbehave.lying_conflict) return fail(ErrorCode::conflict, "statement.seq_taken");
    if (misbehave.swallow_append) return std::vector<Appended>(append.envelopes.size());
    if (misbehave.halve_append) {
        auto half = append;
        half.envelopes.resize(1);
        ROGATORY_TRY(auto stored, store(half, user_name));
        stored.resize(append.envelopes.size());
        return stored;
    }
    auto answer = store(append, user_name);
    if (answer && std::exchange(misbehave.lose_next_append_answer, false)) return timed_out();
    if (answer && misbehave.appended) misbehave.appended(*answer);
    return answer;
}

Result<Bytes> MemoryConnection::blob(const Hash& chain, const Hash& sha256) {
    ROGATORY_TRY(const auto* const mine, account(SessionScope::full));
    if (!may_read(*mine, chain)) return not_there();
    const auto found = platform_.blobs.find(sha256);
    if (found == platform_.blobs.end()) return not_there();
    auto bytes = found->second;
    if (platform_.misbehave.blob) platform_.misbehave.blob(chain, sha256, bytes);
    return bytes;
}

Result<Page<DossierRow>> MemoryConnection::dossiers(const Id& authority, std::string_view) {
    ROGATORY_TRY(const auto* const mine, account(SessionScope::full));
    Page<DossierRow> page;
    if (platform_.misbehave.hide_dossiers) return page;
    for (auto it = platform_.dossier_chains.rbegin(); it != platform_.dossier_chains.rend(); ++it) {
        if (!platform_.readers[*it].contains(authority) || !may_read(*mine, *it)) continue;
        const auto& statements = platform_.chains.at(*it);
        page.items.push_back(
            {*it, "share", platform_.now, static_cast<std::int64_t>(statements.size()) - 1, statements.back().index});
    }
    return page;
}

Result<Downloaded> MemoryConnection::download(const Hash& chain, const Id& attachment, const Hash&,
                                              std::uint64_t offset, const Sink& sink) {
    ROGATORY_TRY(const auto* const mine, account(SessionScope::full));
    const auto found = platform_.attachments.find(attachment);
    if (!may_read(*mine, chain) || found == platform_.attachments.end() || found->second.chain != chain)
        return not_there();
    if (found->second.withdrawn) return fail(ErrorCode::expired, "attachment.withdrawn");
    if (platform_.misbehave.lost_blobs) return fail(ErrorCode::unavailable, "attachment.withheld");
    auto bytes = found->second.bytes;
    if (platform_.misbehave.attachment) platform_.misbehave.attachment(bytes);
    if (offset > bytes.size()) return fail(ErrorCode::invalid_input, "range");
    auto end = bytes.size();
    auto& cut = platform_.misbehave.cut_download_after;
    const bool cuts = cut && offset + *cut < end;
    if (cuts) end = offset + *cut;
    cut.reset();
    for (auto at = offset; at < end;) {
        const auto count = std::min<std::uint64_t>(end - at, 64 * 1024);
        ROGATORY_TRY_VOID(sink(ByteView{bytes}.subspan(at, count)));
        at += count;
    }
    if (cuts) return fail(ErrorCode::unavailable, "server.unreachable");
    return Downloaded{bytes.size()};
}

Result<UploadTicket> MemoryConnection::begin_upload(const Hash& chain, const Id& attachment, const Id&,
                                                    std::uint64_t size) {
    ROGATORY_TRY([[maybe_unused]] const auto* const mine, account(SessionScope::full));
    if (platform_.misbehave.begin_upload) ROGATORY_TRY_VOID(platform_.misbehave.begin_upload());
    // Asked once more for the same bytes: another ticket for what there is.
    if (const auto [earlier, made] = platform_.attachments.try_emplace(attachment, chain, size, Bytes{}, false);
        !made && earlier->second.size != size) {
        return fail(ErrorCode::conflict, "upload.attachment_taken");
    }
    const auto ticket = "ticket-" + std::to_string(platform_.next_token_++);
    platform_.upload_tickets[ticket] = attachment;
    return UploadTicket{"/api/v1/uploads/" + ticket, ticket};
}

Result<UploadBegun> MemoryConnection::upload_at_once(const Hash& chain, const Id& attachment, const Id& authority,
                                                     ByteView bytes) {
    if (platform_.misbehave.bare_creations) return fail(ErrorCode::unavailable, "upload.not_at_once");
    ROGATORY_TRY(auto ticket, begin_upload(chain, attachment, authority, bytes.size()));
    if (const auto there = platform_.attachments.at(attachment).bytes.size(); there != 0) {
        return UploadBegun{std::move(ticket), there};
    }
    ++platform_.uploads_at_once;
    auto taken = upload(ticket, 0, bytes);
    // Not all of it came: there is nothing.
    if (!taken) ROGATORY_TRY_VOID(abandon_upload(ticket));
    if (std::exchange(platform_.misbehave.lose_next_upload_answer, false)) return timed_out();
    ROGATORY_TRY(const auto offset, std::move(taken));
    if (std::exchange(platform_.misbehave.begin_next_upload_before, false)) {
        return fail(ErrorCode::conflict, "upload.begun");
    }
    return UploadBegun{std::move(ticket), offset};
}

Result<std::uint64_t> MemoryConnection::upload_offset(const UploadTicket& ticket) {
    const auto found = platform_.upload_tickets.find(ticket.ticket);
    if (found == platform_.upload_tickets.end()) return not_there();
    if (platform_.misbehave.upload_offset) platform_.misbehave.upload_offset();
    return platform_.attachments.at(found->second).bytes.size();
}

Result<std::uint64_t> MemoryConnection::upload(const UploadTicket& ticket, std::uint64_t offset, ByteView bytes) {
    const auto found = platform_.upload_tickets.find(ticket.ticket);
    if (found == platform_.upload_tickets.end()) return not_there();
    auto& attachment = platform_.attachments.at(found->second);
    if (platform_.misbehave.no_uploads) return timed_out();
    if (platform_.misbehave.moved) return platform_.misbehave.moved(offset, offset + bytes.size());
    if (offset != attachment.bytes.size()) return fail(ErrorCode::conflict, "upload.offset");
    auto& cut = platform_.misbehave.cut_upload_after;
    if (cut && *cut < bytes.size()) {
        rogatory::append(attachment.bytes, bytes.first(*cut));
        cut.reset();
        return timed_out();
    }
    if (cut) *cut -= bytes.size();
    rogatory::append(attachment.bytes, bytes);
    if (attachment.bytes.size() > attachment.size) return fail(ErrorCode::too_large, "upload.length");
    return attachment.bytes.size();
}

Result<> MemoryConnection::abandon_upload(const UploadTicket& ticket) {
    const auto found = platform_.upload_tickets.find(ticket.ticket);
    if (found == platform_.upload_tickets.end()) return not_there();
    platform_.attachments.erase(found->second);
    platform_.upload_tickets.erase(found);
    return {};
}

Result<std::vector<Appended>> MemoryConnection::invite(const InvitationOrder& order) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    const auto user_name = mine->user_name;
    ROGATORY_TRY(auto answers, append(order.append));
    for (const auto& envelope : order.append.envelopes) {
        ROGATORY_TRY(const auto statement, record::SignedStatement::parse(as_text(envelope)));
        const auto* invited = statement.body<record::Invited>();
        if (invited == nullptr) continue;
        MemoryInvitation invitation;
        invitation.id = order.invitation_id;
        invitation.kind = invited->purpose == record::InvitationPurpose::authority ? InvitationKind::authority
                          : invited->purpose == record::InvitationPurpose::rekey   ? InvitationKind::rekey
                                                                                   : InvitationKind::member;
        invitation.redeem_sha256 = order.redeem_sha256;
        invitation.card = order.card;
        invitation.kept_code = order.kept_code;
        invitation.authority = invited->authority.value();
        invitation.role = std::string{model::to_text(invited->role)};
        invitation.inviter = user_name;
        invitation.not_after = invited->not_after;
        platform_.invitations[order.invitation_id] = std::move(invitation);
    }
    return answers;
}

InvitationRow MemoryConnection::row_of(const Id& id, const MemoryInvitation& invitation,
                                       const std::string& user_name) const {
    InvitationRow row{id, invitation.authority, invitation.role, invitation.state, invitation.not_after, {}, {}, {}};
    if (row.state == "open" && row.not_after < platform_.now) row.state = "expired";
    if (!invitation.record.empty()) row.record = invitation.record;
    if (!invitation.mac.empty()) row.mac = invitation.mac;
    if (invitation.inviter == user_name) row.kept_code = invitation.kept_code;
    return row;
}

Result<std::vector<InvitationRow>> MemoryConnection::invitations(const Id& authority) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    std::vector<InvitationRow> rows;
    for (const auto& [id, invitation] : platform_.invitations) {
        if (invitation.authority != authority || invitation.kind == InvitationKind::recovery) continue;
        rows.push_back(row_of(id, invitation, mine->user_name));
    }
    if (platform_.misbehave.invitations) platform_.misbehave.invitations(rows);
    return rows;
}

Result<> MemoryConnection::cancel_invitation(const Id& id) {
    ROGATORY_TRY([[maybe_unused]] const auto* const mine, session(SessionScope::full));
    const auto found = platform_.invitations.find(id);
    if (found == platform_.invitations.end()) return not_there();
    if (found->second.state == "spent") return fail(ErrorCode::conflict, "invitation.spent");
    found->second.state = "cancelled";
    return {};
}

Result<> MemoryConnection::begin_recovery(const RecoveryOrder& order) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    MemoryInvitation invitation;
    invitation.id = order.invitation_id;
    invitation.kind = InvitationKind::recovery;
    invitation.redeem_sha256 = order.redeem_sha256;
    invitation.card = order.card;
    invitation.kept_code = order.kept_code;
    invitation.authority = order.authority;
    invitation.role = "custodian";
    invitation.inviter = mine->user_name;
    invitation.not_after = order.not_after;
    platform_.invitations[order.invitation_id] = std::move(invitation);
    return {};
}

Result<std::vector<InvitationRow>> MemoryConnection::recoveries(const Id& authority) {
    ROGATORY_TRY(const auto* const mine, session(SessionScope::full));
    std::vector<InvitationRow> rows;
    for (const auto& [id, invitation] : platform_.invitations) {
        if (invitation.authority != authority || invitation.kind != InvitationKind::recovery) continue;
        rows.push_back(row_of(id, invitation, mine->user_name));
    }
    if (platform_.misbehave.invitations) platform_.misbehave.invitations(rows);
    return rows;
}

Result<std::vector<PartyRow>> MemoryConnection::admin_parties() { return parties(); }

Result<> MemoryConnection::create_party(std::string_view code, std::string_view name) {
    platform_.create_party(std::string{code}, std::string{name});
    return {};
}

Result<> MemoryConnection::invite_founder(std::string_view code, const PartyInvitation& order) {
    MemoryInvitation invitation;
    invitation.id = order.invitation_id;
    invitation.kind = InvitationKind::founder;
    invitation.redeem_sha256 = order.redeem_sha256;
    invitation.card = order.card;
    invitation.party = std::string{code};
    invitation.not_after = order.not_after;
    platform_.invitations[order.invitation_id] = std::move(invitation);
    return {};
}

Result<> MemoryConnection::suspend_party(std::string_view, std::string_view) { return not_there(); }
Result<> MemoryConnection::resume_party(std::string_view, std::string_view) { return not_there(); }
Result<> MemoryConnection::suspend_account(std::string_view, std::string_view) { return not_there(); }
Result<> MemoryConnection::resume_account(std::string_view, std::string_view) { return not_there(); }
Result<std::vector<SessionRow>> MemoryConnection::admin_sessions() { return not_there(); }
Result<> MemoryConnection::admin_end_session(std::string_view) { return not_there(); }
Result<Page<AuditRow>> MemoryConnection::audit(std::string_view) { return not_there(); }
Result<Counts> MemoryConnection::counts() { return not_there(); }

}  // namespace rogatory::test
