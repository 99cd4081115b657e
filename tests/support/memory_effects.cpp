#include <algorithm>

#include "tests/support/memory_platform.hpp"

namespace rogatory::test {
namespace {

// Which account answered the invitation that this record names.
template <class Invitations, class Accounts>
std::string user_of(const Invitations& invitations, const Accounts& accounts, const record::EnrolmentRecord& record) {
    if (!record.invitation) return {};
    const auto found = invitations.find(record.invitation->value());
    if (found == invitations.end()) return {};
    return accounts.contains(found->second.answered_by) ? found->second.answered_by : std::string{};
}

}  // namespace

void MemoryPlatform::take_effect(const record::SignedStatement& statement, const std::string& user_name) {
    const auto& content = statement.statement();
    const auto chain = content.chain.value();
    const auto code_of = [&](const Hash& register_chain) -> std::string {
        for (const auto& party : parties) {
            if (party.register_chain == register_chain) return party.code;
        }
        return {};
    };
    const auto admit = [&](const record::EnrolmentRecord& record) {
        const auto user = user_of(invitations, accounts, record);
        if (record.invitation && invitations.contains(record.invitation->value())) {
            invitations.at(record.invitation->value()).state = "spent";
        }
        if (user.empty()) return;
        auto& memberships = accounts.at(user).memberships;
        std::erase_if(memberships, [&](const auto& row) { return row.member == record.member.value(); });
        memberships.push_back({chain, code_of(chain), record.authority.value(), record.member.value(),
                               std::string{model::to_text(record.role)}});
    };
    const auto admit_readers = [&](const record::NewEpoch& epoch) {
        for (const auto& line : epoch.grants) readers[chain].insert(line.authority.value());
    };
    if (const auto* founded = statement.body<record::Founded>()) {
        if (founded->succeeds) {
            for (auto& party : parties) {
                if (party.founded_id == founded->succeeds->party.value()) party.succeeded = true;
            }
            create_party(founded->code.text(), founded->code.text());
        }
        for (auto& party : parties) {
            if (party.code != founded->code.text() || party.founded_id) continue;
            party.register_chain = chain;
            party.founded_id = statement.id().value();
            party.name = founded->name.text();
        }
        accounts.at(user_name).memberships.push_back(
            {chain, founded->code.text(), founded->authority.id.value(), founded->member.value(), "custodian"});
    } else if (const auto* added = statement.body<record::MemberAdded>()) {
        admit(added->record.record);
    } else if (const auto* authority = statement.body<record::AuthorityAdded>()) {
        admit(authority->record.record);
    } else if (const auto* rekeyed = statement.body<record::MemberRekeyed>()) {
        if (rekeyed->reason != record::RekeyReason::rotated) admit(rekeyed->record.record);
    } else if (const auto* recovered = statement.body<record::AuthorityRecovered>()) {
        const auto& record = recovered->record.record;
        const auto user = std::string{user_name};
        accounts.at(user).memberships.push_back(
            {chain, code_of(chain), record.authority.value(), record.member.value(), "custodian"});
        for (auto& [id, invitation] : invitations) {
            if (invitation.kind != ports::remote::InvitationKind::recovery ||
                invitation.authority != record.authority.value()) {
                continue;
            }
            invitation.state = invitation.answered_by == user ? "spent" : "cancelled";
        }
    } else if (const auto* removed = statement.body<record::MemberRemoved>()) {
        for (auto& [name, account] : accounts) {
            const auto gone = std::erase_if(account.memberships,
                                            [&](const auto& row) { return row.member == removed->member.value(); });
            if (gone > 0) std::erase_if(sessions, [&](const auto& row) { return row.second.user_name == name; });
        }
    } else if (const auto* opened = statement.body<record::Opened>()) {
        dossier_chains.push_back(chain);
        admit_readers(opened->epoch);
    } else if (const auto* granted = statement.body<record::Granted>()) {
        readers[chain].insert(granted->authority.value());
    } else if (const auto* revoked = statement.body<record::Revoked>()) {
        readers[chain].erase(revoked->authority.value());
    } else if (const auto* withdrawn = statement.body<record::Withdrawn>()) {
        for (const auto& stored : chains.at(chain)) {
            if (std::none_of(withdrawn->entries.begin(), withdrawn->entries.end(),
                             [&](const auto& id) { return id.value() == stored.id; })) {
                continue;
            }
            const auto entry = record::SignedStatement::parse(as_text(stored.envelope));
            if (!entry || entry->body<record::Entry>() == nullptr) continue;
            for (const auto& line : entry->body<record::Entry>()->attachments) {
                auto& attachment = attachments.at(line.id.value());
                attachment.withdrawn = true;
                attachment.bytes.clear();
            }
        }
    }
}

}  // namespace rogatory::test
