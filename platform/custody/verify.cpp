#include "platform/custody/verify.hpp"

#include <algorithm>
#include <set>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/judged.hpp"
#include "platform/custody/layout.hpp"
#include "platform/record/fingerprint.hpp"

namespace rogatory::custody {
namespace {

bool is_fingerprint_of(std::string_view typed, const model::PartyId& party) {
    return record::fingerprint_matches(typed, party) || typed == model::to_hex(party);
}

class Verifier {
public:
    Verifier(const Source& source, const Trust& trust) : source_{source}, trust_{trust} {}

    Result<Findings> run() {
        if (auto done = verify(); !done) {
            // What the environment could not do is no finding about the bundle.
            if (done.error().code() == ErrorCode::unavailable) return fail(std::move(done).error());
            findings_.checks.push_back({step_, Verdict::failed, done.error().arguments()});
            Findings failed;
            failed.checks = std::move(findings_.checks);
            failed.failure = std::move(done).error();
            return failed;
        }
        return std::move(findings_);
    }

private:
    void begin(std::string step) { step_ = std::move(step); }
    void passed(std::map<std::string, std::string> arguments = {}) {
        findings_.checks.push_back({step_, Verdict::passed, std::move(arguments)});
    }
    void unproven(std::map<std::string, std::string> arguments = {}) {
        findings_.checks.push_back({step_, Verdict::unproven, std::move(arguments)});
    }

    Result<> verify() {
        begin("archive");
        ROGATORY_TRY(auto bundle, Bundle::open(source_));
        findings_.total_bytes = source_.size();
        passed({{"count", std::to_string(bundle.manifest().members.size())}});
        begin("statements_read");
        ROGATORY_TRY(auto chains, read_chains(bundle));
        findings_.proof_bytes = chains.proof_bytes;
        begin("registers");
        ROGATORY_TRY_VOID(replay_registers(chains, registers_));
        passed({{"count", std::to_string(registers_.all().size())}});
        begin("maker");
        ROGATORY_TRY_VOID(check_maker(bundle));
        begin("parties");
        ROGATORY_TRY_VOID(compare_parties(chains));
        begin("log");
        ROGATORY_TRY_VOID(check_log(chains));
        begin("places");
        ROGATORY_TRY_VOID(check_places(bundle, chains));
        std::size_t places = 0;
        for (const auto& chain : chains.all) places += chain.places.size();
        passed({{"count", std::to_string(places)}, {"size", std::to_string(findings_.log_size)}});
        begin("statements");
        ROGATORY_TRY(const auto judgment, judge(bundle, chains, registers_));
        tell_statements(judgment);
        begin("contents");
        ROGATORY_TRY(const auto contents, check_contents(bundle, judgment));
        tell_contents(bundle, contents);
        begin("completeness");
        ROGATORY_TRY_VOID(check_completeness(bundle, chains));
        begin("nothing_else");
        if (const auto* stray = bundle.unused()) return custody_failure("custody.stray", "member", *stray);
        custody::tell(bundle, chains, registers_, judgment, contents, findings_);
        return {};
    }

    Result<> check_maker(const Bundle& bundle) {
        const auto& manifest = bundle.manifest();
        const auto& author = manifest.author;
        const auto wrong = [] { return custody_failure("custody.maker", "who", "signature"); };
        const auto* reg = registers_.by_chain(author.register_chain);
        if (reg == nullptr) return wrong();
        const auto member = reg->member(author.member, manifest.log_size);
        if (!member || member->authority != author.authority || member->key.digest() != author.key ||
            !member->key.verify(manifest_signed_text(bundle.manifest_text()), bundle.signature())) {
            return wrong();
        }
        findings_.form = manifest.form;
        findings_.dossier = manifest.dossier;
        findings_.made_at = manifest.at;
        findings_.manifest_sha256 = crypto::sha256(as_bytes(bundle.manifest_text()));
        findings_.maker = person_of(author, manifest.log_size, registers_);
        passed({{"who", findings_.maker.authority.code + "/" + findings_.maker.authority.authority},
                {"name", findings_.maker.name}});
        return {};
    }

