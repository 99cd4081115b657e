#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "platform/ports/server.hpp"
#include "web/client/https.hpp"

namespace rogatory::client {

// The agent's port over HTTPS: web/api/openapi.yaml from the other side. See platform/ports/server.hpp for what each
// call promises; nothing here trusts or interprets an answer beyond its shape.
class HttpsServer final : public ports::Server {
public:
    HttpsServer(Origin origin, HttpsOptions options);
    ~HttpsServer() override;

    [[nodiscard]] std::string session_token() const override;
    void use_session(std::string_view token) override;

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
    Result<ports::remote::ChainPage> chain(const ports::remote::Hash& chain, std::uint64_t from_seq,
                                           unsigned limit) override;
    Result<std::vector<ports::remote::Appended>> append(const ports::remote::Append& append) override;
    Result<Bytes> blob(const ports::remote::Hash& chain, const ports::remote::Hash& sha256) override;
    Result<ports::remote::Page<ports::remote::DossierRow>> dossiers(const ports::remote::Id& authority,
                                                                    std::string_view cursor) override;

    Result<ports::remote::Downloaded> download(const ports::remote::Hash& chain, const ports::remote::Id& attachment,
                                               const ports::remote::Hash& sha256, std::uint64_t offset,
                                               const ports::remote::Sink& sink) override;
    Result<ports::remote::UploadTicket> begin_upload(const ports::remote::Hash& chain,
                                                     const ports::remote::Id& attachment,
                                                     const ports::remote::Id& authority, std::uint64_t size) override;
    Result<ports::remote::UploadBegun> upload_at_once(const ports::remote::Hash& chain,
                                                      const ports::remote::Id& attachment,
                                                      const ports::remote::Id& authority, ByteView bytes) override;
    Result<std::uint64_t> upload_offset(const ports::remote::UploadTicket& ticket) override;
    Result<std::uint64_t> upload(const ports::remote::UploadTicket& ticket, std::uint64_t offset,
                                 ByteView bytes) override;
    Result<> abandon_upload(const ports::remote::UploadTicket& ticket) override;

    Result<std::vector<ports::remote::Appended>> invite(const ports::remote::InvitationOrder& order) override;
    Result<std::vector<ports::remote::InvitationRow>> invitations(const ports::remote::Id& authority) override;
    Result<> cancel_invitation(const ports::remote::Id& invitation) override;

    Result<> begin_recovery(const ports::remote::RecoveryOrder& order) override;
    Result<std::vector<ports::remote::InvitationRow>> recoveries(const ports::remote::Id& authority) override;

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

    // One's own: openapi.yaml, Passkey and Notices.
    struct Passkey {
        std::int64_t id = 0;
        bool unlocks = false, backed_up = false;
        UnixSeconds created_at = 0;
    };
    // Where a mail without content goes: at most one in `every` seconds, none in the quiet hours (minutes after
    // midnight, UTC).
    struct Notices {
        std::string address;
        std::int64_t every = 0;
        std::optional<std::pair<int, int>> quiet;
        bool refused = false;
        std::optional<UnixSeconds> sent_at, failed_at;
    };
    Result<std::vector<Passkey>> passkeys();
    Result<> remove_passkey(std::int64_t id);
    Result<std::optional<Notices>> notices();  // nothing: no mail is wanted
    Result<> set_notices(const Notices& wanted);
    Result<> remove_notices();

    // Of one Party, for administrators: openapi.yaml, BoardRow.
    struct BoardRow {
        std::string code, name, state, stage, waits_for, recovery;
        std::optional<ports::remote::Hash> founded_id;
        std::optional<UnixSeconds> since, seen_on;
        std::uint64_t authorities = 0, authorities_live = 0, custodians = 0, pinned_by = 0;
        std::uint64_t bytes = 0, quota = 0, sessions = 0;
        bool own_quota = false;
    };
    // Why somebody was refused.
    struct Refusal {
        std::string cause;
        UnixSeconds at = 0;
        std::string user_name;
        std::int64_t seconds = 0;
    };
    Result<std::vector<BoardRow>> board();
    Result<> set_quota(std::string_view code, std::optional<std::uint64_t> bytes);
    Result<Refusal> support(std::string_view code);

private:
    class Calls;
    std::unique_ptr<Calls> calls_;
};

}  // namespace rogatory::client
