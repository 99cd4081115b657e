#pragma once

#include "crypto/age/hybrid.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/model/ids.hpp"

// Chain ids that follow from others: SHA-256(label ‖ 0x00 ‖ …), protocol.md, section 2. (The log's labels:
// tlog::entry_label.)
namespace rogatory::record {

// A chain that begins anew proves by its id what it is, so that nobody takes another's place in the log: the id of a
// dossier follows from the opening authority and the fresh recipient of epoch 1, a register's from the key of the first
// custodian. (Both as hard to guess as the key is.)
[[nodiscard]] model::ChainId dossier_chain(const model::AuthorityId& opener, const age::HybridRecipient& first_epoch);
[[nodiscard]] model::ChainId register_chain(const model::VerifyKey& first_custodian);

[[nodiscard]] model::ChainId receipts_chain(const model::ChainId& dossier, const model::AuthorityId& authority);
[[nodiscard]] model::ChainId notices_chain(const model::PartyId& party);
// Its first half says whose casebook it is, so that nobody else's note can stand at it, nor at the id of another kind
// of chain. The second half only who holds the authority's keyring can reckon: the log is public, and an id that
// followed from the authority's would show to everybody how much is noted there, and when.
[[nodiscard]] bool is_casebook_chain(const model::ChainId& chain, const model::AuthorityId& authority);
[[nodiscard]] model::ChainId casebook_chain(const model::AuthorityId& authority,
                                            const age::HybridIdentity& first_generation);

// A fresh random id of any kind.
template <class Id>
[[nodiscard]] Id random_id(crypto::Random& random) {
    typename Id::Value bytes;
    random.fill(bytes);
    return Id{bytes};
}

}  // namespace rogatory::record
