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
#include "web/server/words.hpp"

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

// The package's timer comes every four hours and some minutes: what would be too old before it comes again goes now, so
// that no copy outlives the day that people were told.
constexpr UnixSeconds kUntilNextTime = 5 * kHour;
bool too_old(UnixSeconds age, std::uint64_t told) {
    return age > static_cast<UnixSeconds>(told) * kDay - kUntilNextTime;
}

// For so long backups must have been made by a clock before their age counts.
constexpr UnixSeconds kFewDays = 3 * kDay;

// A time that lies ahead says nothing of an age: then it is as old as the one after it.
class Ages {
public:
    explicit Ages(UnixSeconds now) : now_{now}, newer_{now} {}
    UnixSeconds next(const Backup& one) {
        if (one.manifest.taken_at <= now_) newer_ = one.manifest.taken_at;
        return now_ - newer_;
    }

private:
    UnixSeconds now_;
    UnixSeconds newer_;
};

// Whether the clock can be believed where it says that a backup is too old. One wrong time (a battery, a forged answer)
// makes all of them old at once, and so does a long time without any: then the newest alone would be left, and may be
// the one that cannot be opened. Believed is a clock by which backups were made until now, for some days, since the
// last gap.
bool clock_believed(const std::vector<Backup>& newest_first, UnixSeconds now, std::uint64_t kept_days) {
    const auto half = static_cast<UnixSeconds>(kept_days) * kDay / 2;
    const auto enough = std::min(kFewDays, half);
    Ages ages{now};
    UnixSeconds since = 0;
    for (const auto& one : newest_first) {
        const auto age = ages.next(one);
        const auto most = &one == &newest_first.front() ? enough : half;
        if (age - since > most) return since >= enough;
        since = std::max(since, age);
    }
    return true;
}

// The middle one of the times between two backups; 0 where there are too few to say.
UnixSeconds interval_of(const std::vector<Backup>& newest_first) {
    std::vector<UnixSeconds> between;
    for (std::size_t i = 1; i < newest_first.size(); ++i) {
        between.push_back(newest_first[i - 1].manifest.taken_at - newest_first[i].manifest.taken_at);
    }
    if (between.size() < 2) return 0;
    const auto middle = between.begin() + static_cast<std::ptrdiff_t>(between.size() / 2);
    std::nth_element(between.begin(), middle, between.end());
    return *middle;
}

// Which stay and which go, newest first.
class Pruning {
public:
    Pruning(const storage::BackupTarget& target, Rule rule, UnixSeconds now)
        : target_{target}, rule_{rule}, now_{now}, ages_{now} {}

    void take(std::vector<Backup> all) {
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return b.manifest.before(a.manifest); });
        // What the newest one says it lacks: the newest of the older ones that has it stays, whatever the rule says.
        const auto lacking = all.front().absent.value_or(std::vector<ports::UploadId>{});
        lacked_ = {lacking.begin(), lacking.end()};
        if (const auto days = days_of_rule()) {
            believed_ = clock_believed(all, now_, *days);
            interval_ = interval_of(all);
        }
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
    // By so rare backups every time between two of them is a gap, and the clock is never believed.
    [[nodiscard]] std::optional<Error> too_rare() const {
        const auto days = days_of_rule();
        if (!days || *days == 0 || static_cast<UnixSeconds>(*days) * kDay >= 2 * interval_) return std::nullopt;
        return Error{ErrorCode::conflict, "backup.kept_short"}
            .with("days", std::to_string(*days))
            .with("hours", std::to_string(interval_ / kHour))
            .with("least", std::to_string((2 * interval_ + kDay - 1) / kDay));
    }
    // People were told otherwise, and no order keeps it; or the rule says otherwise, and the clock keeps it.
    [[nodiscard]] Result<> as_told() const {
        const auto over_all = believed_ ? beyond_without_order_ : std::max(for_the_clock_, beyond_without_order_);
        if (over_all == 0) return {};
        return fail(Error{ErrorCode::conflict, believed_ ? "backup.beyond_told" : "backup.clock_unsure"}
                        .with("count", std::to_string(over_all))
                        .with("days", std::to_string(*days_of_rule())));
    }

private:
    [[nodiscard]] std::optional<std::uint64_t> days_of_rule() const { return rule_.told ? rule_.told : rule_.days; }
    void decide(Backup one) {
        const auto age = ages_.next(one);
        const bool by_rule = (rule_.keep && kept_.size() < *rule_.keep) || within(age, rule_.days);
        const bool beyond = rule_.told && too_old(age, *rule_.told);
        bool only_copy = false;
        for (const auto& blob : one.blobs) only_copy = lacked_.erase(blob.id) != 0 || only_copy;
        const bool on_hold = target_.hold(one.manifest.name).has_value();
        // By a clock that is not believed nothing goes; a number of backups alone needs none.
        const bool wanted = believed_ ? by_rule && !beyond : by_rule || rule_.days;
        if (only_copy && !wanted) ++held_;
        if (on_hold) ++on_hold_;
        if (!kept_.empty() && wanted && (!by_rule || beyond) && !only_copy && !on_hold) ++for_the_clock_;
        // The newest stays whatever the rule says.
        if (kept_.empty() || wanted || only_copy || on_hold) {
            if (beyond) ++beyond_told_;
            if (beyond && !on_hold) ++beyond_without_order_;
            kept_.push_back(std::move(one));
        } else {
            target_.remove(one.manifest.name);
            ++pruned_;
        }
    }

    const storage::BackupTarget& target_;
    Rule rule_;
    UnixSeconds now_;
    Ages ages_;
    bool believed_ = true;
    UnixSeconds interval_ = 0;
    std::vector<Backup> kept_;
    Ids lacked_;
    std::uint64_t pruned_ = 0;
    std::uint64_t held_ = 0;
    std::uint64_t on_hold_ = 0;
    std::uint64_t beyond_told_ = 0;
    std::uint64_t beyond_without_order_ = 0;
    std::uint64_t for_the_clock_ = 0;
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
    if (const auto rare = pruning.too_rare()) tell(*rare);
    return pruning.as_told();
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
    if (options.lifts) {
        if (!target.release(options.name)) {
            return fail(Error{ErrorCode::not_found, "backup.no_hold"}.with("name", options.name));
        }
    } else {
        // What a script gave for a variable that is not set is no reason, and lifts no hold.
        if (options.reason.find_first_not_of(" \t\r\n") == std::string::npos) {
            return fail(ErrorCode::invalid_input, "backup.hold_reason");
        }
        ROGATORY_TRY_VOID(target.set_hold(options.name, backup_time(SystemClock{}.now()) + " " + options.reason));
    }
    Facts facts;
    facts.text("backup", backup.manifest.name).flag("on_hold", !options.lifts);
    facts.print(options.json);
    return {};
}

}  // namespace

Result<> backup_create_then_prune(const BackupCreateOptions& making, const BackupPruneOptions& pruning) {
    // Before anything is made: a timer without a rule would fill its disk.
    auto rule = guarded([&]() -> Result<> {
        ROGATORY_TRY_VOID(rule_of(pruning));
        return {};
    });
    if (!rule) return rule;
    auto made = backup_create(making);
    // Whole but for what the server itself has lost: a newer one is there, and older ones have their time.
    if (!made && made.error().key() != "backup.incomplete") return made;
    auto pruned = backup_prune(pruning);
    if (!made && !pruned) {
        tell(made.error());
        return pruned;
    }
    return made ? pruned : made;
}
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
