#pragma once

#include "crypto/primitives/random.hpp"
#include "crypto/tlog/entry.hpp"
#include "platform/ports/store.hpp"

// Chains and statements of which nothing needs to be true but their places.
namespace rogatory::tests {

inline ports::ChainId chain_of(std::uint8_t byte) {
    ByteArray<32> bytes;
    bytes.fill(byte);
    return ports::ChainId{bytes};
}

// Appends one made-up statement and returns its entry.
inline Result<tlog::Entry> append(ports::Repositories& repositories, ports::ChainId chain, std::uint64_t seq,
                                  crypto::Random& random) {
    const ports::StatementId id{random.bytes<32>()};
    const auto index = repositories.log().next_index();
    if (!repositories.records().find_chain(chain)) {
        repositories.records().create_chain({chain, ports::ChainKind::dossier, {}, {}, seq, id, index});
    }
    const tlog::Entry entry{tlog::entry_label(chain.value(), seq), crypto::Digest{id.value()}};
    repositories.records().add_statement({index, id, chain, seq, entry.bytes(), to_bytes("{}"), 100});
    return entry;
}

}  // namespace rogatory::tests
