#include "platform/record/dossier_judge.hpp"

#include <algorithm>
#include <set>
#include <variant>

#include "platform/record/chains.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::record {
namespace {

std::vector<model::AuthorityRef> grantees(const NewEpoch& epoch) {
    std::vector<model::AuthorityRef> out;
    for (const auto& line : epoch.grants) out.push_back(line.to());
    return out;
}

const NewEpoch* epoch_begun(const Body& body) {
    if (const auto* opened = std::get_if<Opened>(&body)) return &opened->epoch;
    if (const auto* started = std::get_if<EpochStarted>(&body)) return &started->epoch;
    if (const auto* revoked = std::get_if<Revoked>(&body)) return &revoked->epoch;
    if (const auto* changed = std::get_if<PolicyChanged>(&body)) return &changed->epoch;
    return nullptr;
}

bool carries_sealed(const Body& body) {
    return std::visit(
        [](const auto& value) {
            if constexpr (requires { value.sealed.has_value(); }) {
                return value.sealed.has_value();
            } else {
                return std::is_same_v<std::decay_t<decltype(value)>, Entry>;
            }
        },
        body);
}

}  // namespace

Outcome DossierJudge::judge() {
    if (auto outcome = check_frame(s_, state_.chain_, state_.head_, state_.stopped_, at_)) return *std::move(outcome);
    auto found = find_author(signed_, at_, registers_);
    if (auto* outcome = std::get_if<Outcome>(&found)) return std::move(*outcome);
    author_ = &std::get<AuthorFound>(found);
    if (const auto reason = place(); !reason.empty()) return Outcome::make_void(reason);
    if (party_missing()) return Outcome::make_broken("broken.register_missing");
    if (const auto reason = signer(); !reason.empty()) return Outcome::make_void(reason);
    if (const auto reason = seals_to_current_epoch(); !reason.empty()) return Outcome::make_void(reason);
    const auto reason = std::visit([this](const auto& body) { return check(body); }, s_.body);
    if (voucher_missing_) return Outcome::make_broken("broken.register_missing");
    if (!reason.empty()) return Outcome::make_void(reason);
    if (reuses_files(s_, state_.files_)) return Outcome::make_void("void.file_reused");
    auto outcome = Outcome::ok();
    outcome.effects = effects();
    return outcome;
}

Reason DossierJudge::place() const {
    const auto& kind = row(s_.kind());
    if (kind.chain != ChainKind::dossier) return "void.wrong_chain";
    if (kind.starts_chain) return s_.seq == 0 ? "" : "void.not_first";
    return state_.opened_ ? "" : "void.not_opened";
}

bool DossierJudge::party_missing() const {
    const auto missing = [this](const model::PartyId& party) {
        const auto* found = registers_.by_party(party);
        return found == nullptr || !found->founded();
    };
    const auto named = named_parties(s_);
    return std::any_of(named.begin(), named.end(), missing);
}

Reason DossierJudge::signer() const {
    if (!author_->officer()) return "void.not_officer";
    const auto& me = author_->ref;
    // A library is read by all and written by one: nobody else spoils its keys for the others (decision 1751).
    if (state_.opened_ && state_.kind_ == DossierKind::library && me != state_.opener_) return "void.not_opener";
    const bool participant = state_.standing(me, at_) == Dossier::Standing::participant;
    const auto until = state_.access_until(me);
    switch (row(s_.kind()).signer) {
        case Signer::opener_officer:
            return s_.kind() == Kind::opened || me == state_.opener_ ? "" : "void.not_opener";
        case Signer::participant_officer:
            if (!participant) return "void.not_a_participant";
            return until && s_.at >= *until ? "void.access_expired" : "";
        case Signer::revoker: {
            const auto whom = std::get<Revoked>(s_.body).whom();
            if (!participant) return "void.not_a_participant";
            return me == state_.opener_ || me.party == whom.party ? "" : "void.not_revoker";
        }
        case Signer::second_officer: {
            const auto* item = state_.item(std::get<Approved>(s_.body).entry);
            if (item == nullptr || item->kind != Kind::entry) return "void.unknown_entry";
            const bool second = item->owner == me && item->author != s_.author.member && !author_->member.service;
            return second ? "" : "void.not_second_officer";
        }
        case Signer::owner_officer:
            return "";  // by entry: owns_all
        default:
            return "void.wrong_chain";
    }
}

bool DossierJudge::publisher() const { return author_->party_register->publisher(author_->ref.authority, at_); }

