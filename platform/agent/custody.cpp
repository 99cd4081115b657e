#include "platform/agent/custody.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "platform/agent/custody_file.hpp"
#include "platform/agent/custody_log.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/inbox.hpp"
#include "platform/agent/keyring.hpp"
#include "platform/agent/open.hpp"
#include "platform/agent/successor.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/layout.hpp"
#include "platform/custody/verify.hpp"
#include "platform/custody/write.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::agent {
namespace {

namespace fs = std::filesystem;
using Item = record::Dossier::Item;

// A new folder (0700) for plain files while a bundle is made, where the bundle itself goes; gone with this.
class Workplace {
public:
    Workplace() = default;
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    Result<> make(const fs::path& beside) {
        auto name = beside.string() + ".XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", beside.string()));
        }
        path_ = name;
        return {};
    }
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

bool is_network(const Error& error) {
    return error.code() == ErrorCode::unavailable || error.code() == ErrorCode::unauthenticated ||
           error.code() == ErrorCode::storage_full;
}

class Maker {
public:
    Maker(Agent& agent, const BundleOrder& order)
        : agent_{agent}, state_{agent.state()}, order_{order}, chain_{order.chain} {}

    Result<MadeBundle> run() {
        ROGATORY_TRY_VOID(agent_.synchronise());
        ROGATORY_TRY([[maybe_unused]] const auto self, state_.self());
        ROGATORY_TRY_VOID(refuse_early());
        if (order_.selective) {
            ROGATORY_TRY_VOID(collect_plain_files());
        } else {
            ROGATORY_TRY_VOID(collect_ciphertext());
        }
        // The receipts that were just signed belong to the story.
        ROGATORY_TRY_VOID(agent_.synchronise());
        ROGATORY_TRY(auto* const known, state_.dossier(chain_));
        ROGATORY_TRY_VOID(state_.require_complete(*known));
        ROGATORY_TRY(log_, CountedLog::read(state_));
        ROGATORY_TRY_VOID(state_caveats(*known));
        ROGATORY_TRY_VOID(add_dossier(*known));
        ROGATORY_TRY_VOID(add_receipts(*known));
        ROGATORY_TRY_VOID(add_registers());
        draft_.add(std::string{custody::kCheckpointName}, log_->note);
        if (order_.log) draft_.add(std::string{custody::kEntriesName}, log_->entries_text());
        return write();
    }

private:
    Result<> refuse_early() {
        ROGATORY_TRY(auto* const known, state_.dossier(chain_));
        if (!known->replayed.opened()) return fail(ErrorCode::not_found, "dossier.unknown");
        ROGATORY_TRY_VOID(state_.require_complete(*known));
        if (order_.keys && order_.selective) return fail(ErrorCode::invalid_input, "custody.keys_and_files");
        if (const auto access = state_.own().access_policy(); order_.keys && access && access->export_refused) {
            return fail(ErrorCode::forbidden, "export.not_allowed");
        }
        std::error_code error;
        if (!order_.overwrite && fs::exists(fs::symlink_status(order_.out, error))) {
            return fail(Error{ErrorCode::conflict, "custody.exists"}.with("file", order_.out.string()));
        }
        for (const auto seq : order_.entries) {
            const auto& items = known->replayed.items();
            const bool there = std::any_of(items.begin(), items.end(), [&](const Item& item) {
                return item.kind == record::Kind::entry && item.seq == seq;
            });
            if (!there) return fail(Error{ErrorCode::not_found, "entry.unknown"}.with("entry", std::to_string(seq)));
        }
        return {};
    }

    [[nodiscard]] bool wanted(const Item& item) const {
        return item.kind == record::Kind::entry && !item.withdrawn &&
               (order_.entries.empty() ||
                std::find(order_.entries.begin(), order_.entries.end(), item.seq) != order_.entries.end());
    }
    [[nodiscard]] bool wanted(const record::SealedBody::File& file) const {
        const auto id = model::to_hex(file.id);
        return order_.files.empty() || std::any_of(order_.files.begin(), order_.files.end(), [&](const auto& name) {
                   return name == file.name || (name.size() >= 8 && id.starts_with(name));
               });
    }

