#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "platform/model/library.hpp"

// The library: works that are sealed to every authority, each with its versions (decision 1751).
namespace rogatory::agent {

// Somebody who cannot be given a work now, and why: the key of an error.
struct LeftOut {
    std::string name;  // "FRA/fiu", or the Party's code
    std::string why;
};

struct WorkView {
    Hash chain{};
    AuthorityLabel publisher;
    bool own = false;                 // published by the authority acted for
    std::vector<EntryView> versions;  // the newest first; `work` says what each is, as far as it opens
    // Of `versions`: the newest that was not withdrawn. Nothing: the work was withdrawn, or nothing of it opens.
    std::optional<std::size_t> current;
    bool withdrawn = false;
    bool fresh = false;                // its current version came since the library was last listed on this device
    std::vector<std::string> lacking;  // of an own work: who could have it and does not yet
    std::string problem;               // key of an error: the whole work, or its current version, cannot be shown

    // What the current version says; nullptr without one.
    [[nodiscard]] const model::LibraryVersion* says() const {
        return current && versions[*current].work ? &*versions[*current].work : nullptr;
    }
};

struct LibraryQuery {
    std::string kind;      // a word of model::WorkKind
    std::string language;  // of a document of the current version
    std::string words;     // each in a title, a summary, a version or a file's name, whatever its case and accents
};
// Titles are opened, without a receipt: only documents have one. The newest first.
Result<std::vector<WorkView>> list_works(Agent& agent, const LibraryQuery& query);
Result<WorkView> show_work(Agent& agent, const Hash& chain);
// A work by the beginning of its chain in hex (at least 6). not_found "library.unknown".
Result<Hash> find_work(Agent& agent, std::string_view text);
// An entry of the work by its version as it calls itself; of several of that name the newest. not_found
// "library.no_version", "library.withdrawn" when no version stands.
Result<std::uint64_t> find_version(const WorkView& work, const std::optional<std::string>& version);

struct PublishOrder {
    std::optional<Hash> work;  // a new version of it; what is not said then stays as it is in the current one
    std::vector<SourceFile> files;
    std::vector<std::string> languages;  // of each file; one for all of them will do
    std::optional<std::string> kind;
    std::optional<std::string> title_en;
    std::optional<std::string> title_fr;
    std::string version;  // empty: its date
    std::string date;     // empty: today
    std::optional<std::string> summary_en;
    std::optional<std::string> summary_fr;
};
struct Published {
    Sent sent;
    std::size_t given = 0;  // authorities that can read it now, one's own not counted
    std::vector<LeftOut> left_out;
};
// By an officer of an authority that may publish. A new version first goes to whoever lacks the work.
Result<Published> publish(Agent& agent, const PublishOrder& order, const Reconfirm& reconfirm);

struct Given {
    std::vector<std::string> given;  // "FRA/fiu", each once
    std::size_t works = 0;           // that somebody was given
    std::vector<LeftOut> left_out;
};
// Gives every work of one's own authority, or one, to every authority that can have it and does not.
Result<Given> share_with_new(Agent& agent, const std::optional<Hash>& work);

// One version, or all that stand: their documents and titles leave the server, a tombstone stays.
Result<> withdraw_work(Agent& agent, const Hash& chain, const std::optional<std::uint64_t>& seq,
                       std::string_view reason);

}  // namespace rogatory::agent
