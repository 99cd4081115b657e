#include <algorithm>
#include <utility>
#include <variant>

#include "platform/base/ensure.hpp"
#include "platform/record/dossier_judge.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::record {

std::vector<Effect> DossierJudge::effects() const {
    std::vector<Effect> out;
    const auto begin = [&](const NewEpoch& epoch, const model::AuthorityRef& revoked) {
        out.emplace_back(EpochBegun{epoch.epoch});
        // Whom the new epoch leaves out although nobody revoked him, and past readers: their time was over.
        for (const auto& ref : state_.readers()) {
            const bool stays = std::any_of(epoch.grants.begin(), epoch.grants.end(),
                                           [&](const GrantLine& line) { return line.to() == ref; });
            const auto until = state_.access_until(ref);
            const bool reads_on = state_.standing(ref, at_) == Dossier::Standing::past_reader && ref != revoked &&
                                  !(until && s_.at >= *until);
            if (!stays && !reads_on) out.emplace_back(ReaderRemoved{ref});
        }
    };
    std::visit(Overloaded{[&](const Opened& body) {
                              out.emplace_back(ChainStarted{});
                              out.emplace_back(EpochBegun{1});
                              for (const auto& line : body.epoch.grants) {
                                  out.emplace_back(ReaderAdmitted{line.to(), true});
                              }
                          },
                          [&](const Entry& body) {
                              out.emplace_back(EntryAdded{});
                              if (body.routing) out.emplace_back(RequestChanged{});
                          },
                          [&](const StatusSet&) { out.emplace_back(RequestChanged{}); },
                          [&](const Reminded&) { out.emplace_back(RequestChanged{}); },
                          [&](const DueProposed&) { out.emplace_back(RequestChanged{}); },
                          [&](const DueAgreed&) { out.emplace_back(RequestChanged{}); },
                          [&](const OffPlatform&) { out.emplace_back(RequestChanged{}); },
                          [&](const OffPlatformConfirmed&) { out.emplace_back(RequestChanged{}); },
                          [&](const RoutingDisclosed&) { out.emplace_back(RequestChanged{}); },
                          [&](const Granted& body) {
                              const bool current = body.grants.back().epoch == state_.epochs_.size();
                              const bool was = state_.standing(body.to(), at_) == Dossier::Standing::participant;
                              out.emplace_back(ReaderAdmitted{body.to(), current || was});
                          },
                          [&](const EpochStarted& body) { begin(body.epoch, {}); },
                          [&](const Revoked& body) { begin(body.epoch, body.whom()); },
                          [&](const PolicyChanged& body) { begin(body.epoch, {}); },
                          [&](const Closed&) { out.emplace_back(DossierClosed{}); },
                          [&](const Reopened&) { out.emplace_back(DossierReopened{}); },
                          [&](const Withdrawn& body) { out.emplace_back(EntriesWithdrawn{body.entries}); },
                          [](const auto& /*changes nothing an index would hold*/) {}},
               s_.body);
    return out;
}

