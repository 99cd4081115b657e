#include "tests/support/server_world.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/age/file.hpp"
#include "crypto/encoding/crockford.hpp"
#include "crypto/password.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/invitation.hpp"
#include "platform/record/peek.hpp"
#include "platform/service/totp.hpp"

namespace rogatory::tests {

using namespace rogatory::record;  // NOLINT: a test's helper

namespace {

template <class T>
T must_have(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().key() + ": " + result.error().log_detail()};
    return *std::move(result);
}
void must_hold(Result<> result) {
    if (!result) throw std::runtime_error{result.error().key() + ": " + result.error().log_detail()};
}

model::DisplayName name(const std::string& text) { return must_have(model::DisplayName::parse(text)); }

ports::Digest digest_of(const Bytes& bytes) { return crypto::sha256(bytes); }

}  // namespace

service::AppendRequest request_of(const SignedStatement& statement, const std::vector<Bytes>& blobs) {
    service::AppendRequest request;
    request.envelopes.push_back(to_bytes(statement.encode()));
    for (const auto& blob : blobs) request.blobs.push_back({digest_of(blob), blob});
    return request;
}

OfficialPtr ServerWorld::person(std::string user_name) {
    auto key = crypto::SigningKey::generate(random);
    auto sign_in = crypto::SigningKey::generate(random);
    auto kit = crypto::SigningKey::generate(random);
    auto identity = age::HybridIdentity::generate(random);
    return std::make_shared<Official>(Official{std::move(user_name),
                                               std::move(key),
                                               std::move(identity),
                                               std::move(sign_in),
                                               std::move(kit),
                                               {},
                                               {},
                                               {},
                                               random_id<model::MemberId>(random),
                                               {}});
}

void ServerWorld::enrol(Official& official, const std::string& token, service::EnrolmentRequest request) {
    const auto session = must_have(services_->authenticator.authenticate(token));
    request.user_name = official.user_name;
    request.language = "fr";
    request.sign_in_key = official.sign_in_key.verify_key().bytes();
    if (!official.service) {
        official.totp = must_have(services_->enrolment.totp_secret(session));
        request.kit_key = official.kit_key.verify_key().bytes();
        request.totp = service::totp_code(official.totp, clock_.now());
    }
    const auto stored = must_have(services_->enrolment.enrol(session, request));
    if (request.append) {
        for (std::size_t i = 0; i < stored.size(); ++i) {
            learn(must_have(SignedStatement::parse(as_text(request.append->envelopes[i]))), stored[i].index);
        }
    }
}

OfficialPtr ServerWorld::administrator(const std::string& code, const std::string& user_name) {
    const auto secrets = derive_invitation(*encoding::code_decode<InvitationCode>(code));
    const auto redeemed = must_have(services_->enrolment.redeem(secrets.redeem.expose_secret(), "192.0.2.1"));
    auto official = person(user_name);
    enrol(*official, redeemed.session.token, {});
    sign_in(*official);
    return official;
}

OfficialPtr ServerWorld::found(Official& administrator, const std::string& code) {
    auto admin = principal(administrator);
    must_hold(services_->administration.create_party(admin, code, "State " + code));
    std::string lower = code;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return c == '-' ? '.' : std::tolower(c); });
    auto founder = person(lower + ".first");
    founder->register_chain = register_chain(founder->key.verify_key());
    founder->authority = random_id<model::AuthorityId>(random);
    const auto redeem = random.bytes<16>();
    must_hold(services_->administration.invite_first(admin, {code,
                                                             random_id<model::InvitationId>(random),
                                                             founder->member,
                                                             crypto::sha256(redeem),
                                                             {},
                                                             clock_.now() + kDay,
                                                             {}}));
    const auto redeemed = must_have(services_->enrolment.redeem(redeem, "192.0.2.2"));
    const auto keyring = age_file();
    const auto log_policy = "log " + services_->log.server().log_key + "\nquorum none\n";
    const auto founded = sign(*founder, founder->register_chain,
                              Founded{must_have(model::PartyCode::parse(code)),
                                      name("State " + code),
                                      log_policy,
                                      {founder->authority, model::AuthorityKind::fiu, name("FIU of " + code)},
                                      age::HybridIdentity::generate(random).recipient(),
                                      digest_of(keyring),
                                      founder->member,
                                      name("FIU-01"),
                                      founder->key.verify_key(),
                                      founder->identity.recipient(),
                                      std::nullopt});
    service::EnrolmentRequest request;
    request.bundle = age_file();
    request.append = request_of(founded, {keyring});
    enrol(*founder, redeemed.session.token, std::move(request));
    sign_in(*founder);
    return founder;
}