    // As `get` has it: what its own authority holds, of a Party that is pinned, under a checkpoint that counts.
    [[nodiscard]] bool may_open(const record::Dossier& dossier, const Item& item) const {
        return dossier.holds(state_.authority(), item.epoch) && item.index < state_.log.counting_size() &&
               may_read_of(state_, item.owner.party);
    }
    // Opened before, and none of its files is asked for: no need to fetch it once more.
    [[nodiscard]] bool known_without(const ContentCache& cache, const Item& item) const {
        const auto* body = cache.find(item.id);
        return body != nullptr &&
               std::none_of(body->files.begin(), body->files.end(), [&](const auto& file) { return wanted(file); });
    }

    // --- selective: `get` does all the checks and signs the receipts ----------------------------------------------
    Result<> collect_plain_files() {
        ROGATORY_TRY_VOID(workplace_.make(order_.out));
        ROGATORY_TRY(const auto* const known, state_.dossier(chain_));
        ROGATORY_TRY(const auto cache, ContentCache::load(state_, chain_));
        std::vector<std::uint64_t> seqs;
        for (const auto& item : known->replayed.items()) {
            if (wanted(item) && may_open(known->replayed, item) && !known_without(cache, item))
                seqs.push_back(item.seq);
        }
        for (const auto seq : seqs) {
            ROGATORY_TRY(const auto got,
                         get(agent_, {order_.chain, seq, workplace_.path() / std::to_string(seq), true}));
            if (!got.missing.empty()) {
                const auto& key = got.missing.front().second;
                return fail(key.ends_with("withdrawn") || key.ends_with("withheld") ? ErrorCode::not_found
                                                                                    : ErrorCode::integrity,
                            key);
            }
            ROGATORY_TRY_VOID(disclose(seq, got));
        }
        if (disclosed_.empty()) {
            return fail(Error{ErrorCode::not_found, "custody.no_such_file"}.with(
                "name", order_.files.empty() ? std::string{"*"} : order_.files.front()));
        }
        for (const auto& name : order_.files) {
            const bool found = std::any_of(disclosed_.begin(), disclosed_.end(), [&](const auto& one) {
                return one.file.name == name || (name.size() >= 8 && model::to_hex(one.file.id).starts_with(name));
            });
            if (!found) return fail(Error{ErrorCode::not_found, "custody.no_such_file"}.with("name", name));
        }
        return {};
    }

    Result<> disclose(std::uint64_t seq, const Got& got) {
        ROGATORY_TRY(const auto* const known, state_.dossier(chain_));
        ROGATORY_TRY(const auto cache, ContentCache::load(state_, chain_));
        const auto& id = known->copy.items()[seq].statement.id();
        const auto* body = cache.find(id);
        if (body == nullptr) return fail(ErrorCode::integrity, "body.mismatch");
        for (const auto& file : body->files) {
            if (!wanted(file)) continue;
            const auto there = std::find_if(got.files.begin(), got.files.end(), [&](const GotFile& one) {
                return one.sha256 == file.sha256.value() && one.size == file.size;
            });
            if (there == got.files.end()) return fail(ErrorCode::not_found, "attachment.withheld");
            ROGATORY_TRY(auto source, open_source(there->path));
            draft_.add(custody::file_name(file.id), file.size, file.sha256, *source);
            sources_.push_back(std::move(source));
            disclosed_.push_back({id, file});
            shown_.insert(id);
        }
        return {};
    }

    // --- full: everything as it lies on the server, and what the names need ----------------------------------------
    Result<> collect_ciphertext() {
        ROGATORY_TRY(const auto* known, state_.dossier(chain_));
        std::vector<model::StatementId> fetched;
        std::vector<const Item*> opened;
        for (const auto& item : known->replayed.items()) {
            if (!may_open(known->replayed, item)) continue;
            auto body = fetch_blob(state_.environment, chain_, item.sealed);
            if (!body) {
                if (is_network(body.error()) || body.error().code() == ErrorCode::integrity) return fail(body.error());
                continue;
            }
            draft_.add(custody::sealed_name(item.sealed), std::string{as_text(*body)});
            opened.push_back(&item);
            if (item.kind == record::Kind::entry) fetched.push_back(item.id);
            for (const auto& line : item.attachments) {
                if (item.withdrawn) continue;
                ROGATORY_TRY(const auto path, fetch_attachment(state_.environment, chain_, line));
                ROGATORY_TRY(auto source, open_source(path));
                draft_.add(custody::attachment_name(line.id), line.size, line.sha256, *source);
                sources_.push_back(std::move(source));
                staged_.push_back(path);
            }
        }
        std::vector<std::uint64_t> seqs;
        seqs.reserve(opened.size());
        for (const auto* item : opened) seqs.push_back(item->seq);
        // "fetched" is in the log before the identity is used (protocol §4).
        ROGATORY_TRY_VOID(sign_receipts(state_, chain_, record::Kind::fetched, fetched));
        ROGATORY_TRY(known, state_.dossier(chain_));
        return open_bodies(*known, seqs);
    }

