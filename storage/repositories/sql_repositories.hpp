#pragma once

#include "platform/ports/store.hpp"
#include "storage/log/sql_log.hpp"
#include "storage/sqlite/database.hpp"

// The repositories over one connection. SQL stands beside the function that uses it; each row is mapped by one
// function.
namespace rogatory::storage {

class SqlParties final : public ports::Parties {
public:
    explicit SqlParties(Database& database) : database_{database} {}
    std::optional<ports::PartyRow> find(const std::string& code) const override;
    std::optional<ports::PartyRow> find_by_id(std::int64_t id) const override;
    std::optional<ports::PartyRow> find_by_register(ports::ChainId chain) const override;
    std::optional<ports::PartyRow> find_by_founded(ports::PartyId founded) const override;
    std::vector<ports::PartyRow> list(const std::string& after, std::size_t limit) const override;
    Result<std::int64_t> create(const std::string& code, const std::string& name, UnixSeconds at) override;
    Result<> set_founded(std::int64_t party, ports::ChainId register_chain, ports::PartyId founded) override;
    Result<> set_founded_anew(std::int64_t party, ports::ChainId register_chain, ports::PartyId founded,
                              UnixSeconds at) override;
    void suspend(std::int64_t party, std::optional<UnixSeconds> at, const std::string& reason) override;
    void set_quota(std::int64_t party, std::optional<std::uint64_t> bytes) override;
    ports::PartyActivity activity(ports::ChainId register_chain, UnixSeconds since) const override;
    std::optional<ports::MemberRow> find_member(ports::ChainId register_chain, ports::MemberId member) const override;
    std::vector<ports::MemberRow> members(ports::ChainId register_chain) const override;
    void replace_members(ports::ChainId register_chain, const std::vector<ports::MemberRow>& members) override;
    std::optional<ports::PartyRow> find_by_authority(ports::AuthorityId authority) const override;
    std::optional<ports::PartyAccess> access(ports::ChainId register_chain) const override;
    void set_access(ports::ChainId register_chain, const ports::PartyAccess& rules) override;
    std::vector<std::string> codes_of(const std::string& user_name) const override;
    std::vector<std::string> codes_reading(ports::ChainId chain) const override;
    std::uint64_t count() const override;

private:
    Database& database_;
};

class SqlAccounts final : public ports::Accounts {
public:
    explicit SqlAccounts(Database& database) : database_{database} {}
    std::optional<ports::AccountRow> find(std::int64_t id) const override;
    std::optional<ports::AccountRow> find_by_name(const std::string& user_name) const override;
    Result<std::int64_t> create(const ports::AccountRow& account) override;
    void set_keys(std::int64_t id, const ByteArray<32>& sign_in_key,
                  const std::optional<ByteArray<32>>& kit_key) override;
    void set_totp(std::int64_t id, const ByteArray<20>& secret, std::int64_t last_counter) override;
    void spend_totp(std::int64_t id, std::int64_t counter) override;
    void set_kit_waiting(std::int64_t id, std::optional<UnixSeconds> since) override;
    void kit_told(std::int64_t id) override;
    void set_kit_used(std::int64_t id, std::optional<UnixSeconds> at) override;
    void seen(std::int64_t id, UnixSeconds day) override;
    void suspend(std::int64_t id, std::optional<UnixSeconds> at, const std::string& reason) override;
    Bytes bundle(std::int64_t id) const override;
    void set_bundle(std::int64_t id, std::uint64_t version, ByteView bytes) override;
    Bytes state(std::int64_t id) const override;
    void set_state(std::int64_t id, std::uint64_t version, ByteView bytes) override;
    std::vector<ports::AccountMembership> memberships(std::int64_t id) const override;
    void add_membership(std::int64_t id, ports::ChainId register_chain, ports::MemberId member) override;
    void remove_membership(std::int64_t id, ports::ChainId register_chain, ports::MemberId member) override;
    std::vector<std::int64_t> accounts_of(ports::ChainId register_chain, ports::MemberId member) const override;
    std::uint64_t count() const override;

private:
    Database& database_;
};

class SqlSessions final : public ports::Sessions {
public:
    explicit SqlSessions(Database& database) : database_{database} {}
    void create(const ports::SessionRow& session, const ports::Digest& token_sha256) override;
    std::optional<ports::SessionRow> find_by_token(const ports::Digest& token_sha256) const override;
    std::optional<ports::SessionRow> find(ports::SessionId id) const override;
    void touch(ports::SessionId id, UnixSeconds at) override;
    void stepped_up(ports::SessionId id, UnixSeconds at) override;
    void began_with(ports::SessionId id, const ports::Digest& certificate) override;
    void remove(ports::SessionId id) override;
    void remove_of_account(std::int64_t account, std::optional<ports::SessionId> except) override;
    void remove_kits_alone(std::int64_t account) override;
    void remove_of_invitation(ports::InvitationId invitation) override;
    std::size_t remove_expired(UnixSeconds last_seen_before, UnixSeconds created_before) override;
    std::vector<ports::SessionRow> list(std::optional<std::int64_t> account, ports::SessionId after,
                                        std::size_t limit) const override;
    std::uint64_t count() const override;

private:
    Database& database_;
};

class SqlInvitations final : public ports::Invitations {
public:
    explicit SqlInvitations(Database& database) : database_{database} {}
    Result<> create(const ports::InvitationRow& invitation) override;
    std::optional<ports::InvitationRow> find(ports::InvitationId id) const override;
    std::optional<ports::InvitationRow> find_by_redeem(const ports::Digest& redeem_sha256) const override;
    std::vector<ports::InvitationRow> list(ports::ChainId register_chain, ports::AuthorityId authority) const override;
    std::vector<ports::InvitationRow> candidacies(std::int64_t account) const override;
    std::vector<ports::InvitationRow> open_of_party(std::int64_t party) const override;
    void set_totp(ports::InvitationId id, const ByteArray<20>& secret) override;
    void keep_credentials(ports::InvitationId id, const ports::PendingCredentials& credentials) override;
    std::optional<ports::PendingCredentials> take_credentials(ports::InvitationId id) override;
    void answer(ports::InvitationId id, ByteView record, ByteView mac, std::int64_t account) override;
    void set_state(ports::InvitationId id, ports::InvitationState state) override;
    std::size_t cancel_expired(UnixSeconds now) override;

private:
    Database& database_;
};

class SqlRecords final : public ports::Records {
public:
    explicit SqlRecords(Database& database) : database_{database} {}
    void count_bytes(ports::PartyId party, ports::AuthorityId authority, std::uint64_t bytes) override;
    std::uint64_t bytes_of_authority(ports::AuthorityId authority) const override;
    std::uint64_t bytes_of_party(ports::PartyId party) const override;
    std::optional<ports::ChainRow> find_chain(ports::ChainId chain) const override;
    std::vector<ports::ChainRow> chains() const override;
    void create_chain(const ports::ChainRow& chain) override;
    std::optional<ports::StatementRow> find_statement(ports::StatementId id) const override;
    std::vector<ports::StatementRow> statements(ports::ChainId chain, std::uint64_t from,
                                                std::size_t limit) const override;
    void add_statement(const ports::StatementRow& statement) override;
    std::uint64_t count_chains() const override;
    std::uint64_t count_statements() const override;
    bool introduce(ports::IntroducedKind kind, const ByteArray<16>& id, std::optional<ports::ChainId> owner,
                   std::uint64_t index) override;
    bool introduced(ports::IntroducedKind kind, const ByteArray<16>& id) const override;
    bool add_blob(ports::ChainId chain, const ports::InlineBlobRow& blob) override;
    void withdraw_blob(ports::ChainId chain, const ports::Digest& sha256, UnixSeconds at) override;
    std::optional<ports::InlineBlobRow> find_blob(ports::ChainId chain, const ports::Digest& sha256) const override;
    void create_dossier(ports::ChainId chain, const std::string& kind, UnixSeconds opened_at,
                        ports::PartyId opener_party, ports::AuthorityId opener) override;
    void set_reader(ports::ChainId chain, const ports::ReaderRow& reader) override;
    std::optional<ports::DossierRow> find_dossier(ports::ChainId chain) const override;
    std::optional<ports::ReaderRow> find_reader(ports::ChainId chain, ports::AuthorityId authority) const override;
    std::vector<ports::DossierRow> dossiers(const std::vector<ports::AuthorityId>& authorities, std::uint64_t before,
                                            std::size_t limit) const override;

private:
    struct StoredChain {
        std::int64_t id{};
        std::uint64_t last_index{};
    };
    StoredChain chain_row(ports::ChainId chain) const;
    std::vector<ports::ReaderRow> readers_of(std::int64_t chain_id) const;
    Database& database_;
};

class SqlAttachments final : public ports::Attachments {
public:
    explicit SqlAttachments(Database& database) : database_{database} {}
    Result<> create(const ports::UploadRow& upload) override;
    void set_ticket(ports::UploadId id, const ports::Digest& ticket_sha256, UnixSeconds expires_at) override;
    std::optional<ports::UploadRow> find(ports::UploadId id) const override;
    std::optional<ports::UploadRow> find_attachment(ports::AttachmentId attachment) const override;
    void set_received(ports::UploadId id, std::uint64_t received) override;
    void set_sealed(ports::UploadId id, const ports::Digest& sha256) override;
    void set_attached(ports::UploadId id, std::uint64_t entry_seq) override;
    void set_withdrawn(ports::ChainId chain, std::uint64_t entry_seq, UnixSeconds at) override;
    void set_gone(ports::UploadId id) override;
    void remove(ports::UploadId id) override;
    std::vector<ports::UploadId> to_delete(std::size_t limit) const override;
    std::vector<ports::UploadId> expired(UnixSeconds now, std::size_t limit) const override;
    ports::Usage usage_of_account(std::int64_t account) const override;
    ports::Usage usage_of_authority(ports::AuthorityId authority) const override;
    ports::Usage usage_of_party(ports::PartyId party) const override;
    ports::Usage usage() const override;
    std::uint64_t count_attached() const override;

private:
    Database& database_;
};

class SqlJournal final : public ports::Journal {
public:
    explicit SqlJournal(Database& database) : database_{database} {}
    void audit(const ports::AuditRow& row) override;
    std::vector<ports::AuditRow> audit_before(std::uint64_t sequence, std::size_t limit) const override;
    std::vector<ports::AuditRow> audit_after(std::uint64_t sequence, std::size_t limit) const override;
    std::vector<ports::PartyAuditRow> party_audit_after(const std::string& party, std::uint64_t number,
                                                        std::size_t limit) const override;
    std::uint64_t newest_audit(const std::optional<std::string>& party) const override;
    void publish(const ports::OutboxRow& row) override;
    std::vector<ports::OutboxRow> outbox_after(std::uint64_t id, std::size_t limit) const override;
    std::uint64_t newest_outbox(const std::optional<UnixSeconds>& before) const override;
    std::size_t prune_outbox(std::uint64_t through, UnixSeconds before, std::size_t limit) override;
    std::optional<ports::StoredReply> find_reply(std::int64_t account, const std::string& key) const override;
    void keep_reply(std::int64_t account, const std::string& key, const ports::StoredReply& reply) override;
    void forget_replies(UnixSeconds before) override;
    std::optional<Bytes> value(const std::string& name) const override;
    void set_value(const std::string& name, ByteView bytes) override;

private:
    Database& database_;
};

class SqlPasskeys final : public ports::Passkeys {
public:
    explicit SqlPasskeys(Database& database) : database_{database} {}
    Result<std::int64_t> add(const ports::PasskeyRow& passkey) override;
    std::optional<ports::PasskeyRow> find(ByteView credential_id) const override;
    std::vector<ports::PasskeyRow> of_account(std::int64_t account) const override;
    void used(std::int64_t id, std::uint32_t counter, bool backed_up, UnixSeconds at) override;
    void remove(std::int64_t id) override;
    void remove_of_account(std::int64_t account) override;

private:
    Database& database_;
};

class SqlNotices final : public ports::Notices {
public:
    explicit SqlNotices(Database& database) : database_{database} {}
    std::optional<ports::NoticeRow> find(std::int64_t account) const override;
    void set(const ports::NoticeRow& notice) override;
    void remove(std::int64_t account) override;
    void stir_chain(ports::ChainId chain, UnixSeconds at) override;
    void stir_account(const std::string& user_name, UnixSeconds at) override;
    void stir_inviter(ports::InvitationId invitation, UnixSeconds at) override;
    void stir_guardians(const std::string& user_name, UnixSeconds at) override;
    std::vector<ports::NoticeRow> pending(std::size_t limit) const override;
    void sent(std::int64_t account, UnixSeconds at) override;
    void failed(std::int64_t account, const std::string& failure, bool refused, UnixSeconds at) override;

private:
    Database& database_;
};

class SqlRepair final : public ports::Repair {
public:
    explicit SqlRepair(Database& database) : database_{database} {}
    void add_entry(std::uint64_t index, const ByteArray<64>& entry) override;
    std::optional<ByteArray<64>> find_entry(std::uint64_t index) const override;
    std::vector<ByteArray<64>> entries(std::uint64_t from, std::size_t limit) const override;
    std::uint64_t count_entries() const override;
    void add_envelope(std::uint64_t index, const ports::RepairEnvelope& envelope) override;
    std::vector<ports::RepairEnvelope> envelopes(std::uint64_t index) const override;
    void remove_envelope(std::uint64_t index, const std::string& account) override;
    std::vector<ports::IndexRange> missing(std::size_t limit) const override;
    std::uint64_t count_missing() const override;
    void add_blob(const ports::Digest& sha256, ByteView data) override;
    std::optional<Bytes> find_blob(const ports::Digest& sha256) const override;
    void clear() override;
    void add_lost(const ports::LostBlob& lost) override;
    std::optional<ports::LostBlob> find_lost(ports::ChainId chain, const ports::Digest& sha256) const override;
    void remove_lost(ports::ChainId chain, const ports::Digest& sha256) override;
    std::vector<ports::LostBlob> lost(std::size_t limit) const override;
    std::uint64_t count_lost() const override;

private:
    Database& database_;
};

class SqlRequests final : public ports::Requests {
public:
    explicit SqlRequests(Database& database) : database_{database} {}
    void set(const ports::RequestRow& row) override;
    std::vector<ports::RequestRow> list(const std::vector<ports::AuthorityId>& authorities,
                                        const ports::RequestFilter& filter, std::uint64_t before,
                                        std::size_t limit) const override;
    std::vector<ports::DueRequest> due_before(UnixSeconds before, const std::optional<ports::DueRequest>& after,
                                              std::size_t limit) const override;

private:
    Database& database_;
};

class SqlRepositories final : public ports::Repositories {
public:
    SqlRepositories(Database& database, TreeMemory& memory)
        : parties_{database},
          accounts_{database},
          sessions_{database},
          invitations_{database},
          records_{database},
          attachments_{database},
          log_{database, memory},
          journal_{database},
          passkeys_{database},
          notices_{database},
          repair_{database},
          requests_{database} {}

