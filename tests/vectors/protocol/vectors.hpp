#pragma once

#include <map>
#include <string>

// The protocol's vectors, made anew: file name -> text. Deterministic: the same bytes on every machine, because every
// random byte comes from a seed. README.md says what stands in each file.
namespace rogatory::tests {

[[nodiscard]] std::map<std::string, std::string> protocol_vectors();

}  // namespace rogatory::tests
