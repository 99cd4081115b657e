#pragma once

#include "crypto/primitives/random.hpp"
#include "platform/model/ids.hpp"

// Chain ids that follow from others: SHA-256(label ‖ 0x00 ‖ …), protocol.md, section 2. (The log's labels:
// tlog::entry_label.)
namespace rogatory::record {

[[nodiscard]] model::ChainId receipts_chain(const model::ChainId& dossier, const model::AuthorityId& authority);
[[nodiscard]] model::ChainId notices_chain(const model::PartyId& party);
[[nodiscard]] model::ChainId casebook_chain(const model::AuthorityId& authority);

// A fresh random id of any kind.
template <class Id>
[[nodiscard]] Id random_id(crypto::Random& random) {
    typename Id::Value bytes;
    random.fill(bytes);
    return Id{bytes};
}

}  // namespace rogatory::record