ServerWorld::Pending ServerWorld::answer_invitation(Official& custodian, model::Role role, const std::string& user_name,
                                                    bool service) {
    auto joining = person(user_name);
    joining->service = service;
    joining->register_chain = custodian.register_chain;
    joining->authority = custodian.authority;
    const auto redeem = random.bytes<16>();
    const Invited body{random_id<model::InvitationId>(random),
                       InvitationPurpose::member,
                       custodian.authority,
                       joining->member,
                       role,
                       service,
                       clock_.now() + kDay,
                       random_id<model::Digest>(random)};
    auto invited = sign(custodian, custodian.register_chain, body);
    const auto stored = must_have(services_->invitations.invite(
        principal(custodian),
        {request_of(invited), body.invitation, crypto::sha256(redeem), to_bytes("card"), to_bytes("kept")}));
    learn(invited, stored.front().index);
    const auto redeemed = must_have(services_->enrolment.redeem(redeem, "192.0.2.3"));
    auto record = record::sign(EnrolmentRecord{body.invitation, by_chain(custodian.register_chain)->party(),
                                               joining->authority, joining->member, role, service, name("FIU-07"),
                                               joining->key.verify_key(), joining->identity.recipient(), std::nullopt},
                               joining->key);
    service::EnrolmentRequest request;
    request.record = to_bytes(encode(record));
    request.bundle = age_file();
    enrol(*joining, redeemed.session.token, std::move(request));
    return {std::move(joining), std::move(invited), std::move(record), redeem, redeemed.session.token};
}

void ServerWorld::approve(Official& custodian, const Pending& pending) {
    const auto members = by_chain(custodian.register_chain)->members(custodian.authority).size() + 1;
    std::vector<age::HybridRecipient> recipients;
    for (std::size_t i = 0; i < members; ++i) recipients.push_back(age::HybridIdentity::generate(random).recipient());
    const auto keyring = age::seal(recipients, as_bytes("keyring"), random);
    append(custodian, sign(custodian, custodian.register_chain, MemberAdded{pending.record, digest_of(keyring)}),
           {keyring});
}

OfficialPtr ServerWorld::join(Official& custodian, model::Role role, const std::string& user_name) {
    auto pending = answer_invitation(custodian, role, user_name);
    approve(custodian, pending);
    sign_in(*pending.official);
    return pending.official;
}

void ServerWorld::remove(Official& custodian, const Official& member) {
    const auto& reg = *by_chain(custodian.register_chain);
    const auto members = reg.members(custodian.authority).size() - 1;
    std::vector<age::HybridRecipient> recipients;
    for (std::size_t i = 0; i < members; ++i) recipients.push_back(age::HybridIdentity::generate(random).recipient());
    const auto keyring = age::seal(recipients, as_bytes("keyring"), random);
    const NewGeneration next{reg.generation(member.authority)->number + 1,
                             age::HybridIdentity::generate(random).recipient()};
    append(custodian,
           sign(custodian, custodian.register_chain,
                MemberRemoved{member.authority, member.member, next, digest_of(keyring)}),
           {keyring});
}

Result<std::variant<service::SignedIn, service::KitWait>> ServerWorld::try_sign_in(const Official& official) {
    wait_();
    const auto challenge = must_have(services_->sign_in.challenge(official.user_name, "192.0.2.9"));
    service::SignInRequest request;
    request.user_name = official.user_name;
    request.challenge = challenge.challenge;
    request.signature =
        official.sign_in_key.sign(crypto::sign_in_text(origin_, official.user_name, challenge.challenge)).value();
    if (official.service) {
        request.with = service::SignInKey::service;
    } else {
        request.totp = service::totp_code(official.totp, clock_.now());
    }
    return services_->sign_in.sign_in(request, "192.0.2.9");
}

void ServerWorld::sign_in(Official& official) {
    official.token = std::get<service::SignedIn>(must_have(try_sign_in(official))).token;
}

Head ServerWorld::head(const model::ChainId& chain) const {
    if (const auto found = registers_.find(chain); found != registers_.end()) return found->second.head();
    if (const auto found = dossiers_.find(chain); found != dossiers_.end()) return found->second.head();
    if (const auto found = receipts_.find(chain); found != receipts_.end()) return found->second.head();
    if (const auto found = boards_.find(chain); found != boards_.end()) return found->second.head();
    if (const auto found = casebooks_.find(chain); found != casebooks_.end()) return found->second.head();
    return {};
}

Statement ServerWorld::draft(const Official& author, const model::ChainId& chain, Body body) {
    const auto note = must_have(services_->log.checkpoint());
    const auto checkpoint = must_have(tlog::SignedCheckpoint::parse(as_text(note)));
    const auto key = must_have(tlog::NoteKey::parse(services_->log.server().log_key));
    const auto signature = tlog::log_signature(key, checkpoint);
    ensure(signature.has_value(), "the server's checkpoint is signed by its log");
    const auto at = head(chain);
    return {chain,
            at.length,
            at.last,
            {author.register_chain, author.authority, author.member, author.key.verify_key().digest()},
            clock_.now(),
            random_id<model::Nonce>(random),
            {checkpoint.checkpoint.head.size, checkpoint.checkpoint.head.root, *signature},
            std::move(body)};
}

SignedStatement ServerWorld::sign(const Official& author, const model::ChainId& chain, Body body) {
    return must_have(record::sign(draft(author, chain, std::move(body)), author.key));
}