// What is sealed to the current epoch is readable by all its participants, also by one whose time is over: a new epoch
// comes first.
Reason DossierJudge::seals_to_current_epoch() const {
    if (!carries_sealed(s_.body) || epoch_begun(s_.body) != nullptr) return "";
    return state_.next_audience(s_.at).size() == state_.participants().size() ? "" : "void.access_expired";
}

bool DossierJudge::pinned(const model::PartyId& party) const {
    const auto pin = look_up_pin(registers_, *author_->party_register, party, at_);
    // Withholding a list must not decide what takes effect.
    if (!pin.basis && pin.missing) voucher_missing_ = true;
    return pin.basis.has_value();
}

Reason DossierJudge::may_be_granted(const model::AuthorityRef& to, std::uint64_t generation) const {
    const auto* current = registers_.by_party(to.party)->generation(to.authority, at_);
    if (current == nullptr) return "void.authority_unknown";
    if (current->number != generation) return "void.generation";
    return pinned(to.party) ? "" : "void.not_pinned";
}

Reason DossierJudge::new_epoch(const NewEpoch& epoch, const std::vector<model::AuthorityRef>& audience) const {
    if (epoch.epoch != state_.epochs_.size() + 1) return "void.epoch";
    const auto most = std::holds_alternative<Revoked>(s_.body) ? kMaxEpochs : kMaxEpochs - kEpochsForRevoking;
    if (state_.epochs_.size() >= most) return "void.too_many_epochs";
    const bool reused = std::any_of(state_.epochs_.begin(), state_.epochs_.end(),
                                    [&](const Dossier::Epoch& old) { return old.recipient == epoch.recipient; });
    if (reused) return "void.key_reused";
    if (grantees(epoch) != audience) return "void.audience";
    for (const auto& line : epoch.grants) {
        if (const auto reason = may_be_granted(line.to(), line.generation); !reason.empty()) return reason;
    }
    return "";
}

Reason DossierJudge::check(const Opened& body) const {
    if (s_.chain != dossier_chain(s_.author.authority, body.epoch.recipient)) return "void.chain_id";
    if (author_->party_register->code().is_assembly()) return "void.assembly";
    if (body.kind == DossierKind::library && !publisher()) return "void.not_publisher";
    const auto audience = grantees(body.epoch);
    if (!std::binary_search(audience.begin(), audience.end(), author_->ref)) return "void.audience";
    const bool own_only = std::all_of(audience.begin(), audience.end(),
                                      [&](const model::AuthorityRef& ref) { return ref.party == author_->ref.party; });
    if (body.kind == DossierKind::internal && !own_only) return "void.internal";
    return new_epoch(body.epoch, audience);
}

Reason DossierJudge::check(const Entry& body) const {
    if (!state_.open_) return "void.closed";
    if (state_.kind_ == DossierKind::library && !publisher()) return "void.not_publisher";
    if (body.epoch != state_.epochs_.size()) return "void.epoch";
    if (body.basis != state_.basis_) return "void.basis";
    if (const auto reason = routing(body); !reason.empty()) return reason;
    std::set<model::AttachmentId> ids;
    for (const auto& attachment : body.attachments) {
        const bool fresh = !state_.attachment_ids_.contains(attachment.id) && ids.insert(attachment.id).second;
        if (!fresh) return "void.attachment_reused";
    }
    // What everybody may read does not wait until the key of each of them is checked again.
    if (state_.kind_ == DossierKind::library) return "";
    for (const auto& ref : state_.participants()) {
        if (!pinned(ref.party)) return "void.not_pinned";
    }
    return "";
}

Reason DossierJudge::check(const Granted& body) const {
    if (body.basis != state_.basis_) return "void.basis";
    const auto to = body.to();
    if (state_.kind_ == DossierKind::internal && to.party != state_.opener_.party) return "void.internal";
    if (const auto reason = may_be_granted(to, body.generation); !reason.empty()) return reason;
    std::vector<std::uint64_t> epochs;
    for (const auto& grant : body.grants) {
        if (grant.epoch < 1 || grant.epoch > state_.epochs_.size()) return "void.epoch";
        if (!state_.holds(author_->ref, grant.epoch, at_)) return "void.epoch_not_held";
        if (state_.holds(to, grant.epoch, at_)) return "void.nothing_changed";
        epochs.push_back(grant.epoch);
    }
    const bool newcomer = state_.standing(to, at_) != Dossier::Standing::participant;
    if (newcomer && state_.participants().size() >= Dossier::kMaxGrants) return "void.too_many_participants";
    return consents_suffice(body, epochs);
}

