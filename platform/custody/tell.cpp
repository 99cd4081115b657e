#include <algorithm>
#include <type_traits>
#include <variant>

#include "platform/custody/judged.hpp"
#include "platform/record/caveats.hpp"

namespace rogatory::custody {
namespace {

constexpr UnixSeconds kAheadOfCosignature = 10 * kMinute;

class Teller {
public:
    Teller(const Bundle& bundle, const Chains& chains, const BundleRegisters& registers, const Judgment& judgment,
           const Contents& contents, Findings& findings)
        : bundle_{bundle},
          chains_{chains},
          registers_{registers},
          judgment_{judgment},
          contents_{contents},
          findings_{findings} {}

    void tell() {
        for (const auto& judged : judgment_.statements) {
            seqs_[judged.place->id] = judged.place->seq;
            if (judged.effective) effective_.push_back(&*judged.place->statement);
        }
        // Left out: a receipt or a consent may still name it.
        for (const auto& place : judgment_.dossier_chain->places) seqs_[place.id] = place.seq;
        for (const auto& judged : judgment_.statements) {
            if (judged.place->statement->kind() == record::Kind::entry) {
                findings_.entries.push_back(entry(judged));
            } else {
                findings_.acts.push_back(act(judged));
            }
        }
        for (const auto& one : judgment_.receipts) {
            for (const auto& judged : one.statements) {
                if (judged.effective) receipt(judged);
            }
        }
        std::stable_sort(findings_.receipts.begin(), findings_.receipts.end(),
                         [](const auto& a, const auto& b) { return a.when.index < b.when.index; });
        if (!judgment_.dossier) return;
        const auto& dossier = *judgment_.dossier;
        findings_.kind = record::to_text(dossier.kind());
        findings_.opener = label_of(dossier.opener(), registers_);
        findings_.open = dossier.open();
        for (const auto& one : dossier.participants()) findings_.participants.push_back(label_of(one, registers_));
    }

private:
    [[nodiscard]] Moment moment(const Place& place) const {
        const auto& checkpoint = chains_.checkpoints[place.checkpoint];
        Moment when;
        when.at = place.statement->statement().at;
        when.index = place.index;
        when.checkpoint_size = checkpoint.parsed.checkpoint.head.size;
        when.cosigned_at = checkpoint.quorum_time;
        when.disputed = when.cosigned_at && when.at > *when.cosigned_at + kAheadOfCosignature;
        return when;
    }
    [[nodiscard]] Person author(const Place& place) const {
        return person_of(place.statement->statement().author, place.index, registers_);
    }

    [[nodiscard]] EntryFound entry(const Judged& judged) const {
        const auto& place = *judged.place;
        const auto& body = *place.statement->body<record::Entry>();
        EntryFound out;
        out.seq = place.seq;
        out.id = place.id;
        out.author = author(place);
        out.when = moment(place);
        out.effective = judged.effective;
        out.void_reason = judged.void_reason;
        out.policy = body.policy;
        for (const auto& line : body.attachments) {
            AttachmentFound found{line.id, line.size, line.sha256, AttachmentFound::Evidence::statement, std::nullopt};
            if (const auto seen = contents_.evidence.find(line.id); seen != contents_.evidence.end()) {
                found.evidence = seen->second;
            }
            if (const auto told = contents_.told.find(line.id); told != contents_.told.end()) {
                found.file = told->second->file;
            }
            out.attachments.push_back(std::move(found));
        }
        for (const auto& stated : bundle_.manifest().caveats) {
            if (stated.entry == place.id) out.caveats = stated.caveats;
        }
        if (!judgment_.dossier) return out;
        const auto* item = judgment_.dossier->item(place.id);
        if (item == nullptr) return out;
        out.withdrawn = item->withdrawn;
        out.sealed_to_stale_epoch = item->stale;
        out.policy = item->in_force;
        if (contents_.bodies.empty()) return out;
        const auto opened = [&](const model::StatementId& id) -> const record::SealedBody* {
            const auto found = contents_.bodies.find(id);
            return found == contents_.bodies.end() ? nullptr : &found->second;
        };
        if (const auto* own = opened(place.id)) out.title = own->title;
        if (auto caveats = record::caveats_in_force(*judgment_.dossier, effective_, *item, opened)) {
            out.caveats = std::move(caveats);
            out.caveats_proven = true;
        }
        return out;
    }

