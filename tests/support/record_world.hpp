#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "crypto/sign.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/merkle.hpp"
#include "platform/record/casebook.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/notice_board.hpp"
#include "platform/record/receipts.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"
#include "tests/support/seeded_random.hpp"

namespace rogatory::tests {

// Somebody with keys. What he may do is the register's business.
struct Person {
    crypto::SigningKey key;
    age::HybridIdentity identity;
    model::ChainId register_chain;
    model::AuthorityId authority;
    model::MemberId member;
};
using PersonPtr = std::shared_ptr<const Person>;

// A world in memory for tests of records: one log with its key and three witnesses, Party registers, dossiers,
// receipts. Every call is deterministic for a seed. Nothing here decides anything: platform/record judges.
class World final : public record::Registers {
public:
    enum class Witnesses { none, three };
    explicit World(std::uint64_t seed = 1, Witnesses witnesses = Witnesses::none);

    // A real server beside this world: its log's policy, its newest signed checkpoint as `seen`, and blobs that are
    // there. Statements then go to both, in one order, so that the two trees are one.
    struct Outside {
        std::string log_policy;
        std::function<record::Seen()> seen;
        std::function<model::Digest()> blob;
    };
    void attach(Outside outside);

    // --- the log -----------------------------------------------------------------------------------------------------
    [[nodiscard]] std::string log_policy() const { return log_policy_; }
    [[nodiscard]] model::LogIndex next_index() const { return tree_.size(); }
    [[nodiscard]] record::Seen seen() const;
    [[nodiscard]] std::string cosigned_checkpoint(std::size_t cosignatures = 2) const;
    UnixSeconds now = 1'800'000'000;

    // --- people ----------------------------------------------------------------------------------------------------
    [[nodiscard]] PersonPtr person(const model::ChainId& register_chain, const model::AuthorityId& authority);
    // Who is to found a register: its chain follows from the key.
    [[nodiscard]] PersonPtr founder();
    [[nodiscard]] PersonPtr with_new_keys(const Person& person);
    [[nodiscard]] record::EnrolmentRecord record_of(const Person& person, std::optional<model::InvitationId> invitation,
                                                    model::Role role, bool service = false);
    [[nodiscard]] record::Invited invitation(record::InvitationPurpose purpose, const model::AuthorityId& authority,
                                             const model::MemberId& member, model::Role role, bool service = false);

    // --- statements ------------------------------------------------------------------------------------------------
    [[nodiscard]] record::Statement draft(const Person& author, const model::ChainId& chain, record::Body body) const;
    [[nodiscard]] record::SignedStatement sign(const Person& author, const model::ChainId& chain, record::Body body);
    // Judged at the place it would get in the log, without changing anything.
    [[nodiscard]] record::Outcome judge(const record::SignedStatement& statement) const;
    // Judged, applied and logged; a minute passes.
    record::Outcome append(const record::SignedStatement& statement);
    record::Outcome say(const Person& author, const model::ChainId& chain, record::Body body);
    // The same, and it must be effective.
    model::StatementId must(const Person& author, const model::ChainId& chain, record::Body body);

    // --- whole steps, each effective
    // ----------------------------------------------------------------------------------- A Party with its root
    // authority and first custodian.
    PersonPtr found(const std::string& code, model::AuthorityKind kind = model::AuthorityKind::fiu);
    PersonPtr add_member(const Person& custodian, model::Role role, bool service = false);
    PersonPtr add_authority(const Person& root_custodian, const std::string& name = "Asset recovery office");
    void remove_member(const Person& custodian, const Person& member);
    void pin(const Person& root_custodian, const model::ChainId& other);
    void pin_all(const std::vector<PersonPtr>& root_custodians);  // each all others

    [[nodiscard]] record::NewEpoch epoch(std::uint64_t number, std::vector<model::AuthorityRef> audience);
    model::ChainId open(const Person& opener, std::vector<model::AuthorityRef> others, model::HandlingPolicy policy,
                        record::DossierKind kind = record::DossierKind::share);
    [[nodiscard]] record::Entry entry(const model::ChainId& dossier, std::size_t attachments = 1);
    model::StatementId add_entry(const Person& author, const model::ChainId& dossier);
    [[nodiscard]] record::Granted grant(const model::ChainId& dossier, const model::AuthorityRef& to,
                                        const std::vector<std::uint64_t>& epochs,
                                        std::vector<model::StatementId> consents = {});
    [[nodiscard]] record::Consented consent(const model::ChainId& dossier, const model::AuthorityRef& to,
                                            std::vector<std::uint64_t> epochs);

    // With the epoch that leaves `whom` out.
    [[nodiscard]] record::Revoked revoke(const model::ChainId& dossier, const model::AuthorityRef& whom);

    // --- what is there
    // -------------------------------------------------------------------------------------------------
    [[nodiscard]] const record::Register* by_chain(const model::ChainId& chain) const override;
    [[nodiscard]] const record::Register* by_party(const model::PartyId& party) const override;
    [[nodiscard]] const record::Register& register_of(const Person& person) const;
    [[nodiscard]] const record::Dossier& dossier(const model::ChainId& chain) const { return dossiers_.at(chain); }
    [[nodiscard]] const record::Receipts& receipts(const model::ChainId& dossier,
                                                   const model::AuthorityRef& authority) const;
    [[nodiscard]] const record::NoticeBoard& board_of(const Person& person) const;
    [[nodiscard]] const record::Casebook& casebook(const model::ChainId& chain) const { return casebooks_.at(chain); }
    [[nodiscard]] model::AuthorityRef ref(const Person& person) const;
    // Every statement appended, with its index, in order.
    struct Logged {
        record::SignedStatement statement;
        model::LogIndex index;
        record::Outcome outcome;
    };
    [[nodiscard]] const std::vector<Logged>& history() const { return history_; }

    [[nodiscard]] age::HybridRecipient recipient() { return age::HybridIdentity::generate(random).recipient(); }
    [[nodiscard]] model::Digest digest() {
        return outside_.blob ? outside_.blob() : record::random_id<model::Digest>(random);
    }
    template <class Id>
    [[nodiscard]] Id id() {
        return record::random_id<Id>(random);
    }
    [[nodiscard]] record::NewGeneration next_generation(const Person& person);

    SeededRandom random;

private:
    [[nodiscard]] record::Head head(const model::ChainId& chain) const;

    Outside outside_;
    tlog::LogSigner log_;
    std::vector<tlog::WitnessSigner> witnesses_;
    std::string log_policy_;
    tlog::Frontier tree_;
    std::map<model::ChainId, record::Register> registers_;
    std::map<model::PartyId, model::ChainId> chain_by_party_;
    std::map<model::ChainId, record::Dossier> dossiers_;
    std::map<model::ChainId, record::Receipts> receipts_;
    std::map<model::ChainId, record::NoticeBoard> boards_;
    std::map<model::ChainId, record::Casebook> casebooks_;
    std::vector<Logged> history_;
};

[[nodiscard]] model::PartyCode code(const std::string& text);
[[nodiscard]] model::DisplayName name(const std::string& text);

}  // namespace rogatory::tests
