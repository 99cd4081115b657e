#include "platform/service/administration.hpp"

#include "crypto/encoding/hex.hpp"
#include "platform/base/try.hpp"
#include "platform/model/party.hpp"
#include "platform/record/invitation.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/cursor.hpp"

namespace rogatory::service {

namespace {

constexpr UnixSeconds kMaxFirstInvitation = 60 * kDay;
constexpr std::uint64_t kNewest = std::uint64_t{1} << 62;
constexpr Throttle::Limit kLookUps{10, 6};

// Whether the account was never admitted, waits, or left: by the registers that name it.
const char* why_no_membership(Context& context, const ports::Repositories& repositories, const std::string& user_name) {
    const auto account = repositories.accounts().find_by_name(user_name);
    if (!account) return "removed";
    const ChainStates states{context.chains, repositories};
    for (const auto& enrolled : repositories.accounts().memberships(account->id)) {
        const auto* const held = states.by_chain(enrolled.register_chain);
        if (held == nullptr) continue;
        for (const auto& invitation : held->invitations()) {
            if (invitation.body.member != enrolled.member || invitation.spent) continue;
            return invitation.body.not_after < context.time.now() ? "admission_expired" : "not_admitted";
        }
    }
    return "removed";
}

}  // namespace

Result<Page<BoardItem>> Administration::parties(const Principal& principal, const PageRequest& page) {
    ROGATORY_TRY_VOID(permit(principal, Act::audit));
    return list_board(context_, page);
}

Result<> Administration::create_party(const Principal& principal, const std::string& code, const std::string& name) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    ROGATORY_TRY(const auto parsed, model::PartyCode::parse(code));
    ROGATORY_TRY(const auto shown, model::DisplayName::parse(name));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        ROGATORY_TRY_VOID(repositories.parties().create(parsed.text(), shown.text(), context_.time.now()));
        context_.audit(repositories, principal.user_name(), "party.created", code, {{code, {}}});
        return {};
    });
}

Result<> Administration::invite_first(const Principal& principal, const FirstInvitation& request) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    const auto now = context_.time.now();
    if (request.card.size() > record::kMaxCardBytes) return fail(ErrorCode::invalid_input, "invitation.malformed");
    if (request.not_after <= now || request.not_after > now + kMaxFirstInvitation) {
        return fail(ErrorCode::invalid_input, "invitation.too_long");
    }
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto party = repositories.parties().find(request.code);
        if (!party) return not_there();
        if (party->founded_id != request.succeeds) return fail(ErrorCode::conflict, "party.founded");
        if (repositories.invitations().find(request.invitation)) return fail(ErrorCode::conflict, "invitation.exists");
        // A new one replaces the old: two codes for one Party would be one too many.
        for (const auto& earlier : repositories.invitations().open_of_party(party->id)) {
            repositories.invitations().set_state(earlier.id, ports::InvitationState::cancelled);
            repositories.sessions().remove_of_invitation(earlier.id);
        }
        ports::InvitationRow row;
        row.id = request.invitation;
        row.kind = ports::InvitationFor::founder;
        row.party = party->id;
        // Who founds anew reads what he says he follows.
        row.register_chain = party->register_chain;
        row.member = request.member;
        row.role = model::Role::custodian;
        row.not_after = request.not_after;
        row.redeem_sha256 = request.redeem_sha256;
        row.card = request.card;
        row.inviter = principal.account();
        row.made_at = context_.time.now();
        ROGATORY_TRY_VOID(repositories.invitations().create(row));
        context_.audit(repositories, principal.user_name(), request.succeeds ? "party.invited_anew" : "party.invited",
                       request.code, {{request.code, {}}});
        return {};
    });
}

Result<> Administration::suspend_party(const Principal& principal, const std::string& code, const std::string& reason) {
    return set_party(principal, code, reason, context_.time.now());
}

Result<> Administration::resume_party(const Principal& principal, const std::string& code, const std::string& reason) {
    return set_party(principal, code, reason, std::nullopt);
}

// Nothing else has to be ended here: a session, an upload and an append each look at the Party's state when they begin.
Result<> Administration::set_party(const Principal& principal, const std::string& code, const std::string& reason,
                                   std::optional<UnixSeconds> suspended_at) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto party = repositories.parties().find(code);
        if (!party) return not_there();
        repositories.parties().suspend(party->id, suspended_at, reason);
        const auto* const what = suspended_at ? "party.suspended" : "party.resumed";
        context_.audit(repositories, principal.user_name(), what, code, {{code, {}}});
        context_.notify(repositories, what, code);
        return {};
    });
}

Result<> Administration::set_quota(const Principal& principal, const std::string& code,
                                   std::optional<std::uint64_t> bytes) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto party = repositories.parties().find(code);
        if (!party) return not_there();
        repositories.parties().set_quota(party->id, bytes);
        context_.audit(repositories, principal.user_name(), bytes ? "party.quota_set" : "party.quota_lifted",
                       bytes ? code + " " + std::to_string(*bytes) : code, {{code, {}}});
        return {};
    });
}

