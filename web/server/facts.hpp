#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// What a command of the server found out, for people and for programs.
namespace rogatory::server {

class Facts {
public:
    Facts& text(std::string name, const std::string& value);
    Facts& number(std::string name, std::uint64_t value);
    Facts& flag(std::string name, bool value);
    Facts& seconds(std::string name, double value);

    // "name value" a line.
    [[nodiscard]] std::string lines() const;
    [[nodiscard]] std::string json() const;
    void print(bool as_json) const;

private:
    struct Fact {
        std::string name;
        std::string value;
        bool quoted = false;
    };
    std::vector<Fact> facts_;
};

// One a line, its values in a row; or a JSON array.
void print_rows(const std::vector<Facts>& rows, bool as_json);

}  // namespace rogatory::server
