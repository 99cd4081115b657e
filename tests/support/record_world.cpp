#include "tests/support/record_world.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/tlog/entry.hpp"
#include "platform/base/ensure.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::tests {

using namespace rogatory::record;  // NOLINT: a test's helper

namespace {

template <class T>
T must_have(Result<T> result) {
    if (!result) throw std::runtime_error{result.error().key() + ": " + result.error().log_detail()};
    return *std::move(result);
}

}  // namespace

model::PartyCode code(const std::string& text) { return must_have(model::PartyCode::parse(text)); }
model::DisplayName name(const std::string& text) { return must_have(model::DisplayName::parse(text)); }

World::World(std::uint64_t seed, Witnesses witnesses)
    : random{seed}, log_{must_have(tlog::LogSigner::make("log.example/log/1", crypto::SigningKey::generate(random)))} {
    log_policy_ = "log " + log_.key().vkey() + "\n";
    if (witnesses == Witnesses::none) {
        log_policy_ += "quorum none\n";
        return;
    }
    std::string group = "group majority 2";
    for (const auto* who : {"one", "two", "three"}) {
        witnesses_.push_back(must_have(
            tlog::WitnessSigner::make(std::string{who} + ".example/witness", crypto::SigningKey::generate(random))));
        log_policy_ += std::string{"witness "} + who + " " + witnesses_.back().key().vkey() + "\n";
        group += std::string{" "} + who;
    }
    log_policy_ += group + "\nquorum majority\n";
}

void World::attach(Outside outside) {
    log_policy_ = outside.log_policy;
    outside_ = std::move(outside);
}

Seen World::seen() const {
    if (outside_.seen) return outside_.seen();
    const auto tree_head = tree_.head();
    return {tree_head.size, tree_head.root, log_.signature(tree_head)};
}

std::string World::cosigned_checkpoint(std::size_t cosignatures) const {
    auto note = must_have(tlog::SignedCheckpoint::parse(log_.sign(tree_.head())));
    for (std::size_t i = 0; i < cosignatures; ++i) {
        note.note.signatures.push_back(witnesses_.at(i).cosign(note.checkpoint, now));
    }
    return note.format();
}

PersonPtr World::person(const model::ChainId& register_chain, const model::AuthorityId& authority) {
    auto key = crypto::SigningKey::generate(random);
    auto identity = age::HybridIdentity::generate(random);
    return std::make_shared<const Person>(
        Person{std::move(key), std::move(identity), register_chain, authority, id<model::MemberId>()});
}

PersonPtr World::founder() {
    auto key = crypto::SigningKey::generate(random);
    auto identity = age::HybridIdentity::generate(random);
    const auto chain = register_chain(key.verify_key());
    const auto authority = id<model::AuthorityId>();
    return std::make_shared<const Person>(
        Person{std::move(key), std::move(identity), chain, authority, id<model::MemberId>()});
}

PersonPtr World::with_new_keys(const Person& person) {
    auto key = crypto::SigningKey::generate(random);
    auto identity = age::HybridIdentity::generate(random);
    return std::make_shared<const Person>(
        Person{std::move(key), std::move(identity), person.register_chain, person.authority, person.member});
}

EnrolmentRecord World::record_of(const Person& person, std::optional<model::InvitationId> invitation, model::Role role,
                                 bool service) {
    return {invitation,
            by_chain(person.register_chain)->party(),
            person.authority,
            person.member,
            role,
            service,
            name("FIU-07"),
            person.key.verify_key(),
            person.identity.recipient(),
            std::nullopt};
}

Invited World::invitation(InvitationPurpose purpose, const model::AuthorityId& authority, const model::MemberId& member,
                          model::Role role, bool service) {
    return {id<model::InvitationId>(), purpose, authority, member, role, service, now + 72 * kHour, digest()};
}

Head World::head(const model::ChainId& chain) const {
    if (const auto found = registers_.find(chain); found != registers_.end()) return found->second.head();
    if (const auto found = dossiers_.find(chain); found != dossiers_.end()) return found->second.head();
    if (const auto found = receipts_.find(chain); found != receipts_.end()) return found->second.head();
    if (const auto found = boards_.find(chain); found != boards_.end()) return found->second.head();
    if (const auto found = casebooks_.find(chain); found != casebooks_.end()) return found->second.head();
    return {};
}

Statement World::draft(const Person& author, const model::ChainId& chain, Body body) const {
    const auto at = head(chain);
    return {chain,   at.length,
            at.last, {author.register_chain, author.authority, author.member, author.key.verify_key().digest()},
            now,     {},
            seen(),  std::move(body)};
}

SignedStatement World::sign(const Person& author, const model::ChainId& chain, Body body) {
    auto statement = draft(author, chain, std::move(body));
    statement.nonce = id<model::Nonce>();
    return must_have(record::sign(statement, author.key));
}

