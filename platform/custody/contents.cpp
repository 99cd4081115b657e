#include <algorithm>
#include <set>

#include "crypto/age/file.hpp"
#include "crypto/age/stream.hpp"
#include "platform/base/try.hpp"
#include "platform/custody/judged.hpp"
#include "platform/custody/layout.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::custody {
namespace {

using Evidence = AttachmentFound::Evidence;

// What a shown statement lists: nothing else may lie in a bundle.
struct Listed {
    const record::AttachmentLine* line;
    const Place* place;
    std::uint64_t epoch;
};

class Checker {
public:
    Checker(Bundle& bundle, const Judgment& judgment) : bundle_{bundle}, judgment_{judgment} {}

    Result<Contents> check() {
        list();
        const bool selective = bundle_.manifest().form == Form::selective;
        if (selective && (bundle_.has_below("custody/keys/") || bundle_.has_below("custody/sealed/") ||
                          bundle_.has_below("custody/attachments/"))) {
            return custody_failure("custody.form", "form", "selective");
        }
        if (!selective && bundle_.has_below("custody/files/")) return custody_failure("custody.form", "form", "full");
        ROGATORY_TRY_VOID(check_ciphertexts());
        ROGATORY_TRY_VOID(check_told());
        ROGATORY_TRY_VOID(check_keys());
        return std::move(contents_);
    }

private:
    void list() {
        for (const auto& judged : judgment_.statements) {
            if (!judged.effective) continue;
            const auto* entry = judged.place->statement->body<record::Entry>();
            if (entry == nullptr) continue;
            for (const auto& line : entry->attachments) {
                attachments_.emplace(line.id, Listed{&line, judged.place, entry->epoch});
            }
        }
    }

    Result<> check_ciphertexts() {
        for (const auto& [id, listed] : attachments_) {
            const auto name = attachment_name(id);
            const auto* member = bundle_.find(name);
            if (member == nullptr) continue;
            if (member->size != listed.line->size || member->sha256 != listed.line->sha256) {
                return custody_failure("custody.ciphertext", "member", name);
            }
            contents_.evidence[id] = Evidence::ciphertext;
            ++contents_.ciphertexts;
        }
        if (!judgment_.dossier) return {};
        for (const auto& item : judgment_.dossier->items()) {
            const auto name = sealed_name(item.sealed);
            const auto* member = bundle_.find(name);
            if (member == nullptr) continue;
            if (member->sha256 != item.sealed) return custody_failure("custody.ciphertext", "member", name);
            ++contents_.ciphertexts;
        }
        return {};
    }

    Result<> check_told() {
        for (const auto& told : bundle_.manifest().files) {
            const auto& file = told.file;
            const auto wrong = [&] { return custody_failure("custody.file", "name", file.name); };
            const auto listed = attachments_.find(file.id);
            if (listed == attachments_.end() || listed->second.place->id != told.entry ||
                listed->second.line->commit != file.commit()) {
                return wrong();
            }
            contents_.told[file.id] = &told;
            if (bundle_.manifest().form != Form::selective) continue;
            const auto* member = bundle_.find(file_name(file.id));
            if (member == nullptr) return custody_failure("custody.missing", "member", file_name(file.id));
            if (member->size != file.size || member->sha256 != file.sha256) return wrong();
            contents_.evidence[file.id] = Evidence::plain_file;
            ++contents_.plain_files;
        }
        for (const auto& stated : bundle_.manifest().caveats) {
            const auto* judged = judgment_.find(stated.entry);
            if (judged == nullptr || judged->place->statement->kind() != record::Kind::entry) {
                return custody_failure("custody.malformed", "where", "caveats");
            }
        }
        return {};
    }

    Result<> check_keys() {
        if (!bundle_.has_below("custody/keys/")) return {};
        if (!judgment_.dossier) return custody_failure("custody.form", "form", "keys");
        for (const auto& epoch : judgment_.dossier->epochs()) {
            const auto name = key_name(epoch.number);
            if (bundle_.find(name) == nullptr) continue;
            ROGATORY_TRY(auto text, bundle_.load(name, 4096));
            const auto identity = text.ends_with('\n')
                                      ? age::HybridIdentity::parse(std::string_view{text}.substr(0, text.size() - 1))
                                      : Result<age::HybridIdentity>{fail(ErrorCode::integrity, "custody.key")};
            std::fill(text.begin(), text.end(), '\0');
            if (!identity || identity->recipient() != epoch.recipient) {
                return custody_failure("custody.key", "epoch", std::to_string(epoch.number));
            }
            ++contents_.keys;
            ROGATORY_TRY_VOID(open_epoch(epoch.number, *identity));
        }
        return {};
    }

    Result<> open_epoch(std::uint64_t epoch, const age::HybridIdentity& identity) {
        for (const auto& item : judgment_.dossier->items()) {
            if (item.epoch != epoch || bundle_.find(sealed_name(item.sealed)) == nullptr) continue;
            const auto wrong = [&] { return custody_failure("custody.content", "seq", std::to_string(item.seq)); };
            ROGATORY_TRY(const auto file, bundle_.load(sealed_name(item.sealed), 2 * record::SealedBody::kMaxBytes));
            const auto plain = age::open(identity, as_bytes(file), age::Profile::single());
            if (!plain) return wrong();
            auto body = record::SealedBody::parse(plain->expose_secret());
            const auto& statement = judgment_.dossier_chain->places[item.seq].statement;
            if (!body || !body->check(statement->statement())) return wrong();
            for (const auto& one : body->files) {
                ROGATORY_TRY_VOID(open_attachment(one, identity));
                const auto told = contents_.told.find(one.id);
                if (told != contents_.told.end() && told->second->file != one) return wrong();
            }
            contents_.bodies.emplace(item.id, *std::move(body));
        }
        return {};
    }

    Result<> open_attachment(const record::SealedBody::File& file, const age::HybridIdentity& identity) {
        const auto name = attachment_name(file.id);
        const auto* member = bundle_.find(name);
        if (member == nullptr) return {};
        const auto wrong = [&] { return custody_failure("custody.ciphertext", "member", name); };
        age::Opener opener{identity, age::Profile::single()};
        crypto::Sha256 hash;
        std::uint64_t size = 0;
        bool good = true;
        Bytes plain;
        const auto take = [&] {
            hash.update(plain);
            size += plain.size();
            plain.clear();
        };
        ROGATORY_TRY(const auto whole,
                     copy_range(bundle_.source(), member->offset, member->size, [&](ByteView piece) -> Result<> {
                         good = good && opener.update(piece, plain).has_value();
                         take();
                         return {};
                     }));
        good = good && whole && opener.finish(plain).has_value();
        take();
        // Its own digest again: the source may have changed since it was counted.
        if (!good || opener.sha256() != member->sha256 || hash.finish() != file.sha256 || size != file.size) {
            return wrong();
        }
        contents_.evidence[file.id] = Evidence::opened;
        return {};
    }

    Bundle& bundle_;
    const Judgment& judgment_;
    std::map<model::AttachmentId, Listed> attachments_;
    Contents contents_;
};

}  // namespace

Result<Contents> check_contents(Bundle& bundle, const Judgment& judgment) { return Checker{bundle, judgment}.check(); }

}  // namespace rogatory::custody