    Result<> compare_parties(const Chains& chains) {
        std::map<std::string, model::PartyId> by_code;
        for (const auto& [chain, reg] : registers_.all()) {
            const auto& code = reg.code().text();
            const auto [other, fresh] = by_code.emplace(code, reg.party());
            const auto* earlier = fresh ? nullptr : registers_.by_party(other->second);
            const bool anew =
                earlier != nullptr && ((reg.succeeds() && reg.succeeds()->party == earlier->party()) ||
                                       (earlier->succeeds() && earlier->succeeds()->party == reg.party()));
            if (!fresh && !anew) return custody_failure("custody.two_parties", "party", code);
            for (const auto& given : trust_.parties) {
                if (given.code != reg.code()) continue;
                if (!is_fingerprint_of(given.fingerprint, reg.party())) {
                    return custody_failure("custody.fingerprint", "party", code);
                }
                given_.insert(reg.party());
            }
            if (trust_.registry == reg.party()) given_.insert(reg.party());
        }
        std::set<model::ChainId> signers;
        for (const auto& chain : chains.all) {
            for (const auto& place : chain.places) {
                if (place.statement) signers.insert(place.statement->statement().author.register_chain);
            }
        }
        std::string unknown;
        for (const auto& [chain, reg] : registers_.all()) {
            PartyFound found{reg.code().text(),   reg.name().text(),
                             reg.party(),         record::fingerprint_digits(reg.party()),
                             Basis::not_compared, {},
                             reg.head().length};
            if (given_.contains(reg.party())) found.basis = Basis::given;
            for (const auto& id : given_) {
                if (found.basis != Basis::not_compared) break;
                const auto* by = registers_.by_party(id);
                const auto basis = record::pin_basis(registers_, *by, reg.party());
                if (!basis) continue;
                found.basis = *basis == record::PinBasis::vouched ? Basis::vouched : Basis::pinned;
                found.by = by->code().text();
            }
            if (found.basis == Basis::not_compared && signers.contains(chain)) {
                unknown += (unknown.empty() ? "" : ", ") + found.code;
            }
            findings_.parties.push_back(std::move(found));
        }
        std::sort(findings_.parties.begin(), findings_.parties.end(),
                  [](const auto& a, const auto& b) { return a.code < b.code; });
        if (unknown.empty()) {
            passed({{"count", std::to_string(findings_.parties.size())}});
        } else {
            unproven({{"parties", unknown}});
        }
        return {};
    }

    // Under the policy of each register whose fingerprint was given; else of the maker's.
    Result<> check_log(Chains& chains) {
        std::vector<const record::Register*> by;
        for (const auto& id : given_) by.push_back(registers_.by_party(id));
        if (by.empty()) by.push_back(registers_.by_party(findings_.maker.authority.ref.party));
        auto& newest = chains.checkpoints.front();
        for (const auto* reg : by) {
            const auto& policy = reg->log_policy();
            ROGATORY_TRY(const auto verified, policy.policy().verify(newest.parsed));
            if (!verified.counts()) return custody_failure("custody.not_cosigned", "party", reg->code().text());
            if (reg != by.front()) continue;
            newest.quorum_time = verified.quorum_time();
            tell_log(policy.policy(), verified);
        }
        for (std::size_t i = 1; i < chains.checkpoints.size(); ++i) {
            auto& older = chains.checkpoints[i];
            // What counted then: witnesses change.
            const auto& policy = by.front()->log_policy(older.parsed.checkpoint.head.size);
            ROGATORY_TRY(const auto verified, policy.policy().verify(older.parsed));
            if (verified.counts()) older.quorum_time = verified.quorum_time();
        }
        std::map<std::string, std::string> arguments{{"origin", findings_.log_origin},
                                                     {"size", std::to_string(findings_.log_size)},
                                                     {"k", std::to_string(findings_.quorum)},
                                                     {"n", std::to_string(findings_.witnesses)}};
        // Without witnesses the log's operator alone vouches for its order.
        findings_.witnessed ? passed(std::move(arguments)) : unproven(std::move(arguments));
        return {};
    }

