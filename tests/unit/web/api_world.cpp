#include "tests/unit/web/api_world.hpp"

#include <stdexcept>

#include "crypto/age/file.hpp"
#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/password.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/policy.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/enrolment_record.hpp"
#include "platform/record/invitation.hpp"
#include "platform/service/initialise.hpp"
#include "platform/service/totp.hpp"
#include "web/api/routes.hpp"

namespace rogatory::tests {
namespace {

template <class T>
T must_have(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().key() + ": " + result.error().log_detail()};
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void expect(const ApiWorld::Reply& reply, int status, const std::string& what) {
    if (reply.status != status) throw std::runtime_error{what + ": " + std::to_string(reply.status) + " " + reply.body};
}

std::string text_of(const json::object& object, std::string_view name) {
    return std::string{object.at(name).as_string()};
}

ByteView view(const std::string& text) { return as_bytes(text); }

}  // namespace

std::string hex_of(ByteView bytes) { return encoding::hex_encode(bytes); }
std::string base64_of(ByteView bytes) { return encoding::base64_encode(bytes); }

ApiWorld::ApiWorld() : clock{world.now} {
    const storage::Layout layout{directory_.path() / "data", {}};
    must_have(storage::create_storage(layout, clock, emergency_));
    store_ = must_have(storage::SqlStore::open(layout, clock, emergency_, 2));
    blobs_ = std::make_unique<storage::DiskBlobStore>(layout.blobs(), emergency_, 0);
    const auto made = must_have(service::initialise(*store_, clock, "exchange.example"));
    services_ = must_have(service::Services::open(*store_, *blobs_, clock, service::Settings{}));
    origin_ = "https://exchange.example";

    middleware::StageSettings settings;
    settings.origin = origin_;
    settings.per_address = {.per_second = 1e9, .burst = 1e9};
    settings.per_caller = {.per_second = 1e9, .burst = 1e9};
    pipeline_ = std::make_unique<middleware::Pipeline>(http::Router{api::make_routes(*services_, settings_)},
                                                       middleware::make_stages(*services_, clock, settings), metrics_);
    const auto key = must_have(tlog::NoteKey::parse(made.log_key));
    world.attach({tlog::Policy::unwitnessed(key).format(), [this] { return seen(); }, [this] { return blob(); }});
    administrator_ = enrol_administrator(made.administrator_code);
}

// --- requests --------------------------------------------------------------------------------------------------------

ApiWorld::Reply ApiWorld::call(const std::string& method, const std::string& target, const std::string& token,
                               const std::string& body, const Fields& fields) {
    http::Request request;
    request.method = *http::parse_method(method);
    request.path = target.substr(0, target.find('?'));
    if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
    request.headers.add("Host", "exchange.example");
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    for (const auto& [name, value] : fields) request.headers.add(name, value);
    if (!body.empty()) request.content_length = body.size();
    request.peer = peer;

    const auto exchange = pipeline_->begin(std::move(request));
    const auto policy = exchange->body_policy();
    http::Response response;
    if (body.size() > policy.max_bytes) {
        auto refused = exchange->admit();
        response = refused ? *std::move(refused) : pipeline_->refuse(413, "http.body_too_large");
    } else if (policy.kind == http::BodyPolicy::Kind::streamed) {
        auto start = exchange->open_stream();
        if (auto* const refused = std::get_if<http::Response>(&start)) {
            response = std::move(*refused);
        } else {
            auto& sink = *std::get<std::unique_ptr<http::BodySink>>(start);
            auto early = body.empty() ? std::nullopt : sink.write(as_bytes(body));
            response = early ? *std::move(early) : sink.finish();
        }
    } else {
        exchange->request().body = body;
        response = exchange->respond();
    }
    // What is noted behind an answer is there before a test turns the clock: what is written now comes after it.
    ensure(store_->write([](ports::Repositories&) -> Result<> { return {}; }).has_value(), "the store writes");
    Reply reply{response.status, response.headers, response.body};
    if (response.source) {
        reply.body.resize(response.source->size());
        std::size_t done = 0;
        while (done < reply.body.size()) {
            const auto got = response.source->read(
                {reinterpret_cast<std::uint8_t*>(reply.body.data()) + done, reply.body.size() - done});
            if (got == 0) throw std::runtime_error{"a body ended early"};
            done += got;
        }
    }
    check(exchange->request(), reply);
    return reply;
}

void ApiWorld::check(const http::Request& request, const Reply& reply) {
    const auto matched = pipeline_->router().match(request.method, request.path, request.query);
    const auto* const match = matched ? std::get_if<http::Match>(&*matched) : nullptr;
    if (match == nullptr || request.method == http::Method::head) return;
    auto pattern = match->route->pattern;
    if (const auto rest = pattern.find("...}"); rest != std::string::npos) pattern.erase(rest, 3);
    for (const auto& operation : contract_.operations()) {
        if (operation.path != pattern || operation.method != http::method_name(request.method)) continue;
        const auto fault = contract_.reply_fault(operation, reply.status, reply.header("Content-Type"), reply.body);
        if (!fault.empty()) broken.push_back(operation.name() + " " + std::to_string(reply.status) + ": " + fault);
        return;
    }
    broken.push_back(pattern + ": not in the contract");
}

// --- people ----------------------------------------------------------------------------------------------------------

std::string ApiWorld::fresh_name(const std::string& prefix) { return prefix + "-" + std::to_string(++names_); }

void ApiWorld::pass(UnixSeconds seconds) {
    clock.pass(seconds);
    world.now = clock.now();
}

ApiWorld::AccountPtr ApiWorld::enrol(const std::string& token, json::object body, bool service) {
    auto account = std::make_shared<Account>(Account{fresh_name("user"),
                                                     crypto::SigningKey::generate(world.random),
                                                     crypto::SigningKey::generate(world.random),
                                                     {},
                                                     {},
                                                     nullptr,
                                                     service});
    body["user_name"] = account->user_name;
    body["language"] = "en";
    body["sign_in_key"] = hex_of(account->sign_in_key.verify_key().bytes());
    if (!service) {
        const auto totp = call("POST", "/api/v1/enrolment/totp", token);
        expect(totp, 200, "a TOTP secret");
        account->totp_secret = *encoding::base64_decode(text_of(totp.object(), "secret"));
        body["kit_key"] = hex_of(account->kit_key.verify_key().bytes());
        body["totp"] = service::totp_code(account->totp_secret, clock.now());
    }
    expect(call("POST", "/api/v1/enrolment", token, body), 201, "enrolment");
    pass(31);
    return account;
}

ApiWorld::AccountPtr ApiWorld::enrol_administrator(const std::string& code) {
    const auto parsed = encoding::code_decode<record::InvitationCode>(code);
    ensure(parsed.has_value(), "the first code is a code");
    const auto secrets = record::derive_invitation(*parsed);
    const auto redeemed = call("POST", "/api/v1/invitations/redeem", "",
                               json::object{{"redeem", base64_of(secrets.redeem.expose_secret())}});
    expect(redeemed, 200, "the first code");
    auto account = enrol(text_of(redeemed.object(), "token"), {});
    sign_in(*account);
    return account;
}

std::string ApiWorld::sign_in(Account& account, const std::string& with) {
    pass(31);
    const auto challenged =
        call("POST", "/api/v1/sign-in/challenge", "", json::object{{"user_name", account.user_name}});
    expect(challenged, 200, "a challenge");
    const auto challenge = *encoding::base64_decode(text_of(challenged.object(), "challenge"));
    const auto text = crypto::sign_in_text(origin_, account.user_name, challenge);
    const auto& key = with == "kit" ? account.kit_key : account.sign_in_key;
    const std::string kind = account.service ? "service" : with;
    json::object body{{"user_name", account.user_name},
                      {"challenge", base64_of(challenge)},
                      {"with", kind},
                      {"signature", base64_of(key.sign(text).value())}};
    if (!account.service) body["totp"] = service::totp_code(account.totp_secret, clock.now());
    const auto answer = call("POST", "/api/v1/sign-in", "", body);
    expect(answer, 200, "sign-in of " + account.user_name);
    auto token = text_of(answer.object(), "token");
    if (with == "sign_in") account.token = token;
    return token;
}

ApiWorld::AccountPtr ApiWorld::make_auditor() {
    auto account = std::make_shared<Account>(Account{fresh_name("auditor"),
                                                     crypto::SigningKey::generate(world.random),
                                                     crypto::SigningKey::generate(world.random),
                                                     Bytes(20, 7),
                                                     {},
                                                     nullptr,
                                                     false});
    ports::AccountRow row;
    row.kind = ports::AccountKindRow::auditor;
    row.user_name = account->user_name;
    row.language = "en";
    row.sign_in_key = account->sign_in_key.verify_key().bytes();
    row.kit_key = account->kit_key.verify_key().bytes();
    ByteArray<20> secret{};
    std::copy(account->totp_secret.begin(), account->totp_secret.end(), secret.begin());
    row.totp_secret = secret;
    row.created_at = clock.now();
    must_have(store_->write([&](ports::Repositories& repositories) { return repositories.accounts().create(row); }));
    sign_in(*account);
    return account;
}

ApiWorld::AccountPtr ApiWorld::found_party(const std::string& code) {
    sign_in(*administrator_);
    expect(
        call("POST", "/api/v1/admin/parties", administrator_->token, json::object{{"code", code}, {"name", "State"}}),
        201, "a Party");
    const auto founder = world.founder();
    const auto secrets = record::derive_invitation(record::InvitationCode::random(world.random));
    const auto invitation = world.id<model::InvitationId>();
    expect(call("POST", "/api/v1/admin/parties/" + code + "/invitation", administrator_->token,
                json::object{{"invitation_id", hex_of(invitation)},
                             {"redeem_sha256", hex_of(secrets.redeem_digest())},
                             {"card", base64_of(view("card"))},
                             {"not_after", clock.now() + 30 * kDay},
                             {"member_id", hex_of(founder->member)}}),
           204, "a founder's invitation");
    const auto redeemed = call("POST", "/api/v1/invitations/redeem", "",
                               json::object{{"redeem", base64_of(secrets.redeem.expose_secret())}});
    expect(redeemed, 200, "a founder's code");
    world.must(*founder, founder->register_chain,
               record::Founded{tests::code(code),
                               name("State " + code),
                               world.log_policy(),
                               {founder->authority, model::AuthorityKind::fiu, name("Root of " + code)},
                               world.recipient(),
                               blob(),
                               founder->member,
                               name("FIU-01"),
                               founder->key.verify_key(),
                               founder->identity.recipient(),
                               std::nullopt});
    clock.jump(world.now - clock.now());
    auto append = append_body({world.history().back().statement});
    pushed_ = world.history().size();
    auto account = enrol(text_of(redeemed.object(), "token"),
                         json::object{{"append", append}, {"bundle", base64_of(view("age-encryption.org/v1\n"))}});
    account->person = founder;
    sign_in(*account);
    return account;
}

ApiWorld::Invitation ApiWorld::invite(Account& custodian, model::Role role, bool service) {
    const auto& by = *custodian.person;
    const auto joining = world.person(by.register_chain, by.authority);
    const auto secrets = record::derive_invitation(record::InvitationCode::random(world.random));
    const record::Invited invited{world.id<model::InvitationId>(),
                                  record::InvitationPurpose::member,
                                  by.authority,
                                  joining->member,
                                  role,
                                  service,
                                  world.now + 72 * kHour,
                                  secrets.commit()};
    sign_in(custodian);
    world.must(by, by.register_chain, invited);
    const auto statement = world.history().back().statement;
    pushed_ = world.history().size();
    expect(call("POST", "/api/v1/invitations", custodian.token,
                json::object{{"append", append_body({statement})},
                             {"invitation_id", hex_of(invited.invitation)},
                             {"redeem_sha256", hex_of(secrets.redeem_digest())},
                             {"card", base64_of(view("card"))},
                             {"kept_code", base64_of(view("kept"))}}),
           201, "an invitation");
    const auto secret = to_bytes(secrets.redeem.expose_secret());
    return {invited, redeem(secret), joining, secret};
}

std::string ApiWorld::redeem(const Bytes& secret) {
    const auto redeemed = call("POST", "/api/v1/invitations/redeem", "", json::object{{"redeem", base64_of(secret)}});
    expect(redeemed, 200, "a code");
    return text_of(redeemed.object(), "token");
}

ApiWorld::AccountPtr ApiWorld::join(Account& custodian, model::Role role, bool service) {
    const auto& by = *custodian.person;
    const auto invitation = invite(custodian, role, service);
    const auto record = record::sign(world.record_of(*invitation.joining, invitation.invited.invitation, role, service),
                                     invitation.joining->key);
    auto account = enrol(invitation.token,
                         json::object{{"record", base64_of(view(record::encode(record)))},
                                      {"mac", base64_of(Bytes(32, 1))},
                                      {"bundle", base64_of(view("age-encryption.org/v1\n"))}},
                         service);
    account->person = invitation.joining;
    const auto members = world.register_of(by).keyring_recipients(by.authority).size();
    world.must(by, by.register_chain, record::MemberAdded{record, blob(members + 1)});
    push(custodian);
    sign_in(*account);
    return account;
}

ApiWorld::AccountPtr ApiWorld::add_authority(Account& root) {
    const auto& by = *root.person;
    const auto joining = world.person(by.register_chain, world.id<model::AuthorityId>());
    const auto secrets = record::derive_invitation(record::InvitationCode::random(world.random));
    const record::Invited invited{world.id<model::InvitationId>(),
                                  record::InvitationPurpose::authority,
                                  joining->authority,
                                  joining->member,
                                  model::Role::custodian,
                                  false,
                                  world.now + 72 * kHour,
                                  secrets.commit()};
    sign_in(root);
    world.must(by, by.register_chain, invited);
    const auto statement = world.history().back().statement;
    pushed_ = world.history().size();
    expect(call("POST", "/api/v1/invitations", root.token,
                json::object{{"append", append_body({statement})},
                             {"invitation_id", hex_of(invited.invitation)},
                             {"redeem_sha256", hex_of(secrets.redeem_digest())},
                             {"card", base64_of(view("card"))},
                             {"kept_code", base64_of(view("kept"))}}),
           201, "an authority's invitation");
    const auto redeemed = call("POST", "/api/v1/invitations/redeem", "",
                               json::object{{"redeem", base64_of(secrets.redeem.expose_secret())}});
    expect(redeemed, 200, "an authority's code");
    auto unsigned_record = world.record_of(*joining, invited.invitation, model::Role::custodian);
    unsigned_record.first_generation = record::EnrolmentRecord::FirstGeneration{world.recipient(), blob()};
    const auto record = record::sign(std::move(unsigned_record), joining->key);
    auto account = enrol(text_of(redeemed.object(), "token"),
                         json::object{{"append", append_body({})},
                                      {"record", base64_of(view(record::encode(record)))},
                                      {"mac", base64_of(Bytes(32, 1))},
                                      {"bundle", base64_of(view("age-encryption.org/v1\n"))}});
    account->person = joining;
    world.must(
        by, by.register_chain,
        record::AuthorityAdded{{joining->authority, model::AuthorityKind::aro, name("Asset recovery office")}, record});
    push(root);
    sign_in(*account);
    return account;
}

void ApiWorld::remove(Account& custodian, const Account& member) {
    const auto& by = *custodian.person;
    const auto members = world.register_of(by).keyring_recipients(by.authority).size();
    world.must(by, by.register_chain,
               record::MemberRemoved{member.person->authority, member.person->member, world.next_generation(by),
                                     blob(members - 1)});
    push(custodian);
}

void ApiWorld::pin_all(const std::vector<AccountPtr>& roots) {
    for (const auto& by : roots) {
        for (const auto& other : roots) {
            if (by != other) world.pin(*by->person, other->person->register_chain);
        }
        push(*by);
    }
}

// --- statements
// --------------------------------------------------------------------------------------------------------

record::Seen ApiWorld::seen() {
    const auto note = must_have(tlog::SignedCheckpoint::parse(call("GET", "/log/0/checkpoint").body));
    const auto key = must_have(tlog::NoteKey::parse(services_->log.server().log_key));
    const auto& head = note.checkpoint.head;
    return {head.size, head.root, *tlog::log_signature(key, note)};
}

model::Digest ApiWorld::blob(std::size_t stanzas) {
    std::vector<age::HybridRecipient> recipients;
    for (std::size_t i = 0; i < stanzas; ++i) recipients.push_back(world.recipient());
    pending_blobs_.push_back(age::seal(recipients, as_bytes("a plaintext"), world.random));
    return crypto::sha256(pending_blobs_.back());
}

json::object ApiWorld::append_body(const std::vector<record::SignedStatement>& statements) {
    json::array said;
    for (const auto& statement : statements) said.push_back(json::object{{"envelope", statement.encode()}});
    json::array blobs;
    for (const auto& bytes : pending_blobs_) {
        blobs.push_back(json::object{{"sha256", hex_of(crypto::sha256(bytes))}, {"data", base64_of(bytes)}});
    }
    pending_blobs_.clear();
    return {{"statements", std::move(said)}, {"blobs", std::move(blobs)}};
}

void ApiWorld::push(Account& by) {
    std::vector<record::SignedStatement> statements;
    for (; pushed_ < world.history().size(); ++pushed_) statements.push_back(world.history()[pushed_].statement);
    clock.jump(world.now - clock.now());
    sign_in(by);
    expect(call("POST", "/api/v1/statements", by.token, append_body(statements)), 201, "an append");
}

model::ChainId ApiWorld::open_dossier(Account& opener, const std::vector<AccountPtr>& others,
                                      record::DossierKind kind) {
    std::vector<model::AuthorityRef> refs;
    for (const auto& other : others) refs.push_back(world.ref(*other->person));
    const auto chain = world.open(*opener.person, std::move(refs), {}, kind);
    push(opener);
    return chain;
}

ApiWorld::Upload ApiWorld::begin_upload(Account& author, const model::ChainId& dossier, std::size_t plain_bytes) {
    Upload upload;
    upload.bytes = age::seal(world.recipient(), Bytes(plain_bytes, 42), world.random);
    upload.attachment = world.id<model::AttachmentId>();
    const auto item = [](std::string_view key, const std::string& value) {
        return std::string{key} + " " + base64_of(as_bytes(value));
    };
    sign_in(author);
    const auto created =
        call("POST", "/api/v1/uploads", author.token, "",
             {{"Tus-Resumable", "1.0.0"},
              {"Upload-Length", std::to_string(upload.bytes.size())},
              {"Upload-Metadata", item("chain", hex_of(dossier)) + "," + item("attachment", hex_of(upload.attachment)) +
                                      "," + item("authority", hex_of(author.person->authority))}});
    expect(created, 201, "an upload");
    upload.location = created.header("Location");
    upload.ticket = created.header("Upload-Ticket");
    return upload;
}

void ApiWorld::finish(const Upload& upload) {
    expect(
        call("PATCH", upload.location, upload.ticket, std::string{as_text(upload.bytes)},
             {{"Tus-Resumable", "1.0.0"}, {"Upload-Offset", "0"}, {"Content-Type", "application/offset+octet-stream"}}),
        204, "the bytes");
}

ApiWorld::Attached ApiWorld::add_entry(Account& author, const model::ChainId& chain, std::size_t plain_bytes) {
    const auto upload = begin_upload(author, chain, plain_bytes);
    finish(upload);
    const auto& of = world.dossier(chain);
    Attached attached{upload.attachment, crypto::sha256(upload.bytes), {}, upload.bytes};
    const record::Entry entry{
        of.epochs().size(),
        of.basis(),
        blob(),
        {{attached.id, upload.bytes.size(), attached.sha256, record::random_id<model::Digest>(world.random)}},
        std::nullopt,
        std::nullopt};
    attached.entry = world.must(*author.person, chain, entry);
    push(author);
    return attached;
}

}  // namespace rogatory::tests
