#pragma once

#include <map>
#include <string>

namespace rogatory::tests {

void add_history_vectors(std::map<std::string, std::string>& files);

}  // namespace rogatory::tests
