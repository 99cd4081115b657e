#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "platform/base/try.hpp"
#include "storage/backup/target.hpp"
#include "web/server/backup_commands.hpp"
#include "web/server/backup_guard.hpp"
#include "web/server/config.hpp"
#include "web/server/facts.hpp"
#include "web/server/system.hpp"

// How long backups are kept, and what of that which was withdrawn since still lies in them (decision 1853).
namespace rogatory::server {
namespace {

using Backup = storage::BackupTarget::Read;
using Ids = std::set<ports::UploadId>;

Result<std::vector<Backup>> read_all(const storage::BackupTarget& target) {
    std::vector<Backup> all;
    for (const auto& name : target.names()) {
        ROGATORY_TRY(auto read, target.read(name));
        all.push_back(std::move(read));
    }
    return all;
}

Ids ids_of(const std::vector<storage::BackupBlob>& blobs) {
    Ids out;
    for (const auto& blob : blobs) out.insert(blob.id);
    return out;
}

// Attachments of a backup that the newest one has no more, and not because the server's disk had lost them: withdrawn
// or expired since, and gone from the server.
Ids erased_since(const Backup& one, const Backup& newest) {
    const auto there = ids_of(newest.blobs);
    const auto absent = newest.absent.value_or(std::vector<ports::UploadId>{});
    const Ids lost{absent.begin(), absent.end()};
    Ids out;
    for (const auto& blob : one.blobs) {
        if (!there.contains(blob.id) && !lost.contains(blob.id)) out.insert(blob.id);
    }
    return out;
}

// By which rule: what the command line says, and never longer than people are told by the configuration.
struct Rule {
    std::optional<std::uint64_t> keep;
    std::optional<std::uint64_t> days;
    std::optional<std::uint64_t> told;
};
Result<Rule> rule_of(const BackupPruneOptions& options) {
    Rule rule{options.keep, options.keep_days, std::nullopt};
    if (!options.config.empty()) {
        ROGATORY_TRY(const auto config, read_config(options.config));
        if (config.service.backups_kept_days != 0) rule.told = config.service.backups_kept_days;
        // Alone it is the rule.
        if (!rule.keep && !rule.days) rule.days = rule.told;
    }
    if (!rule.keep && !rule.days) return fail(ErrorCode::invalid_input, "backup.no_rule");
    return rule;
}

bool within(UnixSeconds age, const std::optional<std::uint64_t>& days) {
    return days && age <= static_cast<UnixSeconds>(*days) * kDay;
}

// Which stay and which go, newest first.
class Pruning {
public:
    Pruning(const storage::BackupTarget& target, Rule rule, UnixSeconds now)
        : target_{target}, rule_{rule}, now_{now}, newer_{now} {}

    void take(std::vector<Backup> all) {
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return b.manifest.before(a.manifest); });
        // What the newest one says it lacks: the newest of the older ones that has it stays, whatever the rule says.
        const auto lacking = all.front().absent.value_or(std::vector<ports::UploadId>{});
        lacked_ = {lacking.begin(), lacking.end()};
        for (auto& one : all) decide(std::move(one));
    }

    [[nodiscard]] const std::vector<Backup>& kept() const { return kept_; }
    void tell(Facts& facts) const {
        facts.number("pruned", pruned_).number("kept", kept_.size()).number("held", held_).number("on_hold", on_hold_);
        Ids erased;
        UnixSeconds last = 0;
        for (const auto& one : kept_) {
            const auto its = erased_since(one, kept_.front());
            if (!its.empty()) last = std::max(last, one.manifest.taken_at);
            erased.insert(its.begin(), its.end());
        }
        facts.number("erased_still_in_backups", erased.size());
        if (!erased.empty()) facts.text("newest_with_erased", backup_time(last));
        if (rule_.told) facts.number("kept_days_told", *rule_.told).number("beyond_told", beyond_told_);
    }

private:
    void decide(Backup one) {
        // A time that lies ahead says nothing of an age: then it is as old as the one after it.
        if (one.manifest.taken_at <= now_) newer_ = one.manifest.taken_at;
        const bool by_rule = (rule_.keep && kept_.size() < *rule_.keep) || within(now_ - newer_, rule_.days);
        const bool too_old = rule_.told && !within(now_ - newer_, rule_.told);
        bool only_copy = false;
        for (const auto& blob : one.blobs) only_copy = lacked_.erase(blob.id) != 0 || only_copy;
        const bool on_hold = target_.hold(one.manifest.name).has_value();
        const bool wanted = by_rule && !too_old;
        if (only_copy && !wanted) ++held_;
        if (on_hold) ++on_hold_;
        // The newest stays whatever the rule says.
        if (kept_.empty() || wanted || only_copy || on_hold) {
            if (too_old) ++beyond_told_;
            kept_.push_back(std::move(one));
        } else {
            target_.remove(one.manifest.name);
            ++pruned_;
        }
    }

