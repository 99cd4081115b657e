#include "tests/faults/checker.hpp"

#include <algorithm>
#include <fstream>

#include "crypto/tlog/proof.hpp"
#include "crypto/tlog/tile.hpp"

namespace rogatory::tests {

namespace {

constexpr unsigned kAtOnce = 200;

std::string name_of(const model::StatementId& id) { return model::to_hex(id).substr(0, 16); }

}  // namespace

bool Checker::sampled(bool everything, bool fresh) { return everything || fresh || random_() % 16 == 0; }

Checker::Findings Checker::check(bool everything) {
    Findings findings;
    server_ = world_.connect();
    const std::lock_guard lock{ledger_.guard};
    log(findings, everything);
    for (const auto& one : world_.chains) chain(findings, one, everything);
    settle(findings);
    statements(findings, everything);
    uploads(findings, everything);
    return findings;
}

// Every entry of the log, under the newest signed checkpoint; each checkpoint ever shown is of a prefix of it.
void Checker::log(Findings& findings, bool everything) {
    const auto note = server_->checkpoint(0);
    if (!note) {
        findings.trouble.push_back("checkpoint: " + note.error().key());
        return;
    }
    const auto signed_one = tlog::SignedCheckpoint::parse(as_text(*note)).value();
    const auto& head = signed_one.checkpoint.head;
    if (!tlog::log_signature(world_.log_key, signed_one))
        findings.visible.push_back("a checkpoint with another signature");
    if (head.size < tree_.size()) {
        findings.lost.push_back("the log has " + std::to_string(head.size) + " entries and had " +
                                std::to_string(tree_.size()));
        return;
    }
    const auto before = tree_.size();
    tlog::LogTree again;
    auto& into = everything ? again : tree_;
    const auto bundles = tlog::new_bundles(into.size(), head.size);
    for (const auto& bundle : bundles) {
        const auto bytes = server_->entry_bundle(0, bundle.index, bundle.width);
        const auto entries = bytes ? tlog::decode_bundle(*bytes) : fail(bytes.error());
        if (!entries) {
            findings.trouble.push_back("bundle: " + entries.error().key());
            return;
        }
        for (std::size_t i = 0; i < entries->size(); ++i) {
            if (bundle.index * tlog::kTileWidth + i >= into.size()) into.push((*entries)[i]);
        }
    }
    if (everything) {
        for (std::uint64_t i = 0; i < before; ++i) {
            if (!(again.entry(i) == tree_.entry(i)))
                findings.lost.push_back("entry " + std::to_string(i) + " has changed");
        }
        tree_ = std::move(again);
        for (const auto& tile : tlog::new_tiles(0, head.size)) {
            const auto bytes = server_->tile(0, tile.level, tile.index, tile.width);
            if (!bytes || bytes->size() != tile.width * tlog::kHashBytes) {
                findings.lost.push_back("tile " + tile.path());
            } else if (tile.level == 0) {
                for (std::uint64_t i = 0; i < tile.width; ++i) {
                    const auto leaf = tree_.entry(tile.index * tlog::kTileWidth + i).leaf_hash();
                    if (!std::equal(leaf.value().begin(), leaf.value().end(),
                                    bytes->begin() + static_cast<std::ptrdiff_t>(i * tlog::kHashBytes)))
                        findings.lost.push_back("tile " + tile.path() + " has another leaf");
                }
            }
        }
    }
    if (tree_.root_at(head.size) != head.root)
        findings.lost.push_back("a fork: the entries are not what the checkpoint says");
    if (tree_.has_repeated_labels()) findings.visible.push_back("two entries of one place");
    ledger_.heads.try_emplace(head.size, head.root);
    for (const auto& [size, root] : ledger_.heads) {
        if (size > head.size) {
            findings.lost.push_back("a checkpoint of " + std::to_string(size) + " entries was signed");
        } else if (!tlog::verify_consistency({size, root}, head, tree_.consistency(size, head.size))) {
            findings.lost.push_back("a fork: the checkpoint of " + std::to_string(size) + " entries");
        }
    }
    // Only the newest are of use from here on: they are prefixes of one another.
    while (ledger_.heads.size() > 64) ledger_.heads.erase(ledger_.heads.begin());
}

void Checker::chain(Findings& findings, const model::ChainId& chain, bool everything) {
    std::uint64_t from = everything ? 0 : world_.world->head(chain).length;
    while (true) {
        const auto page = server_->chain(chain.value(), from, kAtOnce);
        if (!page) {
            findings.trouble.push_back("chain: " + page.error().key());
            return;
        }
        for (const auto& item : page->items) {
            const model::StatementId id{item.id};
            const auto known = ledger_.statements.find(id);
            if (item.seq != from) findings.lost.push_back("a gap before " + name_of(id));
            from = item.seq + 1;
            const tlog::Entry entry{tlog::entry_label(chain.value(), item.seq), crypto::Digest{item.id}};
            if (item.index >= tree_.size() || !(tree_.entry(item.index) == entry))
                findings.visible.push_back("not in the log: " + name_of(id));
            if (known == ledger_.statements.end()) {
                if (item.seq != 0) findings.visible.push_back("never sent: " + name_of(id));
                continue;
            }
            auto& sent = known->second;
            if (to_bytes(sent.statement.encode()) != item.envelope) findings.lost.push_back("altered: " + name_of(id));
            if (sent.standing == Standing::refused) findings.visible.push_back("refused and there: " + name_of(id));
            if (sent.standing == Standing::unanswered && !sent.found) ++findings.stored_unanswered;
            if (!sent.found && item.seq >= world_.world->head(chain).length)
                world_.world->learn(sent.statement, model::LogIndex{item.index});
            sent.found = true;
            sent.found_at = item.index;
        }
        if (page->items.empty() || page->head_seq < static_cast<std::int64_t>(from)) {
            if (page->head_seq + 1 != static_cast<std::int64_t>(from))
                findings.lost.push_back("a chain is shorter than its head");
            return;
        }
    }
}

// What got no answer is by now wholly there or wholly absent; from here on it stands or it does not.
void Checker::settle(Findings& findings) {
    for (auto& [id, sent] : ledger_.statements) {
        if (sent.standing != Standing::unanswered) continue;
        for (const auto& upload : ledger_.uploads) {
            if (upload->entry != id) continue;
            if (sent.found) upload->attached = true;
            if (!sent.found) upload->entry.reset();  // its files wait for another entry
        }
        sent.standing = sent.found ? Standing::acknowledged : Standing::refused;
        sent.index = sent.found_at;
        if (sent.found) ledger_.carry_out(sent);
        if (!sent.found) ++findings.absent_unanswered;
        ledger_.say((sent.found ? "present " : "absent ") + model::to_hex(id));
    }
}

void Checker::statements(Findings& findings, bool everything) {
    for (auto& [id, sent] : ledger_.statements) {
        if (sent.standing == Standing::refused || !sampled(everything, sent.fresh)) continue;
        const auto& said = sent.statement.statement();
        const tlog::Entry entry{tlog::entry_label(said.chain.value(), said.seq), crypto::Digest{id.value()}};
        if (sent.index >= tree_.size() || !(tree_.entry(sent.index) == entry))
            findings.lost.push_back("no leaf: " + name_of(id));
        if (!sent.found || (!sent.fresh && !everything)) {
            const auto page = server_->chain(said.chain.value(), said.seq, 1);
            const bool there =
                page && !page->items.empty() && page->items.front().envelope == to_bytes(sent.statement.encode());
            if (!there) findings.lost.push_back("a statement: " + name_of(id));
        }
        for (const auto& blob : sent.blobs) {
            const auto stored = server_->blob(said.chain.value(), crypto::sha256(blob).value());
            if (sent.withdrawn) {
                if (stored) findings.visible.push_back("withdrawn and there: " + name_of(id));
                continue;
            }
            if (!stored || *stored != blob) findings.lost.push_back("a sealed body of " + name_of(id));
        }
        sent.fresh = false;
    }
    // What stands in the log is one of the sent statements, or the set-up's.
    std::set<model::StatementId> logged;
    for (std::uint64_t i = 0; i < tree_.size(); ++i) logged.insert(model::StatementId{tree_.entry(i).id.value()});
    if (!first_known_) {
        first_known_ = true;
        for (const auto& id : logged) {
            if (!ledger_.statements.contains(id)) first_.insert(id);
        }
        // The Party's first statement, and one for each dossier.
        if (first_.size() != world_.chains.size() + 1) findings.visible.push_back("the log begins with something else");
    }
    for (const auto& id : logged) {
        const auto known = ledger_.statements.find(id);
        if (first_.contains(id)) continue;
        if (known == ledger_.statements.end() || known->second.standing == Standing::refused)
            findings.visible.push_back("in the log and not sent, refused or absent: " + name_of(id));
    }
}

void Checker::uploads(Findings& findings, bool everything) {
    for (const auto& one : ledger_.uploads) {
        if (one->attached) {
            if (sampled(everything, one->fresh)) attachment(findings, *one, everything);
            one->fresh = false;
        } else {
            upload(findings, *one);
        }
    }
}

std::filesystem::path Checker::stored_at(const SentUpload& upload) const {
    const auto id = upload.ticket.location.substr(upload.ticket.location.rfind('/') + 1);
    const auto folder = world_.data / "blobs" / id.substr(0, 2);
    for (const auto& each : {folder / id, folder / (id + ".part")}) {
        if (std::filesystem::exists(each)) return each;
    }
    return {};
}

// Not yet of an entry: at least so much as was said is there, and every byte of it is as it was sent.
void Checker::upload(Findings& findings, SentUpload& upload) {
    const auto name = model::to_hex(upload.line.id).substr(0, 16);
    const auto offset = server_->upload_offset(upload.ticket);
    if (!offset) {
        (offset.error().code() == ErrorCode::unavailable ? findings.trouble : findings.lost)
            .push_back("an upload: " + name + " " + offset.error().key());
        return;
    }
    if (*offset < upload.acknowledged) findings.lost.push_back("bytes of an upload: " + name);
    if (*offset > upload.sent) findings.visible.push_back("bytes that were never sent: " + name);
    std::ifstream file{stored_at(upload), std::ios::binary};
    Bytes stored(*offset);
    file.read(reinterpret_cast<char*>(stored.data()), static_cast<std::streamsize>(stored.size()));
    if (static_cast<std::uint64_t>(file.gcount()) != *offset ||
        !std::equal(stored.begin(), stored.end(), world_.files[upload.file].begin()))
        findings.lost.push_back("the bytes of an upload are others: " + name);
    upload.acknowledged = std::max(upload.acknowledged, *offset);
}

void Checker::attachment(Findings& findings, SentUpload& upload, bool everything) {
    Bytes got;
    const auto done = server_->download(upload.chain.value(), upload.line.id.value(), upload.line.sha256.value(), 0,
                                        [&got](ByteView piece) -> Result<> {
                                            got.insert(got.end(), piece.begin(), piece.end());
                                            return {};
                                        });
    if (upload.withdrawn) {
        // The file itself goes by the next start at the latest: everything is looked at by a server that has just
        // started.
        if (done || !got.empty() || (everything && !stored_at(upload).empty()))
            findings.visible.push_back("withdrawn and there: " + model::to_hex(upload.line.id).substr(0, 16));
        return;
    }
    if (!done || got != world_.files[upload.file])
        findings.lost.push_back("an attachment: " + model::to_hex(upload.line.id).substr(0, 16));
}

}  // namespace rogatory::tests