Result<Refusal> Administration::support(const Principal& principal, std::string_view code) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    const auto whom = std::to_string(principal.account().value_or(0));
    if (!context_.throttle.allows("support", whom, kLookUps)) return fail(ErrorCode::too_many, "sign_in.wait");
    context_.throttle.count("support", whom, kLookUps);
    auto found = context_.support.find(code, context_.time.now());
    return context_.store.write([&](ports::Repositories& repositories) -> Result<Refusal> {
        // A refusal would roll the line back: a code that is not known is no act on anybody.
        if (!found) return fail(ErrorCode::not_found, "support.unknown");
        if (found->cause == kNoMembership) found->cause = why_no_membership(context_, repositories, found->user_name);
        context_.audit(repositories, principal.user_name(), "support.looked_up", found->user_name,
                       Context::concerns_of(repositories, found->user_name));
        return *found;
    });
}

Result<> Administration::suspend_account(const Principal& principal, const std::string& user_name,
                                         const std::string& reason) {
    return set_account(principal, user_name, reason, context_.time.now());
}

Result<> Administration::resume_account(const Principal& principal, const std::string& user_name,
                                        const std::string& reason) {
    return set_account(principal, user_name, reason, std::nullopt);
}

Result<> Administration::set_account(const Principal& principal, const std::string& user_name,
                                     const std::string& reason, std::optional<UnixSeconds> suspended_at) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto account = repositories.accounts().find_by_name(user_name);
        if (!account) return not_there();
        // The last hand on the switch cannot switch itself off.
        if (suspended_at && account->id == principal.account()) return fail(ErrorCode::conflict, "account.own");
        repositories.accounts().suspend(account->id, suspended_at, reason);
        if (suspended_at) repositories.sessions().remove_of_account(account->id, std::nullopt);
        const auto* const what = suspended_at ? "account.suspended" : "account.resumed";
        context_.audit(repositories, principal.user_name(), what, user_name,
                       Context::concerns_of(repositories, user_name));
        context_.notify(repositories, what, user_name);
        return {};
    });
}

Result<Page<SessionInfo>> Administration::sessions(const Principal& principal, const PageRequest& page) {
    ROGATORY_TRY_VOID(permit(principal, Act::audit));
    ports::SessionId after;
    if (!page.cursor.empty()) {
        const auto id = encoding::hex_decode_array<16>(page.cursor);
        if (!id) return fail(ErrorCode::invalid_input, "http.query_malformed");
        after = ports::SessionId{*id};
    }
    const auto limit = page_size(page, context_.settings.max_page);
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Page<SessionInfo>> {
        Page<SessionInfo> sessions;
        for (const auto& row : repositories.sessions().list(std::nullopt, after, limit)) {
            sessions.items.push_back({row.id, row.user_name, static_cast<Scope>(row.scope), row.created_at,
                                      row.last_seen_at, row.id == principal.session()});
        }
        if (sessions.items.size() == limit) {
            sessions.next_cursor = encoding::hex_encode(sessions.items.back().id.value());
        }
        return sessions;
    });
}

Result<> Administration::end_session(const Principal& principal, ports::SessionId session) {
    ROGATORY_TRY_VOID(permit(principal, Act::administer));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto row = repositories.sessions().find(session);
        if (!row) return not_there();
        repositories.sessions().remove(session);
        context_.audit(repositories, principal.user_name(), "session.ended_by_administrator", row->user_name,
                       Context::concerns_of(repositories, row->user_name));
        return {};
    });
}

Result<Page<AuditItem>> Administration::audit(const Principal& principal, const PageRequest& page) {
    ROGATORY_TRY_VOID(permit(principal, Act::audit));
    ROGATORY_TRY(const auto before, number_cursor(page.cursor, kNewest));
    const auto limit = page_size(page, context_.settings.max_page);
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Page<AuditItem>> {
        Page<AuditItem> items;
        for (auto& row : repositories.journal().audit_before(before, limit)) {
            items.items.push_back({row.sequence, row.at, std::move(row.actor), std::move(row.action),
                                   std::move(row.object), std::move(row.outcome)});
        }
        if (items.items.size() == limit) items.next_cursor = std::to_string(items.items.back().sequence);
        return items;
    });
}

Result<Counts> Administration::counts(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::audit));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Counts> {
        const auto usage = repositories.attachments().usage();
        Counts counts;
        counts.parties = repositories.parties().count();
        counts.accounts = repositories.accounts().count();
        counts.sessions = repositories.sessions().count();
        counts.chains = repositories.records().count_chains();
        counts.statements = repositories.records().count_statements();
        counts.attachments = repositories.attachments().count_attached();
        counts.attachment_bytes = usage.bytes;
        counts.open_uploads = usage.open_uploads;
        return counts;
    });
}

}  // namespace rogatory::service