    Result<> open_bodies(const DossierBook::Known& known, const std::vector<std::uint64_t>& seqs) {
        ROGATORY_TRY(auto cache, ContentCache::load(state_, chain_));
        std::map<std::uint64_t, age::HybridIdentity> identities;
        for (const auto& item : known.replayed.items()) {
            if (std::find(seqs.begin(), seqs.end(), item.seq) == seqs.end()) continue;
            auto identity = identities.find(item.epoch);
            if (identity == identities.end()) {
                ROGATORY_TRY(auto opened, open_epoch(state_, known, item.epoch));
                if (order_.keys) {
                    std::string text{opened.encode().expose_secret()};
                    draft_.add(custody::key_name(item.epoch), text + "\n");
                }
                identity = identities.emplace(item.epoch, std::move(opened)).first;
            }
            ROGATORY_TRY(auto body, open_body(state_, known, item, identity->second));
            if (item.kind == record::Kind::entry) {
                for (const auto& file : body.files) disclosed_.push_back({item.id, file});
            }
            cache.put(item.id, std::move(body));
        }
        return cache.save(state_);
    }

    // --- statements
    // ---------------------------------------------------------------------------------------------------
    [[nodiscard]] bool masked() const { return order_.selective && !order_.history; }

    // The sealed half of the restrictions, as this client has opened it.
    Result<> state_caveats(const DossierBook::Known& known) {
        ROGATORY_TRY(const auto cache, ContentCache::load(state_, chain_));
        for (const auto& item : known.replayed.items()) {
            if (item.kind != record::Kind::entry || item.index >= log_->size()) continue;
            if (order_.selective && !shown_.contains(item.id)) continue;
            if (auto caveats = caveats_in_force(known, cache, item)) manifest_.caveats.push_back({item.id, *caveats});
        }
        return {};
    }

    // One chain up to the counted log; `shows` says which statements are shown.
    template <class Shows>
    Result<> add_chain(const ChainCopy& copy, custody::ChainLine line, const Shows& shows) {
        line.chain = copy.chain();
        for (const auto& item : copy.items()) {
            if (item.index >= log_->size()) break;
            const auto seq = line.length++;
            ROGATORY_TRY(auto proof, log_->proof(item.index));
            draft_.add(custody::proof_name(line.chain, seq), std::move(proof));
            if (!shows(item.statement)) {
                line.left_out.push_back({seq, item.statement.id()});
                continue;
            }
            draft_.add(custody::statement_name(line.chain, seq), item.statement.encode());
            const auto& content = item.statement.statement();
            authors_.insert(content.author.register_chain);
            if (masked() || line.use == custody::ChainUse::party_register) continue;
            for (const auto& party : record::named_parties(content)) named_.insert(party);
        }
        if (line.length > 0) manifest_.chains.push_back(std::move(line));
        return {};
    }

    Result<> add_dossier(const DossierBook::Known& known) {
        for (const auto& one : disclosed_) {
            const auto* item = known.replayed.item(one.entry);
            // What does not count yet proves nothing to a stranger.
            if (item == nullptr || item->index >= log_->size()) {
                return fail(ErrorCode::unavailable, "log.not_yet_witnessed");
            }
        }
        custody::ChainLine line;
        line.use = custody::ChainUse::dossier;
        return add_chain(known.copy, std::move(line), [&](const record::SignedStatement& statement) {
            return !masked() || shown_.contains(statement.id());
        });
    }