    SqlParties& parties() override { return parties_; }
    SqlAccounts& accounts() override { return accounts_; }
    SqlSessions& sessions() override { return sessions_; }
    SqlInvitations& invitations() override { return invitations_; }
    SqlRecords& records() override { return records_; }
    SqlAttachments& attachments() override { return attachments_; }
    SqlLog& log() override { return log_; }
    SqlJournal& journal() override { return journal_; }
    SqlPasskeys& passkeys() override { return passkeys_; }
    SqlNotices& notices() override { return notices_; }
    SqlRepair& repair() override { return repair_; }
    SqlRequests& requests() override { return requests_; }
    const SqlParties& parties() const override { return parties_; }
    const SqlAccounts& accounts() const override { return accounts_; }
    const SqlSessions& sessions() const override { return sessions_; }
    const SqlInvitations& invitations() const override { return invitations_; }
    const SqlRecords& records() const override { return records_; }
    const SqlAttachments& attachments() const override { return attachments_; }
    const SqlLog& log() const override { return log_; }
    const SqlJournal& journal() const override { return journal_; }
    const SqlPasskeys& passkeys() const override { return passkeys_; }
    const SqlNotices& notices() const override { return notices_; }
    const SqlRepair& repair() const override { return repair_; }
    const SqlRequests& requests() const override { return requests_; }

private:
    SqlParties parties_;
    SqlAccounts accounts_;
    SqlSessions sessions_;
    SqlInvitations invitations_;
    SqlRecords records_;
    SqlAttachments attachments_;
    SqlLog log_;
    SqlJournal journal_;
    SqlPasskeys passkeys_;
    SqlNotices notices_;
    SqlRepair repair_;
    SqlRequests requests_;
};

}  // namespace rogatory::storage