void DossierJudge::change(Dossier& d, const SignedStatement& statement, model::LogIndex at,
                          const Registers& registers) {
    const auto& s = statement.statement();
    const auto& id = statement.id();
    const auto* party_register = registers.by_chain(s.author.register_chain);
    ensure(party_register != nullptr, "the author of an effective statement has a register");
    const model::AuthorityRef author{party_register->party(), s.author.authority};
    for (const auto& file : listed_files(s)) d.files_.insert(file);
    const bool stale = d.opened_ && d.stale(registers, s.at, at) != Dossier::Stale::no;

    const auto remove = [&](Dossier::Reader& reader) {
        reader.changes.push_back({at, Dossier::Standing::none});
        reader.access_until.reset();
        for (auto& grant : reader.grants) {
            if (!grant.until) grant.until = at;
        }
    };
    const auto begin_epoch = [&](const NewEpoch& epoch) {
        for (auto& [ref, reader] : d.readers_) {
            const bool stays = std::any_of(epoch.grants.begin(), epoch.grants.end(),
                                           [&, &who = ref](const GrantLine& line) { return line.to() == who; });
            if (reader.now() == Dossier::Standing::participant && !stays) remove(reader);
            // What a consent gave until now ends, also for those who held past epochs only.
            bool holds_any = false;
            for (auto& grant : reader.grants) {
                if (!grant.until && grant.access_until && s.at >= *grant.access_until) grant.until = at;
                holds_any = holds_any || !grant.until;
            }
            if (reader.now() == Dossier::Standing::past_reader && !holds_any) remove(reader);
        }
        d.epochs_.push_back({epoch.epoch, epoch.recipient, id, author, d.policy_statement_});
        for (const auto& line : epoch.grants) {
            auto& reader = d.readers_[line.to()];
            if (reader.now() != Dossier::Standing::participant) {
                reader.changes.push_back({at, Dossier::Standing::participant});
            }
            reader.grants.push_back({epoch.epoch, line.generation, line.grant, id, at, std::nullopt, std::nullopt});
        }
        d.basis_ = id;
    };
    const auto add_item = [&](const model::Digest& sealed, const model::HandlingPolicy& own,
                              std::vector<AttachmentLine> attachments) {
        d.item_by_id_.emplace(id, d.items_.size());
        d.items_.push_back({id,
                            s.seq,
                            at,
                            s.kind(),
                            d.epochs_.size(),
                            author,
                            s.author.member,
                            s.at,
                            sealed,
                            model::stricter(d.policy_, own),
                            stale && s.kind() == Kind::entry,
                            false,
                            {},
                            std::move(attachments)});
    };
    const auto named = [&](const model::StatementId& entry) -> Dossier::Item& {
        return d.items_.at(d.item_by_id_.at(entry));
    };

    std::visit(
        Overloaded{
            [&](const Opened& body) {
                d.opened_ = true;
                d.open_ = true;
                d.kind_ = body.kind;
                d.opener_ = author;
                d.opened_at_ = s.at;
                d.policy_ = body.policy;
                d.policy_statement_ = id;
                begin_epoch(body.epoch);
            },
            [&](const Entry& body) {
                for (const auto& attachment : body.attachments) d.attachment_ids_.insert(attachment.id);
                add_item(body.sealed, body.policy.value_or(d.policy_), body.attachments);
            },
            [&](const Granted& body) {
                std::optional<UnixSeconds> until;
                for (const auto& consent : body.consents) {
                    auto& spent = d.consents_.at(consent);
                    spent.spent = true;
                    if (const auto limit = spent.body.access_until) {
                        until = std::min(until.value_or(*limit), *limit);
                    }
                }
                auto& reader = d.readers_[body.to()];
                for (const auto& grant : body.grants) {
                    reader.grants.push_back({grant.epoch, body.generation, grant.grant, id, at, until, std::nullopt});
                }
                const bool current = body.grants.back().epoch == d.epochs_.size();
                // The limit is that of what was given here. It ends a participation only if it let somebody in:
                // two others must not shorten what a third had without it.
                if (reader.now() != Dossier::Standing::participant) {
                    if (current) reader.access_until = until;
                    reader.changes.push_back(
                        {at, current ? Dossier::Standing::participant : Dossier::Standing::past_reader});
                }
                d.basis_ = id;
            },
            [&](const EpochStarted& body) { begin_epoch(body.epoch); },
            [&](const Revoked& body) {
                d.ever_revoked_ = true;
                auto& reader = d.readers_.at(body.whom());
                if (reader.now() == Dossier::Standing::past_reader) remove(reader);
                begin_epoch(body.epoch);
            },
            [&](const PolicyChanged& body) {
                d.policy_ = body.policy;
                d.policy_statement_ = id;
                // It binds what comes after; what is there already it can only tighten.
                for (auto& item : d.items_) item.in_force = model::stricter(item.in_force, body.policy);
                begin_epoch(body.epoch);
            },
            [&](const Closed&) { d.open_ = false; }, [&](const Reopened&) { d.open_ = true; },
            [&](const Approved& body) { named(body.entry).approved_by.push_back(s.author.member); },
            [&](const Consented& body) {
                d.consents_.emplace(id, Dossier::Consent{id, author, body, d.seq_by_id_.at(body.up_to), false});
            },
            [&](const Released& body) {
                for (const auto& entry : body.entries) named(entry).in_force = body.policy;
            },
            [&](const Withdrawn& body) {
                for (const auto& entry : body.entries) named(entry).withdrawn = true;
            },
            [&](const auto& /*of a request*/) {
                ensure(row(s.kind()).chain == ChainKind::dossier, "an effective statement is of this chain");
            }},
        s.body);
    change_request(d, statement, author);

    if (s.kind() == Kind::entry) return;
    std::visit(
        [&](const auto& body) {
            if constexpr (requires { body.sealed.has_value(); }) {
                if (body.sealed) add_item(*body.sealed, d.policy_, {});
            }
        },
        s.body);
}

Outcome Dossier::judge(const SignedStatement& statement, model::LogIndex at, const Registers& registers) const {
    return DossierJudge{*this, statement, at, registers}.judge();
}

Outcome Dossier::apply(const SignedStatement& statement, model::LogIndex at, const Registers& registers) {
    auto outcome = judge(statement, at, registers);
    if (outcome.verdict == Verdict::broken || outcome.verdict == Verdict::unsupported) {
        stopped_ = true;
        return outcome;
    }
    if (outcome.effective()) DossierJudge::change(*this, statement, at, registers);
    seq_by_id_.emplace(statement.id(), statement.statement().seq);
    head_ = {head_.length + 1, statement.id(), at};
    return outcome;
}

}  // namespace rogatory::record