    Result<> add_receipts(DossierBook::Known& known) {
        for (const auto& reader : known.replayed.readers()) {
            // Where others are not to be named, only one's own receipts are shown.
            if (masked() && reader != state_.authority()) continue;
            ROGATORY_TRY(const auto* const receipts,
                         state_.dossiers.update_receipts(state_.environment, state_.log, state_.book, known, reader));
            if (receipts->copy.incomplete()) return fail(ErrorCode::integrity, "dossier.incomplete");
            custody::ChainLine line;
            line.use = custody::ChainUse::receipts;
            line.party = reader.party;
            line.authority = reader.authority;
            ROGATORY_TRY_VOID(add_chain(receipts->copy, std::move(line), [&](const record::SignedStatement& statement) {
                return !masked() || names_shown_alone(statement);
            }));
        }
        return {};
    }

    // A receipt that names entries which are not disclosed would tell of them.
    [[nodiscard]] bool names_shown_alone(const record::SignedStatement& statement) const {
        return std::visit(
            [&](const auto& body) {
                if constexpr (requires {
                                  body.dossier;
                                  body.entries;
                              }) {
                    return std::all_of(body.entries.begin(), body.entries.end(),
                                       [&](const auto& id) { return shown_.contains(id); });
                } else {
                    return false;
                }
            },
            statement.statement().body);
    }

    // Of every author, of everybody a statement of the replay names, and of those whose lists their pins rest on.
    Result<> add_registers() {
        authors_.insert(state_.own().chain());
        std::set<model::ChainId> chains = authors_;
        if (!masked()) {
            for (const auto& chain : authors_) {
                if (const auto* reg = state_.book.by_chain(chain)) {
                    named_.insert(reg->vouchers_ever().begin(), reg->vouchers_ever().end());
                }
            }
            for (const auto& party : named_) {
                if (const auto* reg = state_.book.by_party(party)) chains.insert(reg->chain());
            }
        }
        for (const auto& chain : chains) {
            const auto* known = state_.book.known(chain);
            if (known == nullptr) continue;  // nobody has it: who wrote in its name is nobody
            if (known->copy.incomplete()) return fail(ErrorCode::integrity, "register.incomplete");
            custody::ChainLine line;
            line.use = custody::ChainUse::party_register;
            ROGATORY_TRY_VOID(
                add_chain(known->copy, std::move(line), [](const record::SignedStatement&) { return true; }));
        }
        return {};
    }

    Result<MadeBundle> write() {
        manifest_.form = order_.selective ? custody::Form::selective : custody::Form::full;
        manifest_.dossier = chain_;
        const auto& membership = state_.membership();
        const auto key = state_.signing_key();
        manifest_.author = {state_.own().chain(), membership.authority, membership.member,
                            record::key_digest(key.verify_key())};
        manifest_.at = state_.now();
        manifest_.log_size = log_->size();
        manifest_.files = disclosed_;
        std::sort(manifest_.chains.begin(), manifest_.chains.end(),
                  [](const auto& a, const auto& b) { return a.chain < b.chain; });
        std::sort(manifest_.files.begin(), manifest_.files.end(),
                  [](const auto& a, const auto& b) { return a.file.id < b.file.id; });
        std::sort(manifest_.caveats.begin(), manifest_.caveats.end(),
                  [](const auto& a, const auto& b) { return a.entry < b.entry; });
        MadeBundle made{order_.out, {}};
        NewFile file{order_.out, order_.overwrite,
                     [&](const custody::Sink& sink) { return draft_.write(manifest_, key, sink); },
                     [&](const fs::path& temporary) -> Result<> {
                         ROGATORY_TRY(const auto source, open_source(temporary));
                         ROGATORY_TRY(made.findings, custody::verify_bundle(*source, {}));
                         if (made.findings.failure) return fail(*made.findings.failure);
                         return {};
                     }};
        ROGATORY_TRY_VOID(make_file(file));
        std::error_code ignored;
        for (const auto& path : staged_) fs::remove(path, ignored);
        return made;
    }

    Agent& agent_;
    Agent::State& state_;
    const BundleOrder& order_;
    model::ChainId chain_;
    Workplace workplace_;
    custody::Draft draft_;
    custody::Manifest manifest_;
    std::optional<CountedLog> log_;
    std::vector<custody::DisclosedFile> disclosed_;
    std::set<model::StatementId> shown_;
    std::vector<std::unique_ptr<custody::Source>> sources_;
    std::vector<fs::path> staged_;
    std::set<model::ChainId> authors_;
    std::set<model::PartyId> named_;
};

}  // namespace

Result<MadeBundle> make_bundle(Agent& agent, const BundleOrder& order) { return Maker{agent, order}.run(); }

}  // namespace rogatory::agent