Outcome World::judge(const SignedStatement& statement) const {
    const auto& s = statement.statement();
    const auto index = tree_.size();
    if (const auto found = registers_.find(s.chain); found != registers_.end()) {
        return found->second.judge(statement, index);
    }
    if (const auto found = dossiers_.find(s.chain); found != dossiers_.end()) {
        return found->second.judge(statement, index, *this);
    }
    if (const auto found = receipts_.find(s.chain); found != receipts_.end()) {
        return found->second.judge(statement, index, dossiers_.at(found->second.dossier()), *this);
    }
    if (const auto found = boards_.find(s.chain); found != boards_.end()) {
        return found->second.judge(statement, index, *this);
    }
    if (const auto found = casebooks_.find(s.chain); found != casebooks_.end()) {
        return found->second.judge(statement, index, *this);
    }
    if (s.kind() == Kind::founded) return Register{s.chain}.judge(statement, index);
    if (s.kind() == Kind::opened) return Dossier{s.chain}.judge(statement, index, *this);
    const auto* author = by_chain(s.author.register_chain);
    if (row(s.kind()).chain == ChainKind::notices) {
        return NoticeBoard{author->party()}.judge(statement, index, *this);
    }
    if (row(s.kind()).chain == ChainKind::casebook) {
        return Casebook{s.chain, {author->party(), s.author.authority}}.judge(statement, index, *this);
    }
    const auto of = dossier_of(s);
    ensure(of && author != nullptr, "a statement for a chain of this world");
    return Receipts{*of, {author->party(), s.author.authority}}.judge(statement, index, dossiers_.at(*of), *this);
}

Outcome World::append(const SignedStatement& statement) {
    const auto& s = statement.statement();
    const auto index = tree_.size();
    Outcome outcome;
    const bool first = s.seq == 0;
    if (registers_.contains(s.chain) || (first && s.kind() == Kind::founded)) {
        auto& reg = registers_.try_emplace(s.chain, s.chain).first->second;
        outcome = reg.apply(statement, index);
        if (reg.founded()) chain_by_party_[reg.party()] = s.chain;
    } else if (dossiers_.contains(s.chain) || (first && s.kind() == Kind::opened)) {
        outcome = dossiers_.try_emplace(s.chain, s.chain).first->second.apply(statement, index, *this);
    } else if (boards_.contains(s.chain) || row(s.kind()).chain == ChainKind::notices) {
        auto board = boards_.find(s.chain);
        if (board == boards_.end()) {
            const auto party = by_chain(s.author.register_chain)->party();
            board = boards_.try_emplace(notices_chain(party), party).first;
        }
        outcome = board->second.apply(statement, index, *this);
    } else if (casebooks_.contains(s.chain) || row(s.kind()).chain == ChainKind::casebook) {
        const model::AuthorityRef whose{by_chain(s.author.register_chain)->party(), s.author.authority};
        outcome = casebooks_.try_emplace(s.chain, s.chain, whose).first->second.apply(statement, index, *this);
    } else {
        const auto of = dossier_of(s);
        ensure(of && dossiers_.contains(*of), "a statement for a chain of this world");
        const model::AuthorityRef author{by_chain(s.author.register_chain)->party(), s.author.authority};
        auto& side = receipts_.try_emplace(receipts_chain(*of, s.author.authority), *of, author).first->second;
        outcome = side.apply(statement, index, dossiers_.at(*of), *this);
    }
    if (outcome.verdict != Verdict::broken && outcome.verdict != Verdict::unsupported) {
        const tlog::Entry entry{tlog::entry_label(s.chain.value(), s.seq), model::Digest{statement.id().value()}};
        tree_.append(entry.leaf_hash());
        history_.push_back({statement, index, outcome});
        now += kMinute;
    }
    return outcome;
}

Outcome World::say(const Person& author, const model::ChainId& chain, Body body) {
    return append(sign(author, chain, std::move(body)));
}

model::StatementId World::must(const Person& author, const model::ChainId& chain, Body body) {
    const auto statement = sign(author, chain, std::move(body));
    const auto outcome = append(statement);
    if (!outcome.effective()) {
        throw std::runtime_error{std::string{to_text(statement.kind())} + " is not effective: " + outcome.reason};
    }
    return statement.id();
}

PersonPtr World::found(const std::string& text, model::AuthorityKind kind) {
    auto first = founder();
    must(*first, first->register_chain,
         Founded{code(text),
                 name("State " + text),
                 log_policy_,
                 {first->authority, kind, name("Root of " + text)},
                 recipient(),
                 digest(),
                 first->member,
                 name("FIU-01"),
                 first->key.verify_key(),
                 first->identity.recipient(),
                 std::nullopt});
    return first;
}

PersonPtr World::add_member(const Person& custodian, model::Role role, bool service) {
    auto joining = person(custodian.register_chain, custodian.authority);
    const auto invited = invitation(InvitationPurpose::member, custodian.authority, joining->member, role, service);
    must(custodian, custodian.register_chain, invited);
    must(custodian, custodian.register_chain,
         MemberAdded{record::sign(record_of(*joining, invited.invitation, role, service), joining->key), digest()});
    return joining;
}

