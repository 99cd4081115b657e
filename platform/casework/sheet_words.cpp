#include "platform/casework/sheet_words.hpp"

#include <map>
#include <vector>

#include "platform/casework/data.hpp"
#include "platform/casework/text_import.hpp"

namespace rogatory::casework {

namespace {

struct Word {
    std::string code;
    std::string en;
    std::string fr;
};

const std::map<std::string, std::vector<Word>, std::less<>>& lists() {
    static const auto kLists = [] {
        std::map<std::string, std::vector<Word>, std::less<>> out;
        for (auto& row : data_rows(data::kWords))
            out[row[0]].push_back(Word{std::move(row[1]), std::move(row[2]), std::move(row[3])});
        return out;
    }();
    return kLists;
}

}  // namespace

bool is_word_list(std::string_view list) { return lists().contains(list); }

std::vector<std::string> word_codes(std::string_view list) {
    std::vector<std::string> out;
    const auto found = lists().find(list);
    if (found == lists().end()) return out;
    for (const auto& word : found->second) out.push_back(word.code);
    return out;
}

std::optional<std::string> word_code(std::string_view list, std::string_view text) {
    const auto found = lists().find(list);
    if (found == lists().end()) return std::nullopt;
    const auto wanted = plain_words(text);
    for (const auto& word : found->second)
        if (wanted == plain_words(word.code) || wanted == plain_words(word.en) || wanted == plain_words(word.fr))
            return word.code;
    return std::nullopt;
}

std::string word_title(std::string_view list, std::string_view code, Language language) {
    const auto found = lists().find(list);
    if (found != lists().end()) {
        for (const auto& word : found->second)
            if (word.code == code) return language == Language::fr ? word.fr : word.en;
    }
    return std::string{code};
}

}  // namespace rogatory::casework