    void tell_log(const tlog::Policy& policy, const tlog::VerifiedCheckpoint& verified) {
        findings_.log_origin = verified.checkpoint().origin;
        findings_.log_size = verified.head().size;
        findings_.log_root = verified.head().root;
        findings_.witnessed = !policy.quorum_none();
        findings_.quorum_time = verified.quorum_time();
        if (const auto threshold = policy.threshold()) {
            findings_.quorum = threshold->k;
            findings_.witnesses = threshold->n;
        }
        for (const auto& one : verified.cosignatures()) {
            findings_.cosigners.push_back({policy.witnesses()[one.witness].key.name(), one.at});
        }
    }

    void tell_statements(const Judgment& judgment) {
        findings_.dossier_length = judgment.dossier_chain->line.length;
        findings_.left_out = judgment.dossier_chain->line.left_out.size();
        findings_.history = judgment.dossier.has_value();
        const std::map<std::string, std::string> arguments{{"count", std::to_string(judgment.statements.size())},
                                                           {"left_out", std::to_string(findings_.left_out)}};
        findings_.history ? passed(arguments) : unproven(arguments);
        std::size_t receipts = 0;
        for (const auto& one : judgment.receipts) receipts += one.statements.size();
        begin("receipts");
        passed({{"count", std::to_string(receipts)}});
    }

    void tell_contents(const Bundle& bundle, const Contents& contents) {
        findings_.keys = contents.keys > 0;
        begin("files");
        if (!contents.told.empty()) passed({{"count", std::to_string(contents.told.size())}});
        begin("ciphertext");
        if (contents.ciphertexts > 0) passed({{"count", std::to_string(contents.ciphertexts)}});
        begin("keys");
        if (contents.keys > 0) passed({{"count", std::to_string(contents.keys)}});
        begin("restrictions");
        if (!bundle.manifest().caveats.empty()) {
            contents.bodies.empty() ? unproven() : passed();
        }
    }

    Result<> check_completeness(Bundle& bundle, const Chains& chains) {
        if (bundle.find(std::string{kEntriesName}) == nullptr) {
            unproven();
            return {};
        }
        ROGATORY_TRY_VOID(check_whole_log(bundle, chains));
        findings_.complete_log = true;
        passed({{"size", std::to_string(findings_.log_size)}});
        return {};
    }

    const Source& source_;
    const Trust& trust_;
    std::string step_;
    BundleRegisters registers_;
    std::set<model::PartyId> given_;
    Findings findings_;
};

}  // namespace

Result<Trusted> Trust::parse(std::string_view text) {
    const auto wrong = [&] {
        return fail(Error{ErrorCode::invalid_input, "custody.trust"}.with("value", std::string{text}));
    };
    const auto at = text.find('=');
    if (at == std::string_view::npos) return wrong();
    auto code = model::PartyCode::parse(text.substr(0, at));
    const auto fingerprint = text.substr(at + 1);
    const auto digits =
        std::count_if(fingerprint.begin(), fingerprint.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool plain = std::all_of(fingerprint.begin(), fingerprint.end(),
                                   [](char c) { return (c >= '0' && c <= '9') || c == ' ' || c == '-'; });
    if (!code || (!(plain && digits == 40) && !model::parse_hex<model::PartyId>(fingerprint))) return wrong();
    return Trusted{*std::move(code), std::string{fingerprint}};
}

void Trust::add(const record::FoundingSheet& sheet) {
    registry = sheet.registry;
    for (const auto& row : sheet.parties) parties.push_back({row.code, model::to_hex(row.party)});
}

Result<Findings> verify_bundle(const Source& bundle, const Trust& trust) { return Verifier{bundle, trust}.run(); }

Result<> extract_file(const Source& source, const record::SealedBody::File& file, const Sink& sink) {
    ROGATORY_TRY(const auto members, read_archive(source));
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const auto& member) { return member.name == file_name(file.id); });
    if (found == members.end())
        return fail(Error{ErrorCode::not_found, "custody.no_such_file"}.with("name", file.name));
    crypto::Sha256 hash;
    ROGATORY_TRY(const auto whole, copy_range(source, found->offset, found->size, [&](ByteView piece) -> Result<> {
                     hash.update(piece);
                     return sink(piece);
                 }));
    if (!whole || found->size != file.size || hash.finish() != file.sha256) {
        return custody_failure("custody.file", "name", file.name);
    }
    return {};
}

}  // namespace rogatory::custody
