#pragma once

#include <map>
#include <optional>
#include <vector>

#include "platform/custody/chains.hpp"
#include "platform/custody/findings.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/receipts.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/custody: what the statements of a bundle come to.
namespace rogatory::custody {

// One statement of the dossier, or of a receipt side chain, that is shown.
struct Judged {
    const Place* place = nullptr;
    bool effective = false;
    std::string void_reason;
};

struct JudgedReceipts {
    const Chain* chain = nullptr;
    std::vector<Judged> statements;
};

struct Judgment {
    const Chain* dossier_chain = nullptr;
    std::optional<record::Dossier> dossier;  // replayed; absent where statements are left out
    std::vector<Judged> statements;          // shown ones, in order
    std::vector<JudgedReceipts> receipts;

    [[nodiscard]] const Judged* find(const model::StatementId& id) const;
};

// Replays the dossier and its receipts where all is shown; else judges each statement by its own: chain, signature,
// membership, role, as of its place. Whether it took effect in the dossier is not known then. integrity
// "custody.broken" {reason}, "custody.receipts_chain", "custody.not_opened".
Result<Judgment> judge(const Bundle& bundle, const Chains& chains, const BundleRegisters& registers);

// Plain files, ciphertext and keys against the statements.
struct Contents {
    std::map<model::AttachmentId, AttachmentFound::Evidence> evidence;
    std::map<model::AttachmentId, const DisclosedFile*> told;
    std::map<model::StatementId, record::SealedBody> bodies;  // opened with keys of the bundle
    std::uint64_t plain_files = 0;
    std::uint64_t ciphertexts = 0;
    std::uint64_t keys = 0;
};
// integrity "custody.file" {name}, "custody.ciphertext" {member}, "custody.key" {epoch}, "custody.content",
// "custody.form", "custody.missing".
Result<Contents> check_contents(Bundle& bundle, const Judgment& judgment);

// Findings::entries, acts, receipts and the people in them.
void tell(const Bundle& bundle, const Chains& chains, const BundleRegisters& registers, const Judgment& judgment,
          const Contents& contents, Findings& findings);
[[nodiscard]] Person person_of(const record::Author& author, model::LogIndex before, const BundleRegisters& registers);
[[nodiscard]] Label label_of(const model::AuthorityRef& ref, const BundleRegisters& registers);

}  // namespace rogatory::custody
