#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/custody/findings.hpp"
#include "platform/custody/source.hpp"
#include "platform/model/party.hpp"
#include "platform/record/founding_sheet.hpp"

namespace rogatory::custody {

// Whom the verifier knows from elsewhere: a note verbale, a founding sheet, his own records. Never from the bundle.
struct Trusted {
    model::PartyCode code;
    std::string fingerprint;  // forty digits with any spaces or dashes, or 64 hex digits
};
struct Trust {
    std::vector<Trusted> parties;

    // "SEN=12345 67890 …". invalid_input "custody.trust" {value}.
    [[nodiscard]] static Result<Trusted> parse(std::string_view text);
    // The rows of a sheet; its Registry under the code it founded with.
    void add(const record::FoundingSheet& sheet);
    std::optional<model::PartyId> registry;  // of a sheet, which does not say its code
};

// Checks all of it and replays what can be replayed: archive, maker's signature, log policy, checkpoints, places,
// registers, dossier, receipts, files. Pure: reads nothing but the source, knows no clock. Findings::failure says what
// did not hold; an error is the environment's alone (the source cannot be read).
//
// The log's policy is that of the registers whose fingerprints were given; where none was given the maker's, and every
// identity is "not compared".
[[nodiscard]] Result<Findings> verify_bundle(const Source& bundle, const Trust& trust);

// Writes a file that a verified bundle discloses, checking digest and size again on the way: the source may have
// changed since. not_found "custody.no_such_file"; integrity "custody.file". What reached the sink is the file only if
// this succeeds.
[[nodiscard]] Result<> extract_file(const Source& bundle, const record::SealedBody::File& file, const Sink& sink);

}  // namespace rogatory::custody
