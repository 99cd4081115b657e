#include "platform/record/chains.hpp"

#include <algorithm>

#include "crypto/labels.hpp"

namespace rogatory::record {
model::ChainId receipts_chain(const model::ChainId& dossier, const model::AuthorityId& authority) {
    return model::ChainId{
        crypto::Labelled{"rogatory/v1/receipts"}.fixed(dossier.value()).fixed(authority.value()).sha256().value()};
}

model::ChainId notices_chain(const model::PartyId& party) {
    return model::ChainId{crypto::Labelled{"rogatory/v1/notices"}.fixed(party.value()).sha256().value()};
}

model::ChainId casebook_chain(const model::AuthorityId& authority) {
    return model::ChainId{crypto::Labelled{"rogatory/v1/casebook"}.fixed(authority.value()).sha256().value()};
}

model::Digest log_label(const model::ChainId& chain, std::uint64_t seq) {
    return crypto::Labelled{"rogatory/v1/leaf"}.fixed(chain.value()).number(seq).sha256();
}

ByteArray<64> log_entry(const model::ChainId& chain, std::uint64_t seq, const model::StatementId& id) {
    ByteArray<64> out{};
    const auto label = log_label(chain, seq);
    std::copy(label.value().begin(), label.value().end(), out.begin());
    std::copy(id.value().begin(), id.value().end(), out.begin() + 32);
    return out;
}

}  // namespace rogatory::record
