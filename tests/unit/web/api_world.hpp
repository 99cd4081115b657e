#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/service/services.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "tests/support/record_world.hpp"
#include "tests/unit/storage/temporary.hpp"
#include "tests/unit/web/contract.hpp"
#include "web/api/routes.hpp"
#include "web/middleware/pipeline.hpp"

namespace rogatory::tests {

namespace json = boost::json;

// The real application (storage, services, stages, routes) in this process, driven by requests as they come from the
// transport, beside a world of records that signs what its people say. Everything that happens to the server here
// happens through its HTTP API; every reply is held to the contract on the way.
class ApiWorld {
public:
    ApiWorld();

    // --- requests ------------------------------------------------------------------------------------------------
    struct Reply {
        int status = 0;
        http::Headers headers;
        std::string body;
        [[nodiscard]] json::object object() const { return json::parse(body).as_object(); }
        [[nodiscard]] std::string header(std::string_view name) const {
            return std::string{headers.find(name).value_or("")};
        }
    };
    using Fields = std::vector<std::pair<std::string, std::string>>;
    // `target` with its query; `token` empty: no session.
    Reply call(const std::string& method, const std::string& target, const std::string& token = {},
               const std::string& body = {}, const Fields& fields = {});
    Reply call(const std::string& method, const std::string& target, const std::string& token,
               const json::object& body) {
        return call(method, target, token, json::serialize(body));
    }
    // Replies that broke the contract, each with what was wrong.
    std::vector<std::string> broken;

    // --- people --------------------------------------------------------------------------------------------------
    struct Account {
        std::string user_name;
        crypto::SigningKey sign_in_key;
        crypto::SigningKey kit_key;
        Bytes totp_secret;
        std::string token;
        PersonPtr person;  // none for administrators
        bool service = false;
    };
    using AccountPtr = std::shared_ptr<Account>;

    [[nodiscard]] const AccountPtr& administrator() const { return administrator_; }
    AccountPtr make_auditor();       // by the store: no route makes one yet
    std::string peer = "192.0.2.1";  // from where everybody calls

    AccountPtr found_party(const std::string& code);
    // An invitation that is open, its session, and what its inviter knows of it.
    struct Invitation {
        record::Invited invited;
        std::string token;
        PersonPtr joining;
        Bytes redeem;
    };
    // The invitee comes once more; the token before is over.
    std::string redeem(const Bytes& secret);
    Invitation invite(Account& custodian, model::Role role, bool service = false);
    AccountPtr join(Account& custodian, model::Role role, bool service = false);
    AccountPtr add_authority(Account& root);
    void remove(Account& custodian, const Account& member);
    void pin_all(const std::vector<AccountPtr>& roots);
    // Signs in anew; the token before stays what it is.
    std::string sign_in(Account& account, const std::string& with = "sign_in");

    // --- statements ----------------------------------------------------------------------------------------------
    // Sends what the world said since the last time, with its blobs, as `by`. Fails loudly.
    void push(Account& by);
    [[nodiscard]] json::object append_body(const std::vector<record::SignedStatement>& statements);
    // An age file of so many stanzas; it travels with the next push.
    model::Digest blob(std::size_t stanzas = 1);

    struct Attached {
        model::AttachmentId id;
        model::Digest sha256;
        model::StatementId entry;
        Bytes bytes;
    };
    model::ChainId open_dossier(Account& opener, const std::vector<AccountPtr>& others,
                                record::DossierKind kind = record::DossierKind::share);
    Attached add_entry(Account& author, const model::ChainId& dossier, std::size_t plain_bytes = 3000);
    // An upload begun and not finished: its location and ticket.
    struct Upload {
        std::string location;
        std::string ticket;
        Bytes bytes;
        model::AttachmentId attachment;
    };
    Upload begin_upload(Account& author, const model::ChainId& dossier, std::size_t plain_bytes = 3000);
    // The rest of it in one PATCH.
    void finish(const Upload& upload);

    void pass(UnixSeconds seconds);

    World world;
    TurnedClock clock;
    [[nodiscard]] service::Services& services() { return *services_; }
    [[nodiscard]] const test::Contract& contract() const { return contract_; }
    [[nodiscard]] middleware::Pipeline& pipeline() { return *pipeline_; }
    [[nodiscard]] const api::ApiSettings& settings() const { return settings_; }

private:
    AccountPtr enrol(const std::string& token, json::object body, bool service = false);
    AccountPtr enrol_administrator(const std::string& code);
    [[nodiscard]] record::Seen seen();
    [[nodiscard]] std::string fresh_name(const std::string& prefix);
    void check(const http::Request& request, const Reply& reply);

    test::Contract contract_;
    TemporaryDirectory directory_;
    ThrowingEmergency emergency_;
    std::unique_ptr<storage::SqlStore> store_;
    std::unique_ptr<storage::DiskBlobStore> blobs_;
    std::unique_ptr<service::Services> services_;
    middleware::Metrics metrics_;
    api::ApiSettings settings_;
    std::unique_ptr<middleware::Pipeline> pipeline_;
    AccountPtr administrator_;
    std::vector<Bytes> pending_blobs_;
    std::size_t pushed_ = 0;
    int names_ = 0;
    std::string origin_;
};

[[nodiscard]] std::string hex_of(ByteView bytes);
template <class Tag, std::size_t N>
[[nodiscard]] std::string hex_of(const Strong<Tag, ByteArray<N>>& id) {
    return hex_of(ByteView{id.value()});
}
[[nodiscard]] std::string base64_of(ByteView bytes);

}  // namespace rogatory::tests