    const storage::BackupTarget& target_;
    Rule rule_;
    UnixSeconds now_;
    UnixSeconds newer_;
    std::vector<Backup> kept_;
    Ids lacked_;
    std::uint64_t pruned_ = 0;
    std::uint64_t held_ = 0;
    std::uint64_t on_hold_ = 0;
    std::uint64_t beyond_told_ = 0;
};

Result<> prune(const BackupPruneOptions& options) {
    ROGATORY_TRY(const auto rule, rule_of(options));
    ROGATORY_TRY_VOID(storage::BackupTarget::open(options.target));
    ROGATORY_TRY(const auto target, storage::BackupTarget::open_to_write(options.target));
    static_cast<void>(target.clear_unfinished());
    // All are read before any goes: what one lists that cannot be read is not known, and would be taken away with the
    // rest.
    ROGATORY_TRY(auto all, read_all(target));
    if (all.empty()) return fail(Error{ErrorCode::not_found, "backup.none"}.with("folder", options.target.string()));
    Pruning pruning{target, rule, SystemClock{}.now()};
    pruning.take(std::move(all));
    const auto removed = target.remove_unlisted(pruning.kept());
    Facts facts;
    pruning.tell(facts);
    facts.number("attachments_removed", removed.files)
        .number("bytes_removed", removed.bytes)
        .text("window_from", backup_time(pruning.kept().back().manifest.taken_at))
        .text("window_until", backup_time(pruning.kept().front().manifest.taken_at));
    facts.print(options.json);
    return {};
}

Result<> list(const std::filesystem::path& folder, bool json) {
    ROGATORY_TRY(const auto target, storage::BackupTarget::open(folder));
    const auto readable = target.readable();
    std::vector<Facts> rows;
    for (const auto& name : target.names()) {
        const auto read = target.read(name);
        Facts facts;
        facts.text("backup", name);
        if (read) {
            const auto& manifest = read->manifest;
            std::uint64_t bytes = manifest.blob_bytes;
            for (const auto& part : manifest.parts) bytes += part.bytes;
            facts.text("recovery_point", backup_time(manifest.taken_at))
                .number("entries", manifest.tree.size)
                .number("attachments", manifest.blobs)
                .number("bytes", bytes)
                .number("erased_since", readable.empty() ? 0 : erased_since(*read, readable.back()).size())
                .text("signer", read->signer.vkey());
        } else {
            facts.text("refused", read.error().key());
        }
        if (const auto why = target.hold(name)) facts.text("on_hold", *why);
        rows.push_back(std::move(facts));
    }
    print_rows(rows, json);
    return {};
}

Result<> hold(const BackupHoldOptions& options) {
    ROGATORY_TRY_VOID(storage::BackupTarget::open(options.target));
    ROGATORY_TRY(const auto target, storage::BackupTarget::open_to_write(options.target));
    ROGATORY_TRY(const auto backup, target.read(options.name));
    const bool lifts = options.reason.empty();
    if (lifts) {
        if (!target.release(options.name)) {
            return fail(Error{ErrorCode::not_found, "backup.no_hold"}.with("name", options.name));
        }
    } else {
        ROGATORY_TRY_VOID(target.set_hold(options.name, backup_time(SystemClock{}.now()) + " " + options.reason));
    }
    Facts facts;
    facts.text("backup", backup.manifest.name).flag("on_hold", !lifts);
    facts.print(options.json);
    return {};
}

}  // namespace

Result<> backup_prune(const BackupPruneOptions& options) {
    return guarded([&] { return prune(options); });
}
Result<> backup_list(const std::filesystem::path& target, bool json) {
    return guarded([&] { return list(target, json); });
}
Result<> backup_hold(const BackupHoldOptions& options) {
    return guarded([&] { return hold(options); });
}

}  // namespace rogatory::server
