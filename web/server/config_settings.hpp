#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
// Errors as values; Debian's compiled library has the throwing variant only, so this one is compiled here.
#define TOML_EXCEPTIONS 0
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#undef TOML_SHARED_LIB
#include <toml++/toml.h>

#include "platform/base/result.hpp"
#include "platform/base/try.hpp"

namespace rogatory::server {

// A value as TOML writes it.
inline std::string toml_of(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out += (c == '"' || c == '\\') ? std::string{'\\', c} : std::string{c};
    return out + "\"";
}
inline std::string toml_of(bool flag) { return flag ? "true" : "false"; }

inline std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[b.size()];
}

// The settings by their dotted names, each with what it is for and what takes it: the one list from which files are
// read and the example is written. What it does not name is refused.
class Settings {
public:
    using Take = std::function<bool(const toml::node&)>;
    enum class Shown { required, by_default };  // in the example: with a value, or as a comment

    void text(std::string name, std::string& into, std::string about, const std::string& example = {}) {
        add({std::move(name),
             std::move(about),
             toml_of(example.empty() ? into : example),
             {},
             Shown::by_default,
             [&into](const toml::node& node) {
                 const auto* const value = node.as_string();
                 if (value == nullptr || value->get().empty()) return false;
                 into = value->get();
                 return true;
             }});
    }
    // `Path`: a path or an optional one; relative ones are taken from `folder`.
    template <class Path>
    void path(std::string name, Path& into, const std::filesystem::path& folder, std::string about,
              const std::string& example, Shown shown = Shown::by_default) {
        add({std::move(name), std::move(about), toml_of(example), {}, shown, [&into, folder](const toml::node& node) {
                 const auto* const value = node.as_string();
                 if (value == nullptr || value->get().empty()) return false;
                 into = folder / value->get();
                 return true;
             }});
    }
    template <class Number>
    void number(std::string name, Number& into, std::int64_t min, std::int64_t max, std::string about,
                const std::string& example = {}) {
        add({std::move(name), std::move(about),
             example.empty() ? std::to_string(static_cast<std::int64_t>(into)) : example,
             std::to_string(min) + " to " + std::to_string(max), Shown::by_default,
             [&into, min, max](const toml::node& node) {
                 const auto* const value = node.as_integer();
                 if (value == nullptr || value->get() < min || value->get() > max) return false;
                 into = static_cast<Number>(value->get());
                 return true;
             }});
    }
    void flag(std::string name, bool& into, std::string about) {
        add({std::move(name), std::move(about), toml_of(into), {}, Shown::by_default, [&into](const toml::node& node) {
                 const auto* const value = node.as_boolean();
                 if (value == nullptr) return false;
                 into = value->get();
                 return true;
             }});
    }
    void seconds(std::string name, std::chrono::milliseconds& into, std::string about) {
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(into).count();
        add({std::move(name), std::move(about), std::to_string(now), "1 to 3600", Shown::by_default,
             [&into](const toml::node& node) {
                 const auto* const value = node.as_integer();
                 if (value == nullptr || value->get() < 1 || value->get() > 3600) return false;
                 into = std::chrono::seconds{value->get()};
                 return true;
             }});
    }
    void other(std::string name, std::string about, std::string example, Take take) {
        add({std::move(name), std::move(about), std::move(example), {}, Shown::by_default, std::move(take)});
    }

    Result<> read(const toml::table& table, const std::string& prefix = {}) {
        for (const auto& [key, node] : table) {
            const auto name = prefix + std::string{key.str()};
            if (const auto several = tables_.find(name); several != tables_.end()) {
                ROGATORY_TRY_VOID(read_each(node, name, several->second));
                continue;
            }
            if (const auto* const inner = node.as_table()) {
                ROGATORY_TRY_VOID(read(*inner, name + "."));
                continue;
            }
            const auto found = std::ranges::find(list_, name, &Setting::name);
            if (found == list_.end()) {
                return fail(
                    Error{ErrorCode::invalid_input, "config.unknown"}.with("name", name).with("near", near(name)));
            }
            if (!found->take(node)) {
                return fail(Error{ErrorCode::invalid_input, "config.value"}.with("name", name));
            }
        }
        return {};
    }

    // Tables of which there may be several, [[name]] each: the settings of the name are read into what this gives, once
    // for each of them.
    template <class Item>
    Item& tables(const std::string& name, std::vector<Item>& into, std::string about) {
        const auto one = std::make_shared<Item>();
        tables_[name] = {std::move(about), [one] { *one = {}; }, [one, &into] { into.push_back(*one); }};
        return *one;
    }

    // A file with every setting: those that must be given as they could be, all others as comments with the value
    // that they have when they are not.
    [[nodiscard]] std::string example() const {
        std::string out;
        std::string table;
        for (const auto& one : list_) {
            const auto dot = one.name.rfind('.');
            const auto in = dot == std::string::npos ? std::string{} : one.name.substr(0, dot);
            if (in != table) {
                const auto several = tables_.find(in);
                out += several == tables_.end() ? "\n[" + in + "]\n"
                                                : "\n" + as_comment(several->second.about) + "#[[" + in + "]]\n";
                table = in;
            }
            out += "\n" + as_comment(one.about + (one.range.empty() ? "" : " " + one.range + "."));
            out += (one.shown == Shown::required ? "" : "#") + one.name.substr(dot + 1) + " = " + one.value + "\n";
        }
        return out;
    }

private:
    struct Setting {
        std::string name;
        std::string about;
        std::string value;
        std::string range;
        Shown shown;
        Take take;
    };
    struct Tables {
        std::string about;
        std::function<void()> begin;
        std::function<void()> end;
    };
    void add(Setting setting) { list_.push_back(std::move(setting)); }

    Result<> read_each(const toml::node& node, const std::string& name, const Tables& several) {
        const auto* const array = node.as_array();
        const auto wrong = [&name] { return fail(Error{ErrorCode::invalid_input, "config.value"}.with("name", name)); };
        if (array == nullptr) return wrong();
        for (const auto& item : *array) {
            const auto* const table = item.as_table();
            if (table == nullptr) return wrong();
            several.begin();
            ROGATORY_TRY_VOID(read(*table, name + "."));
            several.end();
        }
        return {};
    }

    static std::string as_comment(const std::string& text) {
        constexpr std::size_t kWidth = 110;
        std::string out = "#";
        std::size_t column = 1;
        std::istringstream words{text};
        for (std::string word; words >> word;) {
            if (column + 1 + word.size() > kWidth) {
                out += "\n#";
                column = 1;
            }
            out += " " + word;
            column += 1 + word.size();
        }
        return out + "\n";
    }

    // The same name in another table, or the one with the fewest letters to change; nothing where none is alike.
    [[nodiscard]] std::string near(const std::string& name) const {
        const auto last = [](const std::string& dotted) { return dotted.substr(dotted.rfind('.') + 1); };
        const Setting* best = nullptr;
        std::size_t least = name.size() / 2 + 1;
        for (const auto& one : list_) {
            const auto away = last(one.name) == last(name) ? 0 : distance(one.name, name);
            if (away < least) {
                least = away;
                best = &one;
            }
        }
        return best == nullptr ? std::string{} : best->name;
    }

    std::vector<Setting> list_;
    std::map<std::string, Tables> tables_;
};

}  // namespace rogatory::server
