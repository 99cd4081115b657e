// What an appended statement changes beside its chain: who is a member, who reads a dossier, what is withdrawn.
#include <algorithm>

#include "crypto/primitives/client_certificate.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/service/append_job.hpp"

namespace rogatory::service {

namespace {

constexpr std::uint64_t kShortestIdle = 60;
constexpr std::uint64_t kShortestSession = 600;

ports::PartyAccess rules_of(const record::AccessPolicySet& body) {
    ports::PartyAccess rules;
    for (const auto& range : body.address_ranges)
        rules.address_ranges += (rules.address_ranges.empty() ? "" : " ") + range;
    rules.native_only = body.native_only;
    rules.passkey_refused = body.passkey_refused;
    rules.totp_refused = body.totp_refused;
    rules.session_idle = static_cast<UnixSeconds>(body.session_idle);
    rules.session_absolute = static_cast<UnixSeconds>(body.session_absolute);
    rules.client_ca = body.client_ca.value_or("");
    return rules;
}

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::vector<ports::MemberRow> members_of(const record::Register& party) {
    std::vector<ports::MemberRow> rows;
    for (const auto& authority : party.authorities()) {
        for (const auto& member : party.members(authority.description.id)) {
            rows.push_back({.register_chain = party.chain(),
                            .authority = member.authority,
                            .member = member.id,
                            .role = member.role,
                            .service = member.service,
                            .signing_key_sha256 = record::key_digest(member.key),
                            .root_authority = member.authority == party.root()});
        }
    }
    return rows;
}

}  // namespace

void AppendJob::carry_out(const record::SignedStatement& statement, const record::Outcome& outcome,
                          const ChainState& after) {
    if (const auto* const a_register = std::get_if<record::Register>(&after)) {
        carry_out_register(outcome, *a_register);
    } else if (const auto* const a_dossier = std::get_if<record::Dossier>(&after)) {
        carry_out_dossier(statement, outcome, *a_dossier);
    }
}

// The rules that this server can hold people to; and none by which whoever signs them shuts himself out.
Result<> AppendJob::check_access(const record::SignedStatement& statement) const {
    const auto* const body = statement.body<record::AccessPolicySet>();
    if (body == nullptr) return {};
    if (body->client_ca) {
        // No statement promises what is not held to.
        if (!context_.settings.client_certificates) return fail(ErrorCode::invalid_input, "access.client_certificates");
        if (!crypto::ClientAuthorities::parse(*body->client_ca))
            return fail(ErrorCode::invalid_input, "access.client_ca");
    }
    for (const auto& range : body->address_ranges) ROGATORY_TRY_VOID(AddressRange::parse(range));
    // No conflict: that would be a claim about what stands in the chain.
    const auto refused = [](const char* key) { return fail(ErrorCode::invalid_input, key); };
    // Nobody could lift what ends his session while he types.
    if (body->session_idle < kShortestIdle || body->session_absolute < kShortestSession) {
        return refused("access.times");
    }
    // The program shows digits alone: whoever signs with it could neither come in again nor lift the rule. With
    // native_only beside it that holds for everybody.
    if (body->totp_refused && (body->native_only || !appender_.circumstances.browser)) {
        return refused("access.program_shows_digits");
    }
    if (const auto* const why = kept_out(rules_of(*body), appender_.circumstances)) {
        const std::string_view rule{why};
        return refused(rule == "access.address"       ? "access.own_address"
                       : rule == "access.certificate" ? "access.own_certificate"
                                                      : "access.own_browser");
    }
    const auto account = repositories_.accounts().find_by_name(appender_.actor);
    const bool code = account && account->totp_secret;
    const bool passkey = account && !repositories_.passkeys().of_account(account->id).empty();
    if ((body->totp_refused && body->passkey_refused) || (body->totp_refused && !passkey) ||
        (body->passkey_refused && !code)) {
        return refused("access.own_second_factor");
    }
    return {};
}

void AppendJob::carry_out_register(const record::Outcome& outcome, const record::Register& after) {
    // Written anew and not by difference: what the register says now is what stands there.
    repositories_.parties().replace_members(after.chain(), members_of(after));
    const auto end_sessions = [&](const model::MemberId& member, std::optional<ports::SessionId> but = {}) {
        for (const auto account : repositories_.accounts().accounts_of(after.chain(), member)) {
            repositories_.sessions().remove_of_account(account, but);
        }
    };
    for (const auto& effect : outcome.effects) {
        std::visit(
            Overloaded{
                [&](const record::MemberLeft& left) { end_sessions(left.member); },
                // Who makes himself new keys has yet to keep them in his bundle; his other devices sign in anew.
                [&](const record::MemberKeyChanged& changed) { end_sessions(changed.member, appender_.session); },
                [&](const record::InvitationSpent& spent) {
                    repositories_.invitations().set_state(spent.invitation, ports::InvitationState::spent);
                    install_credentials(spent.invitation);
                },
                [&](const record::MemberAdmitted& admitted) { end_recoveries(after.chain(), admitted); },
                [&](const record::AccessPolicyChanged&) {
                    if (const auto rules = after.access_policy()) {
                        repositories_.parties().set_access(after.chain(), rules_of(*rules));
                    }
                },
                [](const auto&) {}},
            effect);
    }
}

// The holders decided for one: his invitation is spent, and whoever else answered has nothing to wait for.
void AppendJob::end_recoveries(const model::ChainId& chain, const record::MemberAdmitted& admitted) {
    const auto rows = repositories_.invitations().list(chain, admitted.authority);
    const auto is_his = [&](const ports::InvitationRow& row) {
        return row.kind == ports::InvitationFor::recovery && row.member == admitted.member;
    };
    if (std::none_of(rows.begin(), rows.end(), is_his)) return;
    for (const auto& row : rows) {
        if (row.kind != ports::InvitationFor::recovery || row.state == ports::InvitationState::cancelled) continue;
        repositories_.invitations().set_state(
            row.id, is_his(row) ? ports::InvitationState::spent : ports::InvitationState::cancelled);
        repositories_.sessions().remove_of_invitation(row.id);
    }
    context_.notify(repositories_, "authority.recovered", model::to_hex(admitted.authority));
}

// A rekey counts: what the member answered with opens his account from now on, and nothing older does.
void AppendJob::install_credentials(const model::InvitationId& id) {
    const auto invitation = repositories_.invitations().find(id);
    if (!invitation || invitation->kind != ports::InvitationFor::rekey || !invitation->account) return;
    auto& accounts = repositories_.accounts();
    for (const auto account : accounts.accounts_of(*invitation->register_chain, *invitation->member)) {
        if (account != *invitation->account) {
            accounts.remove_membership(account, *invitation->register_chain, *invitation->member);
        }
    }
    accounts.add_membership(*invitation->account, *invitation->register_chain, *invitation->member);
    repositories_.sessions().remove_of_account(*invitation->account, std::nullopt);
    if (const auto pending = repositories_.invitations().take_credentials(id)) {
        // The new credentials are those of whom this authority knows. What the account holds elsewhere it holds by keys
        // that are lost with the rest, and no custodian may hand on another authority's.
        for (const auto& held : accounts.memberships(pending->account)) {
            if (held.register_chain != *invitation->register_chain || held.member != *invitation->member)
                accounts.remove_membership(pending->account, held.register_chain, held.member);
        }
        accounts.set_keys(pending->account, pending->sign_in_key, pending->kit_key);
        accounts.set_totp(pending->account, pending->totp_secret, pending->totp_last_counter);
        repositories_.passkeys().remove_of_account(pending->account);
        accounts.set_kit_waiting(pending->account, std::nullopt);
        accounts.kit_told(pending->account);
        accounts.set_kit_used(pending->account, std::nullopt);
        accounts.set_bundle(pending->account, accounts.find(pending->account)->bundle_version + 1, pending->bundle);
    }
}

void AppendJob::carry_out_dossier(const record::SignedStatement& statement, const record::Outcome& outcome,
                                  const record::Dossier& after) {
    const auto& said = statement.statement();
    if (said.seq == 0) {
        repositories_.records().create_dossier(said.chain, std::string{record::to_text(after.kind())},
                                               after.opened_at(), after.opener().party, after.opener().authority);
    }
    // The chain is the truth; this is its index, and of a confidential request it knows what anybody may.
    const auto index_request = [&](const record::RequestChanged&) {
        const auto& request = *after.request();
        ports::RequestRow row;
        row.chain = said.chain;
        row.requesting_party = request.requesting.party;
        row.requesting = request.requesting.authority;
        if (request.requested) {
            row.requested_party = request.requested->party;
            row.requested = request.requested->authority;
        }
        if (request.code) row.requested_code = request.code->text();
        row.status = request.status;
        row.due = request.due;
        if (request.routing) {
            std::vector<model::Obstacle> obstacles;
            for (const auto& [code, at] : request.obstacles) obstacles.push_back(code);
            row.open = ports::RequestRow::Open{.routing = *request.routing,
                                               .sent_at = request.sent_at,
                                               .status_at = request.status_at,
                                               .first_due = request.first_due,
                                               .acknowledged_at = request.acknowledged_at,
                                               .replied_at = request.replied_at,
                                               .executed_at = request.executed_at,
                                               .over_at = request.over_at,
                                               .obstacles = std::move(obstacles),
                                               .reminders = request.reminders_of(model::RequestSide::requesting),
                                               .off_platform = request.off_platform.size()};
        }
        repositories_.requests().set(row);
    };
    const auto withdraw = [&](const record::EntriesWithdrawn& withdrawn) {
        for (const auto& entry : withdrawn.entries) {
            const auto* const item = after.item(entry);
            ensure(item != nullptr, "what is withdrawn stands in the dossier");
            repositories_.attachments().set_withdrawn(said.chain, item->seq, context_.time.now());
            leave_lost(said.chain, *item);
            repositories_.records().withdraw_blob(said.chain, item->sealed, context_.time.now());
        }
        deletes_ = true;
    };
    for (const auto& effect : outcome.effects) {
        std::visit(
            Overloaded{[&](const record::ReaderAdmitted& admitted) {
                           repositories_.records().set_reader(said.chain, {.party = admitted.authority.party,
                                                                           .authority = admitted.authority.authority,
                                                                           .participant = admitted.participant,
                                                                           .until_seq = std::nullopt});
                       },
                       [&](const record::ReaderRemoved& removed) {
                           repositories_.records().set_reader(said.chain, {.party = removed.authority.party,
                                                                           .authority = removed.authority.authority,
                                                                           .participant = false,
                                                                           .until_seq = said.seq});
                       },
                       withdraw, index_request, [](const auto&) {}},
            effect);
    }
}

void delete_withdrawn(Context& context) {
    constexpr std::size_t kAtOnce = 100;
    while (true) {
        const auto uploads = context.store.read(
            [](const ports::Repositories& repositories) { return repositories.attachments().to_delete(kAtOnce); });
        if (uploads.empty()) return;
        for (const auto& upload : uploads) context.blobs.remove(upload);
        const auto noted = context.store.write([&](ports::Repositories& repositories) -> Result<> {
            for (const auto& upload : uploads) repositories.attachments().set_gone(upload);
            return {};
        });
        // No room to note it: the rows ask for it again, and deleting what is gone is no error.
        if (!noted) return;
    }
}

}  // namespace rogatory::service