Reason DossierJudge::consents_suffice(const Granted& body, const std::vector<std::uint64_t>& epochs) const {
    const auto needed = state_.consents_needed(author_->ref, body.to(), epochs);
    if (!needed) {
        // The reason as a view must outlive the error that carries it.
        for (const Reason reason : {Reason{"void.participants_only"}, Reason{"void.own_party"}}) {
            if (needed.error().key() == reason) return reason;
        }
        return "void.onward";
    }
    std::set<model::AuthorityRef> named;
    for (const auto& id : body.consents) {
        const auto* consent = state_.consent(id);
        if (consent == nullptr) return "void.consent_unknown";
        if (consent->spent) return "void.consent_spent";
        if (consent->body.to() != body.to()) return "void.consent_recipient";
        if (s_.at > consent->body.grant_before) return "void.consent_expired";
        const bool wanted = std::find(needed->begin(), needed->end(), consent->owner) != needed->end();
        // What is not needed is not spent; two of one owner would leave open which of them holds.
        if (!wanted || !named.insert(consent->owner).second) return "void.consent_not_needed";
        if (!state_.covers(*consent, epochs)) return "void.consent_scope";
    }
    return named.size() == needed->size() ? "" : "void.consent_missing";
}

Reason DossierJudge::check(const EpochStarted& body) const {
    if (body.policy != state_.policy_statement_) return "void.policy";
    return new_epoch(body.epoch, state_.next_audience(s_.at));
}

Reason DossierJudge::check(const Revoked& body) const {
    const auto whom = body.whom();
    if (state_.standing(whom, at_) == Dossier::Standing::none) return "void.not_a_participant";
    if (whom == state_.opener_) return "void.opener_stays";
    // Whoever is asked goes on reading what it is asked, until nothing is asked any more.
    if (state_.request_ && !state_.request_->over() && state_.request_->requested == whom) {
        return "void.requested_stays";
    }
    auto audience = state_.next_audience(s_.at);
    std::erase(audience, whom);
    return new_epoch(body.epoch, audience);
}

Reason DossierJudge::check(const PolicyChanged& body) const {
    return new_epoch(body.epoch, state_.next_audience(s_.at));
}

Reason DossierJudge::check(const Closed& /*body*/) const {
    if (!state_.open_) return "void.closed";
    // Whoever asked cannot end the matter by locking the room.
    return state_.request_ && !state_.request_->over() ? "void.request_not_over" : "";
}
Reason DossierJudge::check(const Reopened& /*body*/) const { return state_.open_ ? "void.nothing_changed" : ""; }

Reason DossierJudge::check(const Approved& body) const {
    const auto* item = state_.item(body.entry);
    if (item->sealed != body.digest) return "void.digest";
    const auto& by = item->approved_by;
    return std::find(by.begin(), by.end(), s_.author.member) == by.end() ? "" : "void.nothing_changed";
}

Reason DossierJudge::owns_all(const std::vector<model::StatementId>& entries) const {
    for (const auto& id : entries) {
        const auto* item = state_.item(id);
        if (item == nullptr || item->kind != Kind::entry) return "void.unknown_entry";
        if (item->owner != author_->ref) return "void.not_owner";
    }
    return "";
}

Reason DossierJudge::check(const Consented& body) const {
    if (const auto reason = owns_all(body.entries); !reason.empty()) return reason;
    for (const auto epoch : body.epochs) {
        if (epoch < 1 || epoch > state_.epochs_.size()) return "void.epoch";
        const bool owns = author_->ref == state_.opener_ ||
                          std::any_of(state_.items_.begin(), state_.items_.end(), [&](const Dossier::Item& item) {
                              return item.kind == Kind::entry && item.epoch == epoch && item.owner == author_->ref;
                          });
        if (!owns) return "void.not_owner";
    }
    if (!state_.seq_by_id_.contains(body.up_to)) return "void.unknown_statement";
    const bool in_time = body.grant_before > s_.at && (!body.access_until || *body.access_until > s_.at);
    if (!in_time) return "void.consent_period";
    if (registers_.by_party(body.party)->authority(body.authority, at_) == nullptr) return "void.authority_unknown";
    return pinned(body.party) ? "" : "void.not_pinned";
}

Reason DossierJudge::check(const Released& body) const { return owns_all(body.entries); }

Reason DossierJudge::check(const Withdrawn& body) const {
    if (const auto reason = owns_all(body.entries); !reason.empty()) return reason;
    const bool again = std::any_of(body.entries.begin(), body.entries.end(),
                                   [this](const model::StatementId& id) { return state_.item(id)->withdrawn; });
    return again ? "void.nothing_changed" : "";
}

}  // namespace rogatory::record