PersonPtr World::add_authority(const Person& root, const std::string& title) {
    auto joining = person(root.register_chain, id<model::AuthorityId>());
    const auto invited =
        invitation(InvitationPurpose::authority, joining->authority, joining->member, model::Role::custodian);
    must(root, root.register_chain, invited);
    auto record = record_of(*joining, invited.invitation, model::Role::custodian);
    record.first_generation = EnrolmentRecord::FirstGeneration{recipient(), digest()};
    must(root, root.register_chain,
         AuthorityAdded{{joining->authority, model::AuthorityKind::aro, name(title)},
                        record::sign(std::move(record), joining->key)});
    return joining;
}

NewGeneration World::next_generation(const Person& person) {
    return {register_of(person).generation(person.authority)->number + 1, recipient()};
}

void World::remove_member(const Person& custodian, const Person& member) {
    must(custodian, custodian.register_chain,
         MemberRemoved{member.authority, member.member, next_generation(member), digest()});
}

void World::pin(const Person& root, const model::ChainId& other) {
    const auto& party = *by_chain(other);
    must(root, root.register_chain, Pinned{party.code(), party.party(), PinSource::note_verbale, false});
}

void World::pin_all(const std::vector<PersonPtr>& roots) {
    for (const auto& by : roots) {
        for (const auto& other : roots) {
            if (by != other) pin(*by, other->register_chain);
        }
    }
}

Revoked World::revoke(const model::ChainId& chain, const model::AuthorityRef& whom) {
    const auto& d = dossier(chain);
    auto audience = d.next_audience(now);
    std::erase(audience, whom);
    return {whom.party, whom.authority, epoch(d.epochs().size() + 1, audience), {}};
}

NewEpoch World::epoch(std::uint64_t number, std::vector<model::AuthorityRef> audience) {
    std::sort(audience.begin(), audience.end());
    NewEpoch out{number, recipient(), {}};
    for (const auto& to : audience) {
        out.grants.push_back({to.party, to.authority, by_party(to.party)->generation(to.authority)->number, digest()});
    }
    return out;
}

model::ChainId World::open(const Person& opener, std::vector<model::AuthorityRef> others, model::HandlingPolicy policy,
                           DossierKind kind) {
    others.push_back(ref(opener));
    auto first = epoch(1, std::move(others));
    const auto chain = dossier_chain(opener.authority, first.recipient);
    must(opener, chain, Opened{kind, policy, std::move(first), digest()});
    return chain;
}

Entry World::entry(const model::ChainId& chain, std::size_t attachments) {
    const auto& of = dossier(chain);
    Entry out{of.epochs().size(), of.basis(), digest(), {}, std::nullopt, std::nullopt};
    for (std::size_t i = 0; i < attachments; ++i) {
        out.attachments.push_back({id<model::AttachmentId>(), 1000 + i, digest(), digest()});
    }
    return out;
}

model::StatementId World::add_entry(const Person& author, const model::ChainId& chain) {
    return must(author, chain, entry(chain));
}

Granted World::grant(const model::ChainId& chain, const model::AuthorityRef& to,
                     const std::vector<std::uint64_t>& epochs, std::vector<model::StatementId> consents) {
    std::sort(consents.begin(), consents.end());
    Granted out{to.party,
                to.authority,
                by_party(to.party)->generation(to.authority)->number,
                dossier(chain).basis(),
                {},
                std::move(consents),
                std::nullopt};
    for (const auto number : epochs) out.grants.push_back({number, digest()});
    return out;
}

Consented World::consent(const model::ChainId& chain, const model::AuthorityRef& to,
                         std::vector<std::uint64_t> epochs) {
    return {{},           std::move(epochs), *dossier(chain).head().last, to.party, to.authority, now + 30 * kDay,
            std::nullopt, digest()};
}

const Register* World::by_chain(const model::ChainId& chain) const {
    const auto found = registers_.find(chain);
    return found == registers_.end() ? nullptr : &found->second;
}

const Register* World::by_party(const model::PartyId& party) const {
    const auto found = chain_by_party_.find(party);
    return found == chain_by_party_.end() ? nullptr : by_chain(found->second);
}

const Register& World::register_of(const Person& person) const { return *by_chain(person.register_chain); }

const Receipts& World::receipts(const model::ChainId& of, const model::AuthorityRef& authority) const {
    return receipts_.at(receipts_chain(of, authority.authority));
}

const NoticeBoard& World::board_of(const Person& person) const {
    return boards_.at(notices_chain(by_chain(person.register_chain)->party()));
}

model::AuthorityRef World::ref(const Person& person) const { return {register_of(person).party(), person.authority}; }

}  // namespace rogatory::tests
