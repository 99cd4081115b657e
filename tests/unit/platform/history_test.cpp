#include <rapidcheck.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "platform/record/kinds.hpp"
#include "tests/support/record_world.hpp"

// Random histories: anybody says anything at any time, sensible or not. Whatever comes of it, these hold.
using namespace rogatory;
using namespace rogatory::record;
using model::Onward;
using model::Role;
using tests::PersonPtr;
using tests::World;

namespace {

std::size_t below(std::size_t end) { return *rc::gen::inRange<std::size_t>(0, end); }
template <class T>
const T& any_of(const std::vector<T>& all) {
    return all.at(below(all.size()));
}

// The registers and dossiers that a client builds from what it was served.
class Replayed final : public Registers {
public:
    Outcome apply(const World::Logged& logged) {
        const auto& s = logged.statement.statement();
        if (registers_.contains(s.chain) || s.kind() == Kind::founded) {
            auto& r = registers_.try_emplace(s.chain, s.chain).first->second;
            auto outcome = r.apply(logged.statement, logged.index);
            if (r.founded()) parties_[r.party()] = s.chain;
            return outcome;
        }
        return dossiers.try_emplace(s.chain, s.chain).first->second.apply(logged.statement, logged.index, *this);
    }
    [[nodiscard]] const Register* by_chain(const model::ChainId& chain) const override {
        const auto found = registers_.find(chain);
        return found == registers_.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const Register* by_party(const model::PartyId& party) const override {
        const auto found = parties_.find(party);
        return found == parties_.end() ? nullptr : by_chain(found->second);
    }
    std::map<model::ChainId, Dossier> dossiers;

private:
    std::map<model::ChainId, Register> registers_;
    std::map<model::PartyId, model::ChainId> parties_;
};

struct History {
    World w{static_cast<std::uint64_t>(below(1'000'000'000))};
    std::vector<PersonPtr> roots;
    std::vector<PersonPtr> people;
    std::vector<model::ChainId> chains;
    std::vector<model::ChainId> dossiers;
    std::vector<Invited> open_invitations;
    std::map<model::InvitationId, PersonPtr> invitees;

    History() {
        for (const auto* code : {"SEN", "FRA", "X-OTP"}) roots.push_back(w.found(code));
        w.pin_all(roots);
        for (const auto& root : roots) {
            people.push_back(root);
            people.push_back(w.add_member(*root, static_cast<Role>(below(3))));
            people.push_back(w.add_authority(*root));
            chains.push_back(root->register_chain);
        }
        dossiers.push_back(w.open(*roots[0], {w.ref(*roots[1])}, policy()));
        dossiers.push_back(w.open(*roots[2], {w.ref(*roots[0]), w.ref(*roots[1])}, policy()));
    }

    model::HandlingPolicy policy() { return {static_cast<Onward>(below(4)), {}, {}}; }
    const tests::Person& anybody() { return *any_of(people); }
    model::AuthorityRef any_ref() { return w.ref(anybody()); }

    void act() {
        if (below(2) == 0) {
            act_on_register();
        } else {
            act_on_dossier(any_of(dossiers));
        }
        if (below(20) == 0) w.now += static_cast<UnixSeconds>(below(10)) * kDay;
    }

    // How often each kind took effect, over all histories: a test of nothing but refusals would prove little.
    static std::map<Kind, std::size_t>& effective() {
        static std::map<Kind, std::size_t> counts;
        return counts;
    }

    // Mostly somebody whose business it is.
    const tests::Person& author_for(const model::ChainId& dossier) {
        auto participants = w.dossier(dossier).participants();
        if (below(4) == 0) participants = {w.dossier(dossier).opener()};
        for (int tries = 0; tries < 12 && below(6) != 0; ++tries) {
            const auto& somebody = anybody();
            const bool takes_part =
                std::find(participants.begin(), participants.end(), w.ref(somebody)) != participants.end();
            const auto now = w.register_of(somebody).member(somebody.member);
            if (takes_part && now && now->role != Role::reader && now->key == somebody.key.verify_key())
                return somebody;
        }
        return anybody();
    }
    const tests::Person& author_for(const tests::Person& target) {
        for (int tries = 0; tries < 12 && below(6) != 0; ++tries) {
            const auto& somebody = anybody();
            const auto now = w.register_of(somebody).member(somebody.member);
            const bool custodian = now && now->role == Role::custodian && now->key == somebody.key.verify_key();
            if (custodian && somebody.authority == target.authority) return somebody;
        }
        return anybody();
    }

    // What a server would answer and what a client makes of it are one.
    Outcome say(const tests::Person& author, const model::ChainId& chain, Body body) {
        const auto statement = w.sign(author, chain, std::move(body));
        const auto asked = w.judge(statement);
        const auto done = w.append(statement);
        RC_ASSERT(asked.verdict == done.verdict);
        RC_ASSERT(asked.reason == done.reason);
        RC_ASSERT(asked.effective() == asked.reason.empty());
        // Whoever is in a register of this world breaks no chain by what he says.
        RC_ASSERT(done.verdict == Verdict::effective || done.verdict == Verdict::void_);
        if (done.effective()) ++effective()[statement.kind()];
        return done;
    }

    void act_on_register() {
        const auto& target = anybody();
        const auto& author = author_for(target);
        const auto& chain = below(4) == 0 ? any_of(chains) : target.register_chain;
        switch (below(8)) {
            case 0: {
                const bool rekey = below(3) == 0;
                auto joining = rekey ? w.with_new_keys(target) : w.person(target.register_chain, target.authority);
                const auto purpose = rekey ? InvitationPurpose::rekey : InvitationPurpose::member;
                auto invited = w.invitation(purpose, target.authority, joining->member, static_cast<Role>(below(3)),
                                            below(4) == 0);
                if (say(author, chain, invited).effective()) {
                    open_invitations.push_back(invited);
                    invitees.emplace(invited.invitation, joining);
                }
                return;
            }
            case 1:
            case 2: {
                if (open_invitations.empty()) return;
                const auto& invited = any_of(open_invitations);
                const auto& joining = invitees.at(invited.invitation);
                const auto record =
                    sign(w.record_of(*joining, invited.invitation, invited.role, invited.service), joining->key);
                const auto outcome =
                    invited.purpose == InvitationPurpose::member
                        ? say(author, joining->register_chain, MemberAdded{record, w.digest()})
                        : say(author, joining->register_chain,
                              MemberRekeyed{RekeyReason::lost, record, w.next_generation(*joining), w.digest()});
                if (outcome.effective()) people.push_back(joining);
                return;
            }
            case 3:
                say(author, chain,
                    MemberRemoved{target.authority, target.member, w.next_generation(target), w.digest()});
                return;
            case 4:
                say(author, chain, RoleChanged{target.authority, target.member, static_cast<Role>(below(3))});
                return;
            case 5:
                say(author, chain, AuthorityRekeyed{target.authority, w.next_generation(target), w.digest()});
                return;
            case 6: {
                const auto& other = *w.by_chain(any_of(chains));
                if (below(2) == 0) {
                    say(author, chain, Pinned{other.code(), other.party(), PinSource::note_verbale, false});
                } else {
                    say(author, chain, Unpinned{other.code(), other.party()});
                }
                return;
            }
            default: {
                const auto fresh = w.with_new_keys(author);
                const auto now = w.register_of(author).member(author.member);
                const auto role = now ? now->role : Role::reader;
                const auto record = sign(w.record_of(*fresh, std::nullopt, role, now && now->service), fresh->key);
                if (say(author, author.register_chain,
                        MemberRekeyed{RekeyReason::rotated, record, std::nullopt, w.digest()})
                        .effective()) {
                    people.push_back(fresh);
                }
                return;
            }
        }
    }

    // Entries of its own, mostly.
    std::vector<model::StatementId> some_items(const Dossier& d, const model::AuthorityRef& owner) {
        const bool own = below(4) != 0;
        std::vector<model::StatementId> out;
        for (const auto& item : d.items()) {
            if (item.kind != Kind::entry || (own && item.owner != owner)) continue;
            if (below(2) == 0) out.push_back(item.id);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    void act_on_dossier(const model::ChainId& chain) {
        const auto& author = author_for(chain);
        const auto& d = w.dossier(chain);
        const auto next = d.epochs().size() + 1;
        const auto audience = [&] {
            auto out = d.next_audience(w.now);
            if (out.size() > 1 && below(8) == 0) out.pop_back();
            return out;
        };
        switch (below(11)) {
            case 0:
            case 1: {
                auto entry = w.entry(chain);
                if (below(3) == 0) entry.policy = policy();
                say(author, chain, entry);
                return;
            }
            case 2:
            case 3: {
                const auto to = any_ref();
                std::vector<std::uint64_t> epochs;
                for (std::uint64_t epoch = 1; epoch < next; ++epoch) {
                    if (below(2) == 0 && !d.holds(to, epoch)) epochs.push_back(epoch);
                }
                if (epochs.empty()) return;
                std::vector<model::StatementId> consents;
                for (const auto& consent : d.consents()) {
                    if (consent.body.to() == to && (below(4) != 0 || consent.spent)) consents.push_back(consent.id);
                }
                // An honest granter names what is needed.
                if (const auto needed = d.consents_needed(w.ref(author), to, epochs); needed && below(4) != 0) {
                    std::erase_if(consents, [&](const auto& id) {
                        const auto* consent = d.consent(id);
                        return consent->spent ||
                               std::find(needed->begin(), needed->end(), consent->owner) == needed->end();
                    });
                }
                say(author, chain, w.grant(chain, to, epochs, consents));
                return;
            }
            case 4:
                say(author, chain, EpochStarted{w.epoch(next, audience()), d.policy_statement(), {}});
                return;
            case 5: {
                if (below(2) == 0) return;
                const auto whom = any_ref();
                auto stay = audience();
                std::erase(stay, whom);
                if (stay.empty()) return;
                say(author, chain, Revoked{whom.party, whom.authority, w.epoch(next, stay), {}});
                return;
            }
            case 6: {
                auto consent = w.consent(chain, any_ref(), {});
                if (below(2) == 0) {
                    for (std::uint64_t epoch = 1; epoch < next; ++epoch) consent.epochs.push_back(epoch);
                } else {
                    consent.entries = some_items(d, w.ref(author));
                    if (consent.entries.empty()) return;
                }
                if (below(3) == 0) consent.access_until = w.now + static_cast<UnixSeconds>(below(5)) * kDay + 1;
                say(author, chain, consent);
                return;
            }
            case 7: {
                auto entries = some_items(d, w.ref(author));
                if (entries.empty()) return;
                if (below(3) == 0) {
                    say(author, chain, Withdrawn{std::move(entries), {}});
                } else {
                    say(author, chain, Released{std::move(entries), policy(), {}});
                }
                return;
            }
            default:
                switch (below(3)) {
                    case 0:
                        say(author, chain, PolicyChanged{policy(), w.epoch(next, audience()), {}});
                        return;
                    case 1:
                        say(author, chain, Closed{});
                        return;
                    default:
                        say(author, chain, Reopened{});
                        return;
                }
        }
    }
};

// The rule of one entry, worked out anew from the whole chain up to `seq`, by the words of protocol.md.
Onward rule_of(const std::vector<const World::Logged*>& chain, const model::StatementId& entry, std::uint64_t seq) {
    Onward dossier{};
    std::optional<Onward> rule;
    for (const auto* logged : chain) {
        const auto& s = logged->statement.statement();
        if (s.seq >= seq || !logged->outcome.effective()) continue;
        if (const auto* opened = std::get_if<Opened>(&s.body)) dossier = opened->policy.onward;
        if (const auto* changed = std::get_if<PolicyChanged>(&s.body)) {
            dossier = changed->policy.onward;
            if (rule) rule = std::max(*rule, dossier);
        }
        if (logged->statement.id() == entry) {
            const auto& own = std::get<Entry>(s.body).policy;
            rule = own ? std::max(own->onward, dossier) : dossier;
        }
        if (const auto* released = std::get_if<Released>(&s.body)) {
            const auto& named = released->entries;
            if (std::find(named.begin(), named.end(), entry) != named.end()) rule = released->policy.onward;
        }
    }
    return *rule;
}

void check_onward(const History& h, const model::ChainId& dossier) {
    std::vector<const World::Logged*> chain;
    for (const auto& logged : h.w.history()) {
        if (logged.statement.statement().chain == dossier) chain.push_back(&logged);
    }
    std::set<model::StatementId> spent;
    for (const auto* logged : chain) {
        const auto& s = logged->statement.statement();
        const auto* granted = std::get_if<Granted>(&s.body);
        if (granted == nullptr || !logged->outcome.effective()) continue;
        const model::AuthorityRef granter{h.w.by_chain(s.author.register_chain)->party(), s.author.authority};
        std::set<model::AuthorityRef> consenting;
        for (const auto& id : granted->consents) {
            RC_ASSERT(spent.insert(id).second);  // spent once
            const auto* consent = h.w.dossier(dossier).consent(id);
            RC_ASSERT(consent->body.to() == granted->to());
            RC_ASSERT(s.at <= consent->body.grant_before);
            consenting.insert(consent->owner);
        }
        for (const auto& item : h.w.dossier(dossier).items()) {
            const bool opens = item.kind == Kind::entry && item.seq < s.seq &&
                               std::any_of(granted->grants.begin(), granted->grants.end(),
                                           [&](const auto& grant) { return grant.epoch == item.epoch; });
            if (!opens || item.owner == granter || item.owner == granted->to()) continue;
            const auto rule = rule_of(chain, item.id, s.seq);
            const bool allowed = rule == Onward::free ||
                                 (rule == Onward::own_party && granter.party == granted->party) ||
                                 (rule == Onward::source_consent && consenting.contains(item.owner));
            RC_ASSERT(allowed);
        }
    }
}

void check_registers(const History& h) {
    for (const auto& chain : h.chains) {
        const auto& r = *h.w.by_chain(chain);
        std::set<model::VerifyKey> keys;
        std::set<age::HybridRecipient> recipients;
        for (const auto& authority : r.authorities()) {
            RC_ASSERT(r.custodians(authority.description.id) > 0);
            std::uint64_t number = 0;
            for (const auto& generation : r.generations(authority.description.id)) {
                RC_ASSERT(generation.number == ++number);
                RC_ASSERT(recipients.insert(generation.recipient).second);
            }
            for (const auto& member : r.members(authority.description.id)) {
                RC_ASSERT(keys.insert(member.key).second);
                RC_ASSERT(recipients.insert(member.recipient).second);
                RC_ASSERT(!(member.service && member.role == Role::custodian));
            }
        }
    }
}

void check_dossier(const History& h, const model::ChainId& chain) {
    const auto& d = h.w.dossier(chain);
    const auto participants = d.participants();
    RC_ASSERT(std::find(participants.begin(), participants.end(), d.opener()) != participants.end());
    std::set<age::HybridRecipient> recipients;
    for (const auto& epoch : d.epochs()) RC_ASSERT(recipients.insert(epoch.recipient).second);
    for (const auto& who : d.readers()) {
        const bool current = d.holds(who, d.epochs().size());
        RC_ASSERT(current == (d.standing(who) == Dossier::Standing::participant));
    }
    // Whoever was shut out holds nothing that began after.
    for (const auto& item : d.items()) {
        RC_ASSERT(item.epoch >= 1 && item.epoch <= d.epochs().size());
        if (item.kind == Kind::entry) RC_ASSERT(d.standing(item.owner, item.index) == Dossier::Standing::participant);
    }
}

void check_replay(const History& h) {
    Replayed replayed;
    for (const auto& logged : h.w.history()) {
        const auto again = SignedStatement::parse(logged.statement.encode());
        RC_ASSERT(again.has_value());
        const auto outcome = replayed.apply({*again, logged.index, {}});
        RC_ASSERT(outcome.verdict == logged.outcome.verdict);
        RC_ASSERT(outcome.reason == logged.outcome.reason);
        RC_ASSERT(outcome.effects.size() == logged.outcome.effects.size());
    }
    for (const auto& chain : h.dossiers) {
        const auto& a = h.w.dossier(chain);
        const auto& b = replayed.dossiers.at(chain);
        RC_ASSERT(a.participants() == b.participants());
        RC_ASSERT(a.readers() == b.readers());
        RC_ASSERT(a.policy() == b.policy());
        RC_ASSERT(a.basis() == b.basis());
        RC_ASSERT(a.head().last == b.head().last);
        RC_ASSERT(a.items().size() == b.items().size());
        for (std::size_t i = 0; i < a.items().size(); ++i) RC_ASSERT(a.items()[i].in_force == b.items()[i].in_force);
    }
}

}  // namespace

TEST_CASE("random histories: what must hold, holds") {
    CHECK(rc::check("registers, dossiers and replay", [] {
        History h;
        const auto steps = 60 + below(60);
        for (std::size_t i = 0; i < steps; ++i) {
            h.act();
            check_registers(h);
        }
        for (const auto& chain : h.dossiers) {
            check_dossier(h, chain);
            check_onward(h, chain);
        }
        check_replay(h);
    }));
    for (const auto kind :
         {Kind::pinned, Kind::unpinned, Kind::invited, Kind::member_added, Kind::member_removed, Kind::role_changed,
          Kind::authority_rekeyed, Kind::member_rekeyed, Kind::entry, Kind::granted, Kind::epoch_started, Kind::revoked,
          Kind::policy_changed, Kind::closed, Kind::reopened, Kind::consented, Kind::released, Kind::withdrawn}) {
        CAPTURE(to_text(kind));
        CHECK(History::effective()[kind] > 0);
    }
}
