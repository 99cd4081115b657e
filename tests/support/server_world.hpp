#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/sign.hpp"
#include "platform/ports/clock.hpp"
#include "platform/record/casebook.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/notice_board.hpp"
#include "platform/record/receipts.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"
#include "platform/service/services.hpp"

namespace rogatory::tests {

// An official as the trusted end knows him: keys of his own, one membership, an account.
struct Official {
    std::string user_name;
    crypto::SigningKey key;
    age::HybridIdentity identity;
    crypto::SigningKey sign_in_key;
    crypto::SigningKey kit_key;
    ByteArray<20> totp{};
    model::ChainId register_chain;
    model::AuthorityId authority;
    model::MemberId member;
    std::string token;
    bool service = false;  // a machine: no second factor and no kit
};
using OfficialPtr = std::shared_ptr<Official>;

// What several officials know together: the chains they have written, replayed by platform/record as a client does. It
// talks to the use cases as web/api would, with real keys, signatures and age files.
class ServerWorld final : public record::Registers {
public:
    // `wait` lets the clock pass 31 seconds, so that the next one-time code is another.
    ServerWorld(service::Services& services, const ports::Clock& clock, std::function<void()> wait,
                std::string origin = "https://test.example")
        : services_{&services}, clock_{clock}, wait_{std::move(wait)}, origin_{std::move(origin)} {}

    void use(service::Services& services) { services_ = &services; }
    [[nodiscard]] service::Services& services() { return *services_; }

    // --- people ----------------------------------------------------------------------------------------------------
    OfficialPtr administrator(const std::string& code, const std::string& user_name = "admin");
    // Creates the Party, invites its founder and enrols him, who founds.
    OfficialPtr found(Official& administrator, const std::string& code);
    // Invites, enrols, approves; the answer can sign in.
    OfficialPtr join(Official& custodian, model::Role role, const std::string& user_name);
    struct Pending {
        OfficialPtr official;
        record::SignedStatement invited;
        record::SignedRecord record;
        ByteArray<16> redeem{};
        std::string token;  // of the enrolment's session
    };
    Pending answer_invitation(Official& custodian, model::Role role, const std::string& user_name,
                              bool service = false);
    void approve(Official& custodian, const Pending& pending);
    void remove(Official& custodian, const Official& member);

    Result<std::variant<service::SignedIn, service::KitWait>> try_sign_in(const Official& official);
    void sign_in(Official& official);
    [[nodiscard]] Result<service::Principal> authenticate(const Official& official) {
        return services_->authenticator.authenticate(official.token);
    }
    [[nodiscard]] service::Principal principal(const Official& official) { return authenticate(official).value(); }

    // --- statements ------------------------------------------------------------------------------------------------
    [[nodiscard]] record::Statement draft(const Official& author, const model::ChainId& chain, record::Body body);
    [[nodiscard]] record::SignedStatement sign(const Official& author, const model::ChainId& chain, record::Body body);
    // What a client does after a 201.
    void learn(const record::SignedStatement& statement, model::LogIndex index);
    Result<std::vector<service::Appended>> try_append(Official& author, const record::SignedStatement& statement,
                                                      std::vector<Bytes> blobs = {});
    // Must succeed.
    service::Appended append(Official& author, const record::SignedStatement& statement, std::vector<Bytes> blobs = {});

    // --- dossiers ----------------------------------------------------------------------------------------------------
    [[nodiscard]] model::AuthorityRef ref(const Official& official) const {
        return {by_chain(official.register_chain)->party(), official.authority};
    }
    // An age file to a fresh recipient, and its digest.
    [[nodiscard]] Bytes age_file(std::size_t plaintext = 40);
    [[nodiscard]] record::NewEpoch epoch(std::uint64_t number, std::vector<model::AuthorityRef> audience,
                                         std::vector<Bytes>& blobs);
    model::ChainId open(Official& opener, std::vector<model::AuthorityRef> others,
                        model::HandlingPolicy policy = {model::Onward::participants_only, {}, {}},
                        record::DossierKind kind = record::DossierKind::share);
    [[nodiscard]] record::Entry entry(const model::ChainId& dossier, std::vector<record::AttachmentLine> attachments,
                                      std::vector<Bytes>& blobs);
    model::StatementId add_entry(Official& author, const model::ChainId& dossier,
                                 std::vector<record::AttachmentLine> attachments = {});
    // Uploads an age file in one PATCH.
    record::AttachmentLine upload(Official& author, const model::ChainId& dossier, const Bytes& file);

    [[nodiscard]] const record::Register* by_chain(const model::ChainId& chain) const override;
    [[nodiscard]] const record::Register* by_party(const model::PartyId& party) const override;
    [[nodiscard]] const record::Dossier& dossier(const model::ChainId& chain) const { return dossiers_.at(chain); }
    [[nodiscard]] record::Head head(const model::ChainId& chain) const;

    crypto::Random& random = crypto::system_random();

    // Somebody with keys and no account; and one posted enrolment, which must succeed.
    [[nodiscard]] OfficialPtr person(std::string user_name);
    void enrol(Official& official, const std::string& token, service::EnrolmentRequest request);

private:
    service::Services* services_;
    const ports::Clock& clock_;
    std::function<void()> wait_;
    std::string origin_;
    std::map<model::ChainId, record::Register> registers_;
    std::map<model::PartyId, model::ChainId> chain_by_party_;
    std::map<model::ChainId, record::Dossier> dossiers_;
    std::map<model::ChainId, record::Receipts> receipts_;
    std::map<model::ChainId, record::NoticeBoard> boards_;
    std::map<model::ChainId, record::Casebook> casebooks_;
};

[[nodiscard]] service::AppendRequest request_of(const record::SignedStatement& statement,
                                                const std::vector<Bytes>& blobs = {});

}  // namespace rogatory::tests