void ServerWorld::learn(const SignedStatement& statement, model::LogIndex index) {
    const auto& said = statement.statement();
    const auto kind = record::row(statement.kind()).chain;
    Outcome outcome;
    if (kind == ChainKind::party_register) {
        auto& reg = registers_.try_emplace(said.chain, said.chain).first->second;
        outcome = reg.apply(statement, index);
        if (reg.founded()) chain_by_party_[reg.party()] = said.chain;
    } else if (kind == ChainKind::dossier) {
        outcome = dossiers_.try_emplace(said.chain, said.chain).first->second.apply(statement, index, *this);
    } else if (kind == ChainKind::notices) {
        const auto party = by_chain(said.author.register_chain)->party();
        outcome = boards_.try_emplace(said.chain, party).first->second.apply(statement, index, *this);
    } else if (kind == ChainKind::casebook) {
        const model::AuthorityRef whose{by_chain(said.author.register_chain)->party(), said.author.authority};
        outcome = casebooks_.try_emplace(said.chain, said.chain, whose).first->second.apply(statement, index, *this);
    } else {
        const auto of = *dossier_of(said);
        const model::AuthorityRef author{by_chain(said.author.register_chain)->party(), said.author.authority};
        outcome = receipts_.try_emplace(said.chain, of, author)
                      .first->second.apply(statement, index, dossiers_.at(of), *this);
    }
    if (!outcome.effective()) throw std::runtime_error{"what the server took is not effective: " + outcome.reason};
}

Result<std::vector<service::Appended>> ServerWorld::try_append(Official& author, const SignedStatement& statement,
                                                               std::vector<Bytes> blobs) {
    const auto who = authenticate(author);
    if (!who) return fail(who.error());
    auto stored = services_->append.append(*who, request_of(statement, blobs));
    if (stored) learn(statement, stored->front().index);
    return stored;
}

service::Appended ServerWorld::append(Official& author, const SignedStatement& statement, std::vector<Bytes> blobs) {
    return must_have(try_append(author, statement, std::move(blobs))).front();
}

Bytes ServerWorld::age_file(std::size_t plaintext) {
    const auto content = random.bytes<16>();
    Bytes text(plaintext, 'x');
    std::copy_n(content.begin(), std::min<std::size_t>(16, plaintext), text.begin());
    return age::seal(age::HybridIdentity::generate(random).recipient(), text, random);
}

NewEpoch ServerWorld::epoch(std::uint64_t number, std::vector<model::AuthorityRef> audience,
                            std::vector<Bytes>& blobs) {
    std::sort(audience.begin(), audience.end());
    NewEpoch made{number, age::HybridIdentity::generate(random).recipient(), {}};
    for (const auto& to : audience) {
        blobs.push_back(age_file());
        made.grants.push_back(
            {to.party, to.authority, by_party(to.party)->generation(to.authority)->number, digest_of(blobs.back())});
    }
    return made;
}

model::ChainId ServerWorld::open(Official& opener, std::vector<model::AuthorityRef> others,
                                 model::HandlingPolicy policy, DossierKind kind) {
    std::vector<Bytes> blobs;
    others.push_back(ref(opener));
    auto first = epoch(1, std::move(others), blobs);
    const auto chain = dossier_chain(opener.authority, first.recipient);
    append(opener, sign(opener, chain, Opened{kind, policy, std::move(first), std::nullopt}), blobs);
    return chain;
}

Entry ServerWorld::entry(const model::ChainId& chain, std::vector<AttachmentLine> attachments,
                         std::vector<Bytes>& blobs) {
    const auto& of = dossier(chain);
    blobs.push_back(age_file(4096));
    return {of.epochs().size(),     of.basis(),   digest_of(blobs.back()),
            std::move(attachments), std::nullopt, std::nullopt};
}

model::StatementId ServerWorld::add_entry(Official& author, const model::ChainId& chain,
                                          std::vector<AttachmentLine> attachments) {
    std::vector<Bytes> blobs;
    auto body = entry(chain, std::move(attachments), blobs);
    return append(author, sign(author, chain, std::move(body)), blobs).id;
}

AttachmentLine ServerWorld::upload(Official& author, const model::ChainId& chain, const Bytes& file) {
    const AttachmentLine line{random_id<model::AttachmentId>(random), file.size(), digest_of(file),
                              random_id<model::Digest>(random)};
    const auto created =
        must_have(services_->uploads.create(principal(author), {chain, line.id, author.authority, file.size()}));
    auto sink = must_have(services_->uploads.open(created.ticket, created.upload, 0, std::nullopt));
    must_hold(sink->write(file));
    const auto state = must_have(sink->finish());
    ensure(state.offset == file.size(), "an upload is complete");
    return line;
}

const Register* ServerWorld::by_chain(const model::ChainId& chain) const {
    const auto found = registers_.find(chain);
    return found == registers_.end() ? nullptr : &found->second;
}

const Register* ServerWorld::by_party(const model::PartyId& party) const {
    const auto found = chain_by_party_.find(party);
    return found == chain_by_party_.end() ? nullptr : by_chain(found->second);
}

}  // namespace rogatory::tests
