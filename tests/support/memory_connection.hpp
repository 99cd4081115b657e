#pragma once

#include "tests/support/memory_platform.hpp"

namespace rogatory::test {

// One client's view of a MemoryPlatform.
class MemoryConnection final : public ports::Server {
public:
    explicit MemoryConnection(MemoryPlatform& platform) : platform_{platform} {}

    std::string session_token() const override { return token_; }
    void use_session(std::string_view token) override { token_ = token; }
    Result<ports::remote::ServerInfo> about() override;
    Result<ports::remote::Challenge> challenge(std::string_view user_name) override;
    Result<ports::remote::SignInAnswer> sign_in(const ports::remote::SignIn& sign_in) override;
    Result<ports::remote::Redeemed> redeem(ByteView redeem) override;
    Result<Bytes> checkpoint(std::uint64_t log_number) override;
    Result<Bytes> witnessed_checkpoint(std::uint64_t log_number) override;
    Result<Bytes> successor(std::uint64_t log_number) override;
    Result<> offer_checkpoint(std::uint64_t log_number, ByteView note) override;
    Result<Bytes> first_witnessed_checkpoint(std::uint64_t log_number, std::uint64_t covers) override;
    Result<Bytes> tile(std::uint64_t log_number, unsigned level, std::uint64_t index, unsigned width) override;
    Result<Bytes> entry_bundle(std::uint64_t log_number, std::uint64_t index, unsigned width) override;
    Result<Bytes> totp_secret() override;
    Result<std::vector<ports::remote::Appended>> enrol(const ports::remote::Enrolment& enrolment) override;
    Result<ports::remote::EnrolmentState> enrolment_state() override;
    Result<ports::remote::Me> me() override;
    Result<ports::remote::StoredBundle> bundle() override;
    Result<> replace_bundle(const ports::remote::BundleChange& change) override;
    Result<> end_kit_attempt() override;
    Result<std::vector<ports::remote::KitAttempt>> kit_attempts(const ports::remote::Id& authority) override;
    Result<std::optional<ports::remote::StoredState>> state() override;
    Result<std::string> replace_state(std::string_view expected_tag, ByteView state) override;
    Result<std::vector<ports::remote::SessionRow>> sessions() override;
    Result<> end_session(std::string_view id) override;
    Result<> sign_out() override;
    Result<std::vector<ports::remote::PartyRow>> parties() override;
    Result<ports::remote::ChainPage> chain(const Hash& chain, std::uint64_t from_seq, unsigned limit) override;
    Result<std::vector<ports::remote::Appended>> append(const ports::remote::Append& append) override;
    Result<Bytes> blob(const Hash& chain, const Hash& sha256) override;
    Result<ports::remote::Page<ports::remote::DossierRow>> dossiers(const Id& authority,
                                                                    std::string_view cursor) override;
    Result<ports::remote::Downloaded> download(const Hash& chain, const Id& attachment, const Hash& sha256,
                                               std::uint64_t offset, const ports::remote::Sink& sink) override;
    Result<ports::remote::UploadTicket> begin_upload(const Hash& chain, const Id& attachment, const Id& authority,
                                                     std::uint64_t size) override;
    Result<ports::remote::UploadBegun> upload_at_once(const ports::remote::Hash& chain,
                                                      const ports::remote::Id& attachment,
                                                      const ports::remote::Id& authority, ByteView bytes) override;
    Result<std::uint64_t> upload_offset(const ports::remote::UploadTicket& ticket) override;
    Result<std::uint64_t> upload(const ports::remote::UploadTicket& ticket, std::uint64_t offset,
                                 ByteView bytes) override;
    Result<> abandon_upload(const ports::remote::UploadTicket& ticket) override;
    Result<std::vector<ports::remote::Appended>> invite(const ports::remote::InvitationOrder& order) override;
    Result<std::vector<ports::remote::InvitationRow>> invitations(const Id& authority) override;
    Result<> cancel_invitation(const Id& invitation) override;
    Result<> begin_recovery(const ports::remote::RecoveryOrder& order) override;
    Result<std::vector<ports::remote::InvitationRow>> recoveries(const Id& authority) override;
    Result<std::vector<ports::remote::PartyRow>> admin_parties() override;
    Result<> create_party(std::string_view code, std::string_view name) override;
    Result<> invite_founder(std::string_view code, const ports::remote::PartyInvitation& invitation) override;
    Result<> suspend_party(std::string_view code, std::string_view reason) override;
    Result<> resume_party(std::string_view code, std::string_view reason) override;
    Result<> suspend_account(std::string_view user_name, std::string_view reason) override;
    Result<> resume_account(std::string_view user_name, std::string_view reason) override;
    Result<std::vector<ports::remote::SessionRow>> admin_sessions() override;
    Result<> admin_end_session(std::string_view id) override;
    Result<ports::remote::Page<ports::remote::AuditRow>> audit(std::string_view cursor) override;
    Result<ports::remote::Counts> counts() override;

private:
    Result<MemorySession*> session(ports::remote::SessionScope scope);
    Result<MemoryAccount*> account(ports::remote::SessionScope scope);
    std::string start_session(MemorySession session);
    Result<std::vector<ports::remote::Appended>> store(const ports::remote::Append& append,
                                                       const std::string& user_name);
    [[nodiscard]] ports::remote::InvitationRow row_of(const Id& id, const MemoryInvitation& invitation,
                                                      const std::string& user_name) const;
    [[nodiscard]] bool may_read(const MemoryAccount& account, const Hash& chain) const;

    MemoryPlatform& platform_;
    std::string token_;
};

}  // namespace rogatory::test