    [[nodiscard]] std::vector<std::uint64_t> numbers(const std::vector<model::StatementId>& ids) const {
        std::vector<std::uint64_t> out;
        for (const auto& id : ids) {
            if (const auto found = seqs_.find(id); found != seqs_.end()) out.push_back(found->second);
        }
        std::sort(out.begin(), out.end());
        return out;
    }

    [[nodiscard]] ActFound act(const Judged& judged) const {
        const auto& place = *judged.place;
        ActFound out;
        out.seq = place.seq;
        out.id = place.id;
        out.kind = record::to_text(place.statement->kind());
        out.author = author(place);
        out.when = moment(place);
        out.effective = judged.effective;
        out.void_reason = judged.void_reason;
        std::visit(
            [&](const auto& body) {
                if constexpr (requires { body.to(); }) out.to.push_back(label_of(body.to(), registers_));
                if constexpr (requires { body.whom(); }) out.to.push_back(label_of(body.whom(), registers_));
                if constexpr (requires { body.policy.onward; }) out.policy = body.policy;
                if constexpr (requires { body.grant_before; }) {
                    out.before = body.grant_before;
                    out.until = body.access_until;
                }
                if constexpr (requires { body.entries; }) out.entries = numbers(body.entries);
                if constexpr (requires { body.consents; }) out.consents = numbers(body.consents);
                if constexpr (std::is_same_v<std::decay_t<decltype(body)>, record::Opened>) {
                    for (const auto& line : body.epoch.grants) out.to.push_back(label_of(line.to(), registers_));
                }
                if constexpr (std::is_same_v<std::decay_t<decltype(body)>, record::Approved>) {
                    out.entries = numbers({body.entry});
                }
            },
            place.statement->statement().body);
        return out;
    }

    void receipt(const Judged& judged) {
        const auto& place = *judged.place;
        std::visit(
            [&](const auto& body) {
                if constexpr (requires {
                                  body.dossier;
                                  body.entries;
                              }) {
                    for (const auto seq : numbers(body.entries)) {
                        findings_.receipts.push_back(
                            {author(place), std::string{record::to_text(place.statement->kind())}, seq, moment(place)});
                    }
                }
            },
            place.statement->statement().body);
    }

    const Bundle& bundle_;
    const Chains& chains_;
    const BundleRegisters& registers_;
    const Judgment& judgment_;
    const Contents& contents_;
    Findings& findings_;
    std::map<model::StatementId, std::uint64_t> seqs_;
    std::vector<const record::SignedStatement*> effective_;
};

}  // namespace

Label label_of(const model::AuthorityRef& ref, const BundleRegisters& registers) {
    Label label{ref, {}, {}};
    const auto* reg = registers.by_party(ref.party);
    if (reg == nullptr) return label;
    label.code = reg->code().text();
    if (const auto* authority = reg->authority(ref.authority)) label.authority = authority->description.name.text();
    return label;
}

Person person_of(const record::Author& author, model::LogIndex before, const BundleRegisters& registers) {
    Person person;
    person.member = author.member;
    const auto* reg = registers.by_chain(author.register_chain);
    if (reg == nullptr) return person;
    person.authority = label_of({reg->party(), author.authority}, registers);
    if (const auto member = reg->member(author.member, before)) {
        person.name = member->display_name.text();
        person.role = model::to_text(member->role);
    }
    return person;
}

void tell(const Bundle& bundle, const Chains& chains, const BundleRegisters& registers, const Judgment& judgment,
          const Contents& contents, Findings& findings) {
    Teller{bundle, chains, registers, judgment, contents, findings}.tell();
}

}  // namespace rogatory::custody
