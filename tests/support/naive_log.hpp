#pragma once

#include <span>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"

// A second, naive implementation of the log's formats (RFC 6962, C2SP signed-note, tlog-checkpoint, tlog-tiles), so
// that the trusted end is not tested against its own code alone.
namespace rogatory::test::naive_log {

using Hash = ByteArray<32>;
using Entry = ByteArray<64>;

[[nodiscard]] Entry entry(const Hash& chain, std::uint64_t seq, const Hash& id);
[[nodiscard]] Hash root(std::span<const Entry> entries);
[[nodiscard]] std::string verifier_key(const std::string& origin, const ByteArray<32>& seed);
[[nodiscard]] Bytes checkpoint(const std::string& origin, const ByteArray<32>& seed, std::uint64_t size,
                               const Hash& root);
// tlog-cosignature: a witness's verifier key (type 0x04), and its line under a checkpoint whose text this is.
[[nodiscard]] std::string witness_key(const std::string& name, const ByteArray<32>& seed);
[[nodiscard]] std::string cosignature(const std::string& name, const ByteArray<32>& seed,
                                      const std::string& checkpoint_text, std::int64_t at);
// tlog-tiles entry bundle: each entry behind its length in two bytes.
[[nodiscard]] Bytes bundle(std::span<const Entry> entries, std::uint64_t index, unsigned width);
// tlog-proof text of one entry under the checkpoint.
[[nodiscard]] Bytes proof(std::span<const Entry> entries, std::uint64_t index, const Bytes& checkpoint);

}  // namespace rogatory::test::naive_log
